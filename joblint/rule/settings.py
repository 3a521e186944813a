"""The input and output of a run: settings and the result."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from joblint.manifests.document import Document, Manifest
from joblint.rule.finding import Finding
from joblint.rule.report import Report

Wants = Callable[[str, str], bool]
Counts = Callable[[Report], bool]
Options = Mapping[tuple[str, str], int]
FIELD_VALIDATION = STRICT, WARN, IGNORE = "strict", "warn", "ignore"
NAMESPACE = "default"  # the namespace of a request if no other is given
_OF_A_PART = frozenset(("UnknownField", "DuplicateField", "Malformed", "FieldValueNotSupported"))


def today() -> str:
    """Return the current date in UTC, as `2027-03-01`."""
    return time.strftime("%Y-%m-%d", time.gmtime())


class Settings(NamedTuple):
    """The settings of a run: the target minors, the user's feature gates, the selected (rule, effect) pairs.

    `leave_alone` returns why a manifest is not checked (a template, a live object), or an empty string; None: all are.
    `counts` returns, for a manifest that is not a whole object (a kustomize patch), which reports count; None: all do.
    `unreadable` returns why a document that does not parse is not reported (a template), or an empty string.
    `field_validation` is what the request asks the server to do with unknown and duplicate fields: "strict" rejects
    them, "warn" warns about them, "ignore" ignores them (joblint/server/decode/unknown.py).
    `severities` are those of (rule, effect) pairs whose severity is not that of their effect.
    `options` are the rules' options that are not at their defaults, by rule and option.
    `suppress`: apply the comments and annotations that suppress findings (joblint/engine/suppress/suppressions.py).
    `namespace` is that of the request: the server sets it in objects that have none, before admission.
    `require_reason`: a suppression without a reason has no effect. `today` returns the date: suppressions that end
    before it have no effect either; it is only called if there are any with an end.
    `edits`: compute how the fixes change the text; without it, a fix is only described in words.
    `each_field`: report a mistake once for each field and cause that a minor has for it, not once for all minors.
    `given` are the values that the user gives for charts, the highest layer first.
    `verify`: only return fixes that were tried: with only that fix, the text can be parsed, does not have the finding,
    and has no new finding (joblint/engine/verify.py). Without it, they are proposals that joblint/engine/fix.py tries
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
    given: tuple[Any, ...] = ()  # of manifests/template/values.py, Layer; its name in quotes would cost time


class Skipped(NamedTuple):
    """A document that was not checked, and why."""

    path: str
    line: int
    what: str
    why: str


class Result(NamedTuple):
    """The result of a run: findings by file, line and column, how many objects were checked, and which were not.

    `suppressed` are the findings that an author suppresses, each with the given reason; they are not in `findings`.
    `unread`: the lines from which on a limit left something out, and why.
    """

    findings: list[Finding]
    judged: int
    skipped: list[Skipped]
    suppressed: list[tuple[Finding, str]]
    unread: list[Skipped]


def holds_for_a_part(report: Report) -> bool:
    """Return whether a report is right whatever the rest of the object is."""
    return report.reason in _OF_A_PART


def check_namespace(name: str) -> None:
    """Check that a name is valid for a namespace. Raises ValueError."""
    from joblint.kube.names import names

    if wrong := names.dns_label(name):
        raise ValueError(f"the namespace `{names.short(name)}` {wrong}")
