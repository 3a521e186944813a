"""`--since` judges only what a change can affect: what it reports is what a run over all files reports as new."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joblint.cli.reach import find
from joblint.cli.reach.find import find_reach
from tests.cli import histories
from tests.cli.program import Program
from tests.support import GOOD, commit_all, in_spec, run_git, service, write

_OPTIONS: tuple[list[str], ...] = ([], [], ["--against", "git:before"], ["--against=git:HEAD"], ["--fail-on-empty"])
_PATHS: tuple[list[str], ...] = ([], [], ["."], ["a"], ["c", "a"], ["one.yaml", "a"], ["text.md"])


def _outcome(joblint: Program, arguments: list[str]) -> tuple[int, list[Any], list[dict[str, Any]]]:
    """The exit code and the findings; or what is said of a mistake."""
    done = joblint("check", "--since", "before", "--format", "json", *arguments)
    report = json.loads(done.out)
    return done.code, report["errors"], [{**one, "fix": None} for one in report["findings"]]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_as_a_run_over_all(joblint: Program, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    def pick(options: "histories.Options") -> object:
        return data.draw(st.sampled_from(options))

    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patched:
        root = Path(folder)
        histories.begin(pick, root)
        histories.go_on(pick, root)
        os.chdir(root)
        try:
            named = [path for path in data.draw(st.sampled_from(_PATHS)) if os.path.exists(path)]
            arguments = ["--extend-select", "advice", *data.draw(st.sampled_from(_OPTIONS)), *named]
            found = _outcome(joblint, arguments)
            patched.setattr(find, "find_reach", lambda *_: None)
            assert found == _outcome(joblint, arguments)
        finally:
            os.chdir(here)


_NOTHING = "a: 1\n"
_CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: scripts\ndata:\n  run.sh: echo {}\n"
_READS = "$JOB_COMPLETION_INDEX"
_USER = GOOD.rstrip("\n") + (
    "\n        command: [sh, /s/run.sh]\n        volumeMounts:\n        - {name: s, mountPath: /s}\n"
    "      volumes:\n      - name: s\n        configMap: {name: NAME}\n"
)
_CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [%s]\n"
_CLAIMING = in_spec("parallelism: 2", of=GOOD) + (
    "        volumeMounts:\n        - {name: d, mountPath: /d}\n"
    "      volumes:\n      - name: d\n        persistentVolumeClaim: {claimName: data}\n"
)
_SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n"
_SECRETIVE = GOOD + "        envFrom:\n        - secretRef: {name: db-credentials}\n"
_LABELLED = GOOD.replace("  template:\n", "  template:\n    metadata:\n      labels: {app: shop}\n")
_QUOTA = 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec:\n  hard: {%s: "4"}\n'
_KUSTOMIZED = "resources: [../base/job.yaml, svc.yaml]\n"

# A Job that stays as it is, with what is found in it, or in what it means, since another file is another one now.
_CASES = {
    "a script elsewhere": (
        {"jobs/job.yaml": _USER.replace("NAME", "scripts"), "far/map.yaml": _CONFIG_MAP.format("hello")},
        {"far/map.yaml": _CONFIG_MAP.format(_READS)},
        "index-read-without-indexed",
    ),
    "a script that comes": (
        {"jobs/job.yaml": _USER.replace("NAME", "scripts"), "x.yaml": _NOTHING},
        {"far/map.yaml": _CONFIG_MAP.format(_READS)},
        "index-read-without-indexed",
    ),
    "a script before another one": (
        {"jobs/job.yaml": _USER.replace("NAME", "scripts"), "far/z.yaml": _CONFIG_MAP.format("hello")},
        {"far/a.yaml": _CONFIG_MAP.format(_READS)},
        "index-read-without-indexed",
    ),
    "a script after another one has gone": (
        {
            "jobs/job.yaml": _USER.replace("NAME", "scripts"),
            "far/a.yaml": _CONFIG_MAP.format("hello"),
            "far/z.yaml": _CONFIG_MAP.format(_READS),
        },
        {"far/a.yaml": ""},
        "index-read-without-indexed",
    ),
    "a name with an escape": (
        {"jobs/job.yaml": _USER.replace("NAME", '"scr\\x69pts"'), "far/map.yaml": _CONFIG_MAP.format("hello")},
        {"far/map.yaml": _CONFIG_MAP.format(_READS)},
        "index-read-without-indexed",
    ),
    "a name that continues": (
        {
            "jobs/job.yaml": _USER.replace("NAME", '"scr\\\n          ipts"'),
            "far/map.yaml": _CONFIG_MAP.format("hello"),
        },
        {"far/map.yaml": _CONFIG_MAP.format(_READS)},
        "index-read-without-indexed",
    ),
    "an Indexed Job elsewhere is gone": (
        {
            "jobs/job.yaml": _USER.replace("NAME", "scripts"),
            "far/map.yaml": _CONFIG_MAP.format(_READS),
            "more/job.yaml": in_spec("completionMode: Indexed", "completions: 2", of=_USER.replace("NAME", "scripts")),
        },
        {"more/job.yaml": ""},
        "index-read-without-indexed",
    ),
    "a claim": (
        {"jobs/job.yaml": _CLAIMING, "jobs/claim.yaml": _CLAIM % "ReadWriteMany"},
        {"jobs/claim.yaml": _CLAIM % "ReadWriteOnce"},
        "claim-of-one-node",
    ),
    "a Service": (
        {"jobs/job.yaml": _LABELLED, "x.yaml": _NOTHING},
        {"jobs/svc.yaml": service()},
        "service-selects-job",
    ),
    "a quota": (
        {"jobs/job.yaml": GOOD, "jobs/quota.yaml": _QUOTA % "pods"},
        {"jobs/quota.yaml": _QUOTA % "requests.cpu"},
        "uncounted-resources",
    ),
    "a Secret under another name": (
        {"jobs/job.yaml": _SECRETIVE, "jobs/secret.yaml": _SECRET % "db-credentials"},
        {"jobs/secret.yaml": _SECRET % "db-credential"},
        "misnamed-reference",
    ),
    "a Secret elsewhere is gone": (
        {
            "jobs/job.yaml": _SECRETIVE,
            "jobs/secret.yaml": _SECRET % "db-credential",
            "more/job.yaml": GOOD,
            "more/secret.yaml": _SECRET % "db-credentials",
        },
        {"more/secret.yaml": ""},
        "misnamed-reference",
    ),
    "the Job beside a Secret elsewhere is gone": (
        {
            "jobs/job.yaml": _SECRETIVE,
            "jobs/secret.yaml": _SECRET % "db-credential",
            "more/job.yaml": GOOD,
            "more/secret.yaml": _SECRET % "db-credentials",
        },
        {"more/job.yaml": ""},
        "misnamed-reference",
    ),
    "a name from a kustomization": (
        {"base/job.yaml": GOOD, "over/kustomization.yaml": _KUSTOMIZED},
        {"over/kustomization.yaml": _KUSTOMIZED + f"namePrefix: {'p' * 60}\n"},
        "unfit-kustomized-name",
    ),
    "a directive is gone": (
        {
            "base/job.yaml": GOOD,
            "over/kustomization.yaml": _KUSTOMIZED + f"namePrefix: {'p' * 60}\n",
            "far/patch.yaml": "kind: Job\nmetadata: {name: hello}\n$patch: delete\n",
        },
        {"far/patch.yaml": ""},
        "unfit-kustomized-name",
    ),
    "a Service that a kustomization puts beside it": (
        {
            "base/job.yaml": GOOD,
            "over/kustomization.yaml": _KUSTOMIZED + "commonLabels: {app: shop}\n",
            "over/svc.yaml": _NOTHING,
        },
        {"over/svc.yaml": service()},
        "service-selects-job",
    ),
}


@pytest.mark.parametrize("case", _CASES)
def test_a_job_that_stays_as_it_is(here: Path, joblint: Program, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, rule = _CASES[case]
    for name, text in before.items():
        write(here / name, text)
    commit_all(here)
    run_git("tag", "before")
    for name, text in after.items():
        if text:
            write(here / name, text)
        else:
            (here / name).unlink()
    arguments = ["--extend-select", "advice"]
    assert find_reach(["."], "before", None) is not None or case == "a directive is gone"
    found = _outcome(joblint, arguments)
    assert rule in [one["rule"] for one in found[2]]
    monkeypatch.setattr(find, "find_reach", lambda *_: None)
    assert found == _outcome(joblint, arguments)
