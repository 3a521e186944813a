"""What goes into a run and what comes out: settings, and the result."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from joblint.manifests.document import Document, Manifest
from joblint.rule.finding import Finding
from joblint.rule.report import Report

Wants = Callable[[str, str], bool]
Counts = Callable[[Report], bool]
Options = Mapping[tuple[str, str], int]
FIELD_VALIDATION = STRICT, WARN, IGNORE = "strict", "warn", "ignore"
NAMESPACE = "default"  # what a request is for where nobody names another
_OF_A_PART = frozenset(("UnknownField", "DuplicateField", "Malformed", "FieldValueNotSupported"))


def today() -> str:
    """The day in UTC, as `2027-03-01`."""
    return time.strftime("%Y-%m-%d", time.gmtime())


class Settings(NamedTuple):
    """What a run is asked: the target minors, the gates turned by hand, which (rule, effect) pairs are wanted.

    `leave_alone` says why a manifest is not to be judged (a template, a live object), or nothing; None judges all.
    `counts` gives, for a manifest that is no whole object (a kustomize patch), which reports count; None: all do.
    `unreadable` says why a document that does not parse is nothing to complain of (a template), or nothing.
    `field_validation` is what the request asks the server to do with unknown and duplicate fields: "strict" refuses
    them, "warn" warns of them, "ignore" does not (joblint/server/decode/unknown.py).
    `severities` are those of (rule, effect) pairs whose findings are not as grave as their effect says.
    `options` are those of rules that are not at their defaults, by rule and option.
    `suppress`: heed the comments and annotations by which authors let findings stand
    (joblint/engine/suppress/suppressions.py).
    `namespace` is that of the request: the server gives it to objects that name none, before admission.
    `require_reason`: a suppression that gives no reason hides nothing. `today` tells the day, after which those that
    end before it hide nothing, either; it is asked only if there are such.
    `edits`: work out how the fixes change the text; without it a fix only says in words what would cure.
    `each_field`: report a mistake once for each field and cause that a minor has for it, not once for all minors.
    `verify`: give only fixes that were tried: with that fix alone the text can be read, lacks the finding, and has no
    finding that is new (joblint/engine/verify.py). Without it they are proposals, for joblint/engine/fix.py to try
    together.
    """

    minors: tuple[int, ...]
    gates: Mapping[str, bool]
    wants: Wants
    leave_alone: Callable[[Manifest], str] | None = None
    counts: Callable[[Manifest], Counts | None] | None = None
    unreadable: Callable[[Document], str] | None = None
    severities: Mapping[tuple[str, str], str] = {}
    field_validation: str = STRICT
    suppress: bool = True
    require_reason: bool = False
    today: Callable[[], str] = today
    edits: bool = True
    options: Mapping[tuple[str, str], int] = {}
    namespace: str = NAMESPACE
    each_field: bool = False
    verify: bool = True


class Skipped(NamedTuple):
    """A document that was left alone, and why."""

    path: str
    line: int
    what: str
    why: str


class Result(NamedTuple):
    """What a run says: findings by file, line and column; how many objects were judged, and which were not.

    `suppressed` are the findings that an author lets stand, each with the reason given; `findings` has none of them.
    `unread`: from which lines on a limit left something out, and why.
    """

    findings: list[Finding]
    judged: int
    skipped: list[Skipped]
    suppressed: list[tuple[Finding, str]]
    unread: list[Skipped]


def holds_for_a_part(report: Report) -> bool:
    """Whether what was found is wrong whatever the rest of the object says."""
    return report.reason in _OF_A_PART


def check_namespace(name: str) -> None:
    """Raises ValueError for what is not the name of a namespace."""
    from joblint.kube.names import names

    if wrong := names.dns_label(name):
        raise ValueError(f"the namespace `{names.short(name)}` {wrong}")
