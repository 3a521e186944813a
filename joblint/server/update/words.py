"""Reports of changes that are not allowed: where, from what to what, and what to do."""

from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.manifests.yaml.tree import Node
from joblint.rule.report import Report, place
from joblint.rule.value import Value
from joblint.server.update.changed import FieldChange

if TYPE_CHECKING:
    from joblint.rule.context import Context

_MAX_RELATED = 4
DELETE_OR_RENAME = "delete the Job first (`kubectl replace --force` does so), or rename this Job"  # the usual advice
_INVALID, _TTL = "FieldValueInvalid", "ttlSecondsAfterFinished"


def change_refusal(
    changed: list[FieldChange], field: str, what: str, cure: str, ctx: "Context", above: str = ""
) -> Report:
    """Return the report of a change that is refused: at the first change that the author wrote, the others related.

    `what` says what is not allowed, `cure` what to do; all changes are below the path `above`.
    """
    report = change_advice(changed, what, ctx, above)
    report.effect, report.message = (
        "rejected",
        f"{report.message}; {_until(ctx) if cure == DELETE_OR_RENAME else ''}{cure}",
    )
    report.field, report.reason = field, _INVALID
    return report


def _until(ctx: "Context") -> str:
    """Return until when the existing Job prevents the change, if the server deletes it by itself."""
    ttl = None if ctx.live is None else ctx.live.at("spec", _TTL)
    if ttl is None or ttl.opaque:
        return ""
    return f"`{_TTL}` deletes the Job {ttl.data} s after it ends; until then "


def change_advice(changed: list[FieldChange], what: str, ctx: "Context", above: str = "") -> Report:
    """Return the report of changes that are allowed, as advice."""
    changed = sorted(changed, key=lambda change: not _written(change.new))
    first, others = changed[0], changed[1:]
    also = f" (and {len(others)} more)" if others else ""
    message = f"{what}: {_describe(first, above)}{also}"
    report = Report("advice", message, _place(first), field=first.path, value=first.new)
    report.related = tuple((_place(change), _describe(change, above)) for change in others[:_MAX_RELATED])
    if first.old is not None and ctx.old is not None:
        report.elsewhere = ((ctx.old.document, place(first.old), _was(first)),)
    return report


def _place(change: FieldChange) -> Node:
    """Return the place of a change in the new manifest; for a removal, the mapping or list that lacks the value."""
    return place(change.owner if change.new is None else change.new)


def _describe(change: FieldChange, above: str) -> str:
    path = change.path.removeprefix(above).removeprefix("spec.")
    if change.old is None:
        return f"`{path}` is new" if _shown(change.new) is None else f"`{path}` was not set, is now {_now(change)}"
    if change.new is None:
        was = _shown(change.old)
        return f"`{path}` is missing" + (f", was {was}" if was else "")
    return f"`{path}` was {_shown(change.old)}, is now {_now(change)}"


def _was(change: FieldChange) -> str:
    if not _written(change.old):
        return f"`{change.path.rpartition('.')[2]}` was {_shown(change.old)} by default"
    shown = _shown(change.old)
    return f"was {shown}" if shown and change.new is not None else "was here"


def _now(change: FieldChange) -> str:
    return f"{_shown(change.new)}" + ("" if _written(change.new) else " by default")


def _shown(value: Value | None) -> str | None:
    """Return a scalar as a message shows it, None for a value with parts."""
    if value is None or isinstance(value.data, (dict, list)):
        return None
    if isinstance(value.data, bool):
        return f"`{str(value.data).lower()}`"
    return f"`{names.short(getattr(value.data, 'text', None) or str(value.data))}`"


def _written(value: Value | None) -> bool:
    """Return whether the author has written the value; what the server has filled in has a plain Node."""
    return value is not None and value.node.__class__ is not Node
