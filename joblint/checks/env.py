"""A variable that is set twice, where the server does not warn of it."""

from typing import TYPE_CHECKING

from joblint.rule import Reports, mistake, place, rule
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.engine import Context

WARNED_FROM = 22  # pkg/api/pod/warnings.go came with that minor


@rule("duplicate-variable", on="Container")
def duplicate_variable(container: Value, ctx: "Context") -> Reports:
    """The last one counts, unless it builds upon the one before (`$(NAME)/bin`)."""
    env = container.items("env")
    names = {entry.text("name") for entry in env}
    if len(names) == len(env) or ctx.facts.since(WARNED_FROM):
        return
    seen: dict[str, Value] = {}
    for entry in env:
        name = entry.text("name")
        if name in seen and name and hides(entry, name):
            report = mistake(entry, f"`{name}` is set twice, and only the second counts")
            report.related = ((place(seen[name]), "first set here"),)
            yield report
        seen.setdefault(name, entry)


def hides(entry: Value, name: str) -> bool:
    """Whether a variable is set anew, and not from its own value before."""
    reference, value = f"$({name})", entry.text("value")
    return entry.has("valueFrom") or value == reference or reference not in value
