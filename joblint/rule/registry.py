"""Registering the code of a rule under its card's name.

    @rule("indexed-without-completions", on="JobSpec")
    def indexed_without_completions(spec: Value, ctx: Context) -> Reports:
        mode = spec.get("completionMode")
        if mode and mode.scalar() == "Indexed" and not spec.has("completions"):
            yield required(spec, "completions", "an Indexed Job needs `completions`", because=mode)

The engine calls the function for every value of that type, in a Job or in a CronJob, and ends it silently if it reads a
value that the file does not show (value.py, Opaque).
"""

from collections.abc import Callable, Container, Iterable, Iterator

from joblint.rule.context import Context
from joblint.rule.report import Reports
from joblint.rule.value import Value

CREATE, UPDATE, PUT = "create", "update", "put"
Check = Callable[[Value, Context], Reports]


class Registered:
    """One function of a rule: the card's name, the type it is attached to, the function.

    `of_author`: it checks what the author has written, not what the server makes of it.
    `verb` is the only kind of request that it applies to: CREATE, UPDATE (a manifest applied over an existing object),
    or PUT (a manifest sent in its place, without what the server had filled in); empty: it applies to the first two.
    """

    __slots__ = ("check", "name", "of_author", "type", "verb")

    def __init__(self, name: str, type_: str, check: Check, verb: str, of_author: bool = False) -> None:
        self.name, self.type, self.check, self.verb, self.of_author = name, type_, check, verb, of_author


class Registry:
    """The functions of all rules that are loaded, in the order of their registration."""

    def __init__(self) -> None:
        self._entries: list[Registered] = []

    def __iter__(self) -> Iterator[Registered]:
        return iter(self._entries)

    def add(self, entries: Iterable[Registered]) -> None:
        """Add functions."""
        self._entries.extend(entries)

    def remove(self, names: Container[str]) -> None:
        """Remove the functions of the rules with these names."""
        self._entries = [entry for entry in self._entries if entry.name not in names]


REGISTRY = Registry()


def rule(name: str, *, on: str | tuple[str, ...], verb: str = "") -> Callable[[Check], Check]:
    """Register a function of what the API server does, under its card's name, for one or more Kubernetes types.

    A card may have several functions. `verb`: CREATE, UPDATE or PUT, if the API server only checks it then.
    """
    return _registering(name, on, verb, of_author=False)


def author_rule(name: str, *, on: str | tuple[str, ...]) -> Callable[[Check], Check]:
    """Register a function of a mistake that the API server accepts, under its card's name; see `rule`.

    It checks what the author has written, also if the manifest is applied over an existing object.
    """
    return _registering(name, on, "", of_author=True)


def _registering(name: str, on: str | tuple[str, ...], verb: str, of_author: bool) -> Callable[[Check], Check]:

    def register(check: Check) -> Check:
        types = (on,) if isinstance(on, str) else on
        REGISTRY.add(Registered(name, type_, check, verb, of_author) for type_ in types)
        return check

    return register
