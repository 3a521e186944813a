"""Small manifests for the tables of tests/server, and what the server is said to say of them.

In `job()` the first line given of the spec is line 5, in `cronjob()` of the CronJob's spec line 5 too.
"""

from collections.abc import Mapping

import joblint

Said = tuple[str, str, str, int, int]
_SPOKEN = ("rejected", "dropped", "warned")
_POD = 'containers: [{name: m, image: "b:1"}]'
INVALID, REQUIRED, FORBIDDEN = "FieldValueInvalid", "FieldValueRequired", "FieldValueForbidden"
NOT_SUPPORTED, DUPLICATE = "FieldValueNotSupported", "FieldValueDuplicate"
TOO_MANY, TOO_LONG = "FieldValueTooMany", "FieldValueTooLong"


def pod(restart_policy: str = "Never", metadata: str = "") -> str:
    """A pod template on one line."""
    above = f"metadata: {metadata}, " if metadata else ""
    return f"template: {{{above}spec: {{restartPolicy: {restart_policy}, {_POD}}}}}"


def job(*spec: str, metadata: str = "{name: a}", template: str = "") -> str:
    """A Job whose spec has these lines before its template."""
    head = ("apiVersion: batch/v1", "kind: Job", f"metadata: {metadata}", "spec:")
    return "\n".join((*head, *(f"  {line}" for line in (*spec, template or pod())))) + "\n"


def cronjob(*spec: str, of_job: tuple[str, ...] = (), metadata: str = "{name: a}", version: str = "batch/v1") -> str:
    """A CronJob whose spec has these lines, and whose Job's spec has those of `of_job`, before its template."""
    head = (f"apiVersion: {version}", "kind: CronJob", f"metadata: {metadata}", "spec:")
    schedule = () if any(line.startswith("schedule") for line in spec) else ('schedule: "0 4 * * *"',)
    inner = (f"      {line}" for line in (*of_job, pod()))
    return (
        "\n".join((*head, *(f"  {line}" for line in (*spec, *schedule)), "  jobTemplate:", "    spec:", *inner)) + "\n"
    )


def said(manifest: str, minor: str, gates: Mapping[str, bool] | None = None) -> set[Said]:
    """(rule, field, reason, line, column) of what is said for the server; the effect where there is no reason."""
    found = joblint.lint(manifest, kube_version=minor, feature_gates=gates)
    return {(f.rule, f.field, f.reason or f.effect, f.line, f.column) for f in found if f.effect in _SPOKEN}
