"""The charts whose values helm is asked about: the same ones every time."""

import random
from typing import Any

SEED = 20_261_201
NAMES = ("a", "b", "c", "sub", "global")
_LINE = ("a=1", "b.c=x", "a.b=true", "sub.a=2", "sub.b.c=y", "global.a=z", "sub.global.b=3", "a=null", "c={x,y}",
         "sub.sub.a=4", "b[0]=5", "other.a=6", "sub.other.b=w")  # fmt: skip
COUNT = 600


def questions() -> list[dict[str, Any]]:
    """Return all of them, in a fixed order.

    `charts` are values.yaml of charts, each a part of the one before; `names` are the names of the inner ones there,
    and `aliases` whether these are aliases. `files`, `sets` and `strings` are given to helm.
    """
    dice = random.Random(SEED)
    return [_question(dice) for _ in range(COUNT)]


def _question(dice: random.Random) -> dict[str, Any]:
    depth = dice.choice((1, 1, 2, 2, 3))
    return {
        "charts": [_values(dice, 3) for _ in range(depth)],
        "names": [dice.choice(("sub", "other")) for _ in range(depth - 1)],
        "aliases": [dice.random() < 0.5 for _ in range(depth - 1)],
        "files": [_values(dice, 3) for _ in range(dice.choice((0, 0, 1, 2)))],
        "sets": [dice.choice(_LINE) for _ in range(dice.choice((0, 0, 1, 2)))],
        "strings": [dice.choice(_LINE) for _ in range(dice.choice((0, 0, 0, 1)))],
    }


def _values(dice: random.Random, depth: int) -> dict[str, Any]:
    names = dice.sample((*NAMES, "other"), dice.randint(0, 5))
    return {name: _value(dice, depth - 1, name in ("sub", "other", "global")) for name in names}


def _value(dice: random.Random, depth: int, is_mapping: bool) -> Any:
    if depth and (dice.random() < 0.4 or (is_mapping and dice.random() < 0.9)):
        return _values(dice, depth)
    return dice.choice((1, 0, 8080, True, False, "x", "y z", "", "5", None, [], ["x"], {}))
