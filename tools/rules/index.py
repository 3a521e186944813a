"""The index of docs/rules/: all rules, by group."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

NAME = "README.md"
# The topic of each group; a new group needs a line.
GROUPS = {
    "container": "Containers: names, images, ports, variables, probes.",
    "cronjob": "Fields that only CronJobs have: the schedule, the time zone, what happens when two runs overlap.",
    "deadline": "Deadlines and retries that cannot work as intended.",
    "decoding": "What is checked before validation: YAML, kinds and versions, unknown fields, types, feature gates.",
    "delivery": "Jobs that are deployed with kubectl, Helm, Argo CD or kustomize.",
    "job": "Fields that only Jobs have: completions, retries, policies, the selector.",
    "metadata": "Names, labels, annotations.",
    "neighbours": "Jobs together with other objects in the same file or tree.",
    "pattern": "The purpose of a Job (one run, a fixed number, a queue, indexes), and fields that do not fit it.",
    "pod": "The Pod: security, DNS, host namespaces, the operating system.",
    "practice": "Practices that teams choose: limits, clean-up, images. These rules are all advice.",
    "resources": "Requests, limits, quantities, claims.",
    "schedule": "Valid schedules that run at other times than intended, and the history of the runs.",
    "scheduling": "Where Pods run: affinity, tolerations, topology.",
    "script": "Commands, arguments and scripts, as the kernel, the shell and Python read them.",
    "suppression": "Comments that suppress findings.",
    "update": "Changes of an object that already exists on the server: `--against`.",
    "volume": "Volumes and mounts.",
}
_HEAD = """\
# Rules

All rules, by group. Each has a page, generated from its card in `rules/`. `joblint rules` also lists them, and
`joblint explain RULE` shows a page in the terminal. `--select`, `--extend-select` and `--ignore` accept the names of
rules, groups and effects.

Each finding has one of five [effects](../findings.md#effects); `advice` is off until it is selected. The last column
says whether `joblint fix` fixes it: `safe`, or `unsafe` with `--unsafe-fixes`.
"""


def text(cards: Sequence[dict[str, Any]]) -> str:
    """Return the index of some cards."""
    return "\n".join(_lines(sorted(cards, key=itemgetter("group", "name")))) + "\n"


def _lines(cards: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield _HEAD
    groups = [(group, list(found)) for group, found in groupby(cards, key=itemgetter("group"))]
    yield " · ".join(f"[{group}](#{group})" for group, _ in groups)
    for group, found in groups:
        yield f"\n## {group}\n\n{GROUPS[group]}\n"
        yield "| rule | what is right | effects | fix |\n|---|---|---|---|"
        for card in found:
            name, effects, fix = card["name"], ", ".join(card["effects"]), card["fix"].replace("none", "")
            yield f"| [`{name}`]({name}.md) | {card['summary']} | {effects} | {fix} |"
