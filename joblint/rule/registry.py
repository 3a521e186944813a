"""Registering the code of a rule under its card's name.

    @rule("indexed-without-completions", on="JobSpec")
    def indexed_without_completions(spec: Value, ctx: Context) -> Reports:
        mode = spec.get("completionMode")
        if mode and mode.scalar() == "Indexed" and not spec.has("completions"):
            yield required(spec, "completions", "an Indexed Job needs `completions`", because=mode)

The engine calls the function for every value of that type, in a Job or in a CronJob, and ends it silently if it reads a
value that the file does not show (value.py, Opaque).
"""

from collections.abc import Callable

from joblint.rule.context import Context
from joblint.rule.report import Reports
from joblint.rule.value import Value

CREATE, UPDATE, PUT = "create", "update", "put"
_CHECKS = "joblint.checks."  # the package of the rules about mistakes
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


REGISTRY: list[Registered] = []


def rule(name: str, *, on: str | tuple[str, ...], verb: str = "") -> Callable[[Check], Check]:
    """Register a function under its card's name, for one or more Kubernetes types; a card may have several functions.

    `verb`: CREATE, UPDATE or PUT, if the API server only checks it then.
    """

    def register(check: Check) -> Check:
        types = (on,) if isinstance(on, str) else on
        of_author = check.__module__.startswith(_CHECKS)
        REGISTRY.extend(Registered(name, type_, check, verb, of_author) for type_ in types)
        return check

    return register
