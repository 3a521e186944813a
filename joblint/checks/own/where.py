"""The place in a manifest of a report of a user's rule."""

from collections.abc import Iterable, Sequence

from joblint.checks.own.reads import ANY, Path
from joblint.rule.report import Report, place
from joblint.rule.value import Value

Steps = Sequence[str | int]


def report(effect: str, message: str, value: Value, steps: Steps, reason: str = "") -> Report:
    """Return a report at some steps below a value; if a step does not exist, at the last that does, with the field."""
    at, missing = _reach(value, steps)
    field = at.path
    for step in missing:
        field += f"[{step}]" if isinstance(step, int) else f".{step}" if field else str(step)
    return Report(effect, message, place(at), field=field, reason=reason, value=at)


def _reach(value: Value, steps: Steps) -> tuple[Value, Steps]:
    for number, step in enumerate(steps):
        data = value.data
        child = data.get(step) if isinstance(data, dict) else None
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            child = data[step]
        if not isinstance(child, Value):
            return value, steps[number:]
        value = child
    return value, ()


def looked_at(root: Value, paths: Iterable[Path]) -> Steps:
    """Return the steps to what an expression reads: of its paths the one that goes deepest into the object.

    They end at a list, because it is not known which element it was.
    """
    best: Steps = ()
    score = (0, 0)
    for path in sorted(paths):
        steps = path[: path.index(ANY)] if ANY in path else path
        at, missing = _reach(root, steps)
        depth = 0
        while at.parent is not None:
            at, depth = at.parent, depth + 1
        if (depth, -len(missing)) > score:
            best, score = steps, (depth, -len(missing))
    return best
