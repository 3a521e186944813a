"""Objects that replace existing ones: `kubectl replace`, and Argo CD with `Replace=true`."""

from collections.abc import Iterator

from conformance.recording import Line

_OPTIONS = "argocd.argoproj.io/sync-options: Replace=true"
_POD = """
restartPolicy: Never
containers:
- name: main
  image: busybox:1.37
"""
_LABELS = "metadata: {labels: {app: import}}\n"


def _indented(text: str, by: int) -> str:
    return text.strip().replace("\n", "\n" + " " * by)


def _job(spec: str = "", template: str = "", pod: str = _POD) -> str:
    """Return a Job with additions to its spec, its template and its Pod."""
    more = "".join(f"  {line}\n" for line in spec.splitlines())
    labels = "".join(f"    {line}\n" for line in template.splitlines())
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: import\n  annotations: {{{_OPTIONS}}}\nspec:\n{more}"
        f"  template:\n{labels}    spec:\n      {_indented(pod, 6)}\n"
    )


def _cronjob(spec: str = "", pod: str = _POD) -> str:
    more = "".join(f"  {line}\n" for line in spec.splitlines())
    return (
        f"apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: import\n  annotations: {{{_OPTIONS}}}\n"
        f'spec:\n  schedule: "0 4 * * *"\n{more}  jobTemplate:\n    spec:\n      template:\n        spec:\n'
        f"          {_indented(pod, 10)}\n"
    )


_NEWER = _POD.replace("1.37", "1.38")
_OWN = "manualSelector: true\nselector: {matchLabels: {app: import}}\n"
_OTHER = "manualSelector: true\nselector: {matchLabels: {app: export}}\n"
_PAIRS = {
    "same": (_job(), _job()),
    "image": (_job(), _job(pod=_NEWER)),
    "parallelism": (_job("parallelism: 1\ncompletions: 3"), _job("parallelism: 2\ncompletions: 3")),
    "labels": (_job(template=_LABELS), _job(template=_LABELS)),
    "suspended": (_job("suspend: true"), _job("suspend: true")),
    "resumed": (_job("suspend: true"), _job("suspend: false")),
    "scheduled": (_job("suspend: true"), _job("suspend: true", pod=_POD + "nodeSelector: {disk: fast}\n")),
    "indexed": (_job("completionMode: Indexed\ncompletions: 3"), _job("completionMode: Indexed\ncompletions: 3")),
    "manual": (_job(_OWN, _LABELS), _job(_OWN, _LABELS)),
    "manual-image": (_job(_OWN, _LABELS), _job(_OWN, _LABELS, _NEWER)),
    "manual-parallelism": (_job(_OWN, _LABELS), _job(_OWN + "parallelism: 2", _LABELS)),
    "manual-backoff": (_job(_OWN + "backoffLimit: 3", _LABELS), _job(_OWN, _LABELS)),
    "manual-selector": (_job(_OWN, _LABELS), _job(_OTHER, _LABELS)),
    "manual-from-generated": (_job(template=_LABELS), _job(_OWN, _LABELS)),
    "manual-without-labels": (_job(_OWN, _LABELS), _job(_OWN)),
    "manual-without-selector": (_job(_OWN, _LABELS), _job("manualSelector: true", _LABELS)),
    "cronjob": (_cronjob(), _cronjob()),
    "cronjob-image": (_cronjob(), _cronjob(pod=_NEWER)),
    "cronjob-suspended": (_cronjob(), _cronjob("suspend: true")),
    "cronjob-with-less": (_cronjob("suspend: true\nconcurrencyPolicy: Forbid\nfailedJobsHistoryLimit: 3"), _cronjob()),
    "cronjob-policy": (_cronjob(), _cronjob("concurrencyPolicy: Never")),
}


def put_cases() -> Iterator[Line]:
    """Yield pairs of an object and the next one; the oracle uses the next one unchanged."""
    for name, (old, new) in _PAIRS.items():
        yield {"id": f"put-{name}", "old": old, "yaml": new, "put": True}
