"""Helpers that the checks of a pod template share: its containers, and checks of common kinds of fields."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.rule.cure.cure import writing, writing_octal
from joblint.rule.report import Report, Reports, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.decode.scalars import value_name

if TYPE_CHECKING:
    from joblint.rule.context import Context

CONTAINERS = ("Container", "EphemeralContainer")
INIT, EPHEMERAL = "initContainers", "ephemeralContainers"
LISTS = (INIT, "containers", EPHEMERAL)  # in the order of the server, pkg/apis/core/pods/helpers.go
FILE_MODES = range(0o1000)
# How similar a word must be to one that was meant, and the longest word that is compared.
_LONGEST = 60
_FEW = 4  # allowed words that a message lists even if it names the one that was meant

Grammar = Callable[[str], str | None]


def quoted(text: object) -> str:
    """Return a text as a message quotes it."""
    return f"`{short(str(text))}`"


def words(allowed: Iterable[str]) -> str:
    """Return words as a message lists them: `A`, `B` or `C`."""
    *first, last = (f"`{word}`" for word in allowed)
    return f"{', '.join(first)} or {last}" if first else last


def with_value(value: Value, text: object) -> str:
    """Return the name and text of a value as a message quotes them: `image: busybox`."""
    return f"{value_name(value)[:-1]}: {short(str(text))}`" if text != "" else value_name(value)


# -- containers


def containers(spec: Value) -> Iterator[Value]:
    """Yield every container of a pod's spec, init containers first. Raises Opaque if a list is hidden."""
    for name in LISTS:
        yield from spec.items(name)


def role(container: Value) -> str:
    """Return the list that a container is in: `containers`, `initContainers` or `ephemeralContainers`."""
    return str(container.parent.step) if container.parent is not None else ""


def pod_of(value: Value) -> Value:
    """Return the pod's spec that a value is in."""
    spec = value.up("PodSpec")
    assert spec is not None
    return spec


def container_of(value: Value) -> Value:
    """Return the container that a value is in."""
    container = value.up("Container") or value.up("EphemeralContainer")
    assert container is not None
    return container


def is_sidecar(container: Value) -> bool:
    """Return whether an init container keeps running next to the others, from 1.28."""
    return role(container) == INIT and container.text("restartPolicy") == "Always"


# -- kinds of fields: a hidden field is not reported, and the fields next to it are checked as usual


def shown(owner: Value, name: str) -> Value | None:
    """Return a field's Value, None if it is absent or hidden. Raises Opaque if the owner itself is hidden."""
    value = owner.get(name)
    return None if value is None or value.opaque else value


def expect(owner: Value, name: str, grammar: Grammar, *, field: str | None = None) -> Reports:
    """Report a string field that the grammar does not accept, if it is written and not empty."""
    value = shown(owner, name)
    if value is not None and value.scalar():
        yield from match(value, grammar, field=field)


def match(value: Value, grammar: Grammar, *, field: str | None = None) -> Reports:
    """Report a string that the grammar does not accept."""
    text = str(value.scalar())
    if wrong := grammar(text):
        yield invalid(value, f"{with_value(value, text)} {wrong}", field=field)


def choice(
    owner: Value, name: str, allowed: Collection[str], *, default: bool = True, field: str | None = None
) -> Reports:
    """Report a string field that is not one of the allowed words. `default`: an empty one counts as absent."""
    value = shown(owner, name)
    if value is not None and (value.scalar() or not default):
        yield from one_of(value, allowed, field=field)


def one_of(value: Value, allowed: Collection[str], *, field: str | None = None) -> Reports:
    """Report a string that is not one of the allowed words."""
    text = str(value.scalar())
    if text not in allowed:
        message = f"{value_name(value)} must be {words(filter(None, allowed))}, not {quoted(text)}"
        report = meant_as(not_supported(value, message, field=field), value, allowed)
        if len(allowed) > _FEW and report.message != message:
            report.message = f"{with_value(value, text)} is not valid{report.message.removeprefix(message)}"
        yield report


def meant_as(report: Report, value: Value, allowed: Collection[str]) -> Report:
    """Return the report of a word that is not allowed, with the allowed one that was meant, if one is similar."""
    text = str(value.scalar())
    letters = _letters(text)
    word = next((word for word in allowed if _letters(word) == letters), "")
    near = word or _near(letters, allowed)
    if not near:
        return report
    report.message += f"; did you mean `{near}`?"
    return report.cure_by(writing(value, near), safe=bool(word))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _near(letters: str, allowed: Collection[str]) -> str:
    if not letters or len(letters) > _LONGEST:
        return ""
    from joblint.kube.nearest import SURE, nearest

    return nearest(letters, allowed, cutoff=SURE, folded=_letters)


def need(owner: Value, *names: str, at: str | None = None) -> Reports:
    """Report each string or list field that is missing or empty. `at` is the owner's path, if the server's differs."""
    for name in names:
        value = owner.get(name)
        if value is None or not (value.opaque or value.scalar()):
            field = None if at is None else f"{at}.{name}"
            yield required(owner, name, f"`{name}` is required in {value_name(owner)}", field=field)


def within(owner: Value, name: str, allowed: range, *, field: str | None = None) -> Reports:
    """Report an integer field that is out of its range."""
    value = shown(owner, name)
    if value is not None and value.scalar() not in allowed:
        yield out_of_range(value, allowed, field=field)


def out_of_range(value: Value, allowed: range, *, field: str | None = None) -> Report:
    """Return the report of an integer that is out of its range."""
    limits = f"from {allowed.start} to {allowed.stop - 1}"
    return invalid(value, f"{value_name(value)} must be {limits}, not {value.scalar()}", field=field)


def not_negative(owner: Value, name: str) -> Reports:
    """Report an integer field that is negative."""
    value = shown(owner, name)
    if value is not None and value.scalar() < 0:
        yield invalid(value, f"`{name}` must be 0 or more, not {value.scalar()}")


def file_mode(owner: Value, name: str, ctx: "Context", *, field: str | None = None) -> Reports:
    """Report an invalid file mode; decimal and octal are easily confused."""
    value = shown(owner, name)
    if value is None or value.scalar() in FILE_MODES:
        return
    written, number = ctx.text_at(value.node), value.scalar()
    message = f"`{name}` must be a file mode from 0 to 0777 (511), not {number}"
    if written.isdigit() and set(written) <= set("01234567") and int(written, 8) in FILE_MODES:
        message += f"; in YAML, an octal number starts with 0, so use `0{written}`"
        yield invalid(value, message, field=field).cure_by(writing_octal(value, written))
    else:
        yield invalid(value, message, field=field)


def called(value: Value) -> str:
    """Return how a message refers to an element of a list: by its `name`, or by its index if it has none."""
    name = value.text("name")
    return quoted(name) if name else value_name(value)
