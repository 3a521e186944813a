"""The index of docs/rules/: all rules, by group."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

NAME = "README.md"
# What the rules of a group are about; a new group needs a line.
GROUPS = {
    "container": "Containers: names, images, ports, variables, probes.",
    "cronjob": "What a CronJob alone has: the schedule, the time zone, what happens when two runs meet.",
    "deadline": "Deadlines and retries that cannot do what they are for.",
    "decoding": "What comes before validation: YAML, kinds and versions, unknown fields, types, feature gates.",
    "delivery": "Jobs that kubectl, Helm, Argo CD or kustomize bring to the cluster.",
    "job": "What a Job alone has: completions, retries, policies, the selector.",
    "metadata": "Names, labels, annotations.",
    "neighbours": "A Job beside other objects, of the same file or the same tree.",
    "pattern": "What a Job is meant to be (one run, a fixed number, a queue, indexes), and fields that do not fit it.",
    "pod": "The Pod: security, DNS, namespaces of the host, the operating system.",
    "practice": "What teams choose: limits, clean-up, images. All of it advice.",
    "resources": "Requests, limits, quantities, claims.",
    "schedule": "Schedules that are valid and run at other times than meant, and the history of the runs.",
    "scheduling": "Where Pods run: affinity, tolerations, topology.",
    "script": "Commands, arguments and scripts, as the kernel, the shell and Python read them.",
    "suppression": "Comments that let a finding stand.",
    "update": "Changes of an object that is on the server already: `--against`.",
    "volume": "Volumes and mounts.",
}
_HEAD = """\
# Rules

Every rule, by group; each has a page, made from its card in `rules/`. `joblint rules` lists them too, and `joblint
explain RULE` shows a page in the terminal. `--select`, `--extend-select` and `--ignore` take the names of rules, groups
and effects.

Each finding has one of five [effects](../../README.md#what-a-finding-says); `advice` is off until it is selected. The
last column says whether `joblint fix` mends it: safely, or with `--unsafe-fixes`.
"""


def text(cards: Sequence[dict[str, Any]]) -> str:
    """The index of some cards."""
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
