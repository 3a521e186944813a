"""Reports: what a rule has found.

The constructors below have the names and causes of those in Kubernetes' field package
(staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from joblint.manifests.yaml.tree import Node
from joblint.rule.cure.cure import Cure, Operation
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.kube.minors.minor import Facts
    from joblint.manifests.document import Document


class Report:
    """What a rule has found, before the engine adds the rule, file, line and column.

    `node` is the primary place, or a (start, end) span inside the document's text; `related` are (Node, message) pairs,
    `elsewhere` (Document, Node, message) triples: places in another document, which may be another file's.
    `script` is the place of the text that it is about, if that is not in the object: the finding is placed there, and
    `node` becomes a related place (findings.py).
    `value` is the value that it is about, if any: its alias or merge key becomes a related place. `remedy` is the fix.
    """

    __slots__ = ("effect", "elsewhere", "field", "message", "node", "reason", "related", "remedy", "script", "value")

    def __init__(
        self,
        effect: str,
        message: str,
        node: Node | tuple[int, int],
        *,
        field: str = "",
        reason: str = "",
        related: tuple[tuple[Node, str], ...] = (),
        value: Value | None = None,
    ) -> None:
        self.effect, self.message, self.node, self.field, self.reason = effect, message, node, field, reason
        self.related, self.value = related, value
        self.elsewhere: tuple[tuple[Document, Node, str], ...] = ()
        self.script: tuple[Document, Node, str] | None = None
        self.remedy: Cure | None = None

    def cure(
        self,
        message: str,
        *operations: Operation,
        safe: bool = True,
        where: "Callable[[Facts], bool] | None" = None,
    ) -> "Report":
        """Add the fix, in words (`write `Never``) and as operations, and return the report.

        `safe`: it is plainly what the author meant. `where`: it is only valid if this is true of every target minor.
        Without operations, no fix is added.
        """
        if operations:
            self.remedy = Cure(safe, message, operations, where)
        return self

    def cure_by(
        self, cure: tuple[str, Operation], *, safe: bool = True, where: "Callable[[Facts], bool] | None" = None
    ) -> "Report":
        """Add a fix that is one operation with its description, such as what `writing` returns; see `cure`."""
        return self.cure(cure[0], cure[1], safe=safe, where=where)


Reports = Iterator[Report]


def place(value: Value) -> Node:
    """Return the node to point at for a value: a scalar itself, a struct's, map's or list's key, or the first key."""
    node = value.node
    if isinstance(value.data, (dict, list)) and value.key is not None:
        return value.key
    entries = getattr(node, "entries", None)
    return entries[0].key if entries else node


def _rejected(reason: str, value: Value, message: str, field: str | None) -> Report:
    path = value.path if field is None else field
    return Report("rejected", message, place(value), field=path, reason=reason, value=value)


def invalid(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value that is not valid. `field`: the path that the API server gives, if it is not the value's."""
    return _rejected("FieldValueInvalid", value, message, field)


def not_supported(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value that is not one of the allowed values."""
    return _rejected("FieldValueNotSupported", value, message, field)


def forbidden(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value that must not be set."""
    return _rejected("FieldValueForbidden", value, message, field)


def duplicate(value: Value, message: str, *, first: Value | None = None, field: str | None = None) -> Report:
    """Report a value that is already used elsewhere: at `first`."""
    report = _rejected("FieldValueDuplicate", value, message, field)
    if first is not None:
        report.related = ((place(first), "first here"),)
    return report


def not_found(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value that refers to something that does not exist."""
    return _rejected("FieldValueNotFound", value, message, field)


def too_many(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value with more elements than allowed."""
    return _rejected("FieldValueTooMany", value, message, field)


def too_long(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value with more characters or bytes than allowed."""
    return _rejected("FieldValueTooLong", value, message, field)


def type_invalid(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value of the wrong type, as found by validation (not by decoding)."""
    return _rejected("FieldValueTypeInvalid", value, message, field)


def internal_error(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value for which the API server returns an internal error."""
    return _rejected("InternalError", value, message, field)


def required(
    owner: Value, name: str, message: str, *, because: Value | None = None, field: str | None = None
) -> Report:
    """Report a field of `owner` that is missing or empty.

    The place is the empty value if it is written, or else the key of the field that makes it required (`because`), or
    else the mapping in which it is missing. `name` may be a path below `owner` (`exec.command`).
    """
    path = owner.child_path(name) if field is None else field
    node, related = absent_place(owner, name, because)
    return Report("rejected", message, node, field=path, reason="FieldValueRequired", related=related, value=owner)


def absent_place(owner: Value, name: str, because: Value | None) -> tuple[Node, tuple[tuple[Node, str], ...]]:
    """Return where to report a missing field of `owner`, and the mapping in which it is missing as a related place."""
    written = next((e for e in getattr(owner.node, "entries", ()) if e.name == name), None)
    if written is not None:
        return written.key, ()
    lacking = place(owner)
    if because is None:
        return lacking, ()
    return because.key or because.node, ((lacking, f"`{name}` is missing here"),)


def dropped(value: Value, message: str) -> Report:
    """Report a value that the API server silently removes."""
    return Report("dropped", message, value.key or value.node, field=value.path, value=value)


def warned(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a value that the API server accepts with a warning."""
    return Report("warned", message, place(value), field=value.path if field is None else field, value=value)


def mistake(value: Value, message: str, *, span: tuple[int, int] | None = None, field: str | None = None) -> Report:
    """Report a value that is accepted but is not what its author means; `span` is a narrower place in the text."""
    path = value.path if field is None else field
    return Report("mistake", message, span or place(value), field=path, value=value)


def advice(value: Value, message: str, *, field: str | None = None) -> Report:
    """Report a risk, or a practice that teams choose."""
    return Report("advice", message, place(value), field=value.path if field is None else field, value=value)
