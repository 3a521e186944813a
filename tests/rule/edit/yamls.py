"""Random mappings written in random YAML styles, with comments, for the tests of edits."""

import json
from typing import Any

from hypothesis import strategies as st

NAMES = ("name", "image", "args", "env", "labels", "spec", "kind", "on-exit")
SCALARS = st.sampled_from(("a", "b c", "1", "yes", "x: y", "", "it's", 'say "hi"', "é ✓", 3, 0, True, None))
COMMENTS = st.sampled_from(("", "", "", "# why", "# a: b", "#! x"))


def data(depth: int = 3) -> st.SearchStrategy[Any]:
    """A value of mappings, lists and scalars."""
    if not depth:
        return SCALARS
    below = data(depth - 1)
    return st.one_of(
        SCALARS,
        st.dictionaries(st.sampled_from(NAMES), below, min_size=1, max_size=4),
        st.lists(below, min_size=1, max_size=3),
    )


def mappings(depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping at the top."""
    return st.dictionaries(st.sampled_from(NAMES), data(depth - 1), min_size=1, max_size=4)


class Writer:
    """Writes a value, drawing the style of each part; comments are numbered, so that none is like another."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.count = draw, 0
        self.step = draw(st.sampled_from((2, 4)))
        self.flush = draw(st.booleans())

    def comment(self) -> str:
        found: str = self.draw(COMMENTS)
        if not found:
            return ""
        self.count += 1
        return f"{found} {self.count}"

    def scalar(self, value: Any) -> str:
        if not isinstance(value, str):
            written: str = self.draw(st.sampled_from(("null", "~") if value is None else (json.dumps(value),)))
            return written
        styles = ['"', "'"] + ([""] if value.isalpha() and value.isascii() and value != "yes" else [])
        style = self.draw(st.sampled_from(styles))
        if style == "'":
            return "'" + value.replace("'", "''") + "'"
        return value if not style else json.dumps(value, ensure_ascii=False)

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return self.scalar(value)

    def lines(self, value: Any, indent: int) -> list[str]:
        """Lines of a mapping or list in block style, at a column."""
        found = []
        blanks = " " * indent
        for key, inner in value.items() if isinstance(value, dict) else ((None, i) for i in value):
            above = self.comment()
            if above:
                found.append(blanks + above)
            head = f"{blanks}{key}:" if key is not None else blanks + "-"
            found += self.part(head, inner, indent, key is None)
            if self.draw(st.integers(0, 9)) == 0:
                found.append("")
        return found

    def part(self, head: str, inner: Any, indent: int, item: bool) -> list[str]:
        behind = self.comment()
        tail = " " + behind if behind else ""
        if isinstance(inner, (dict, list)) and inner and self.draw(st.integers(0, 3)):
            if item:
                below = self.lines(inner, indent + 2)
                if self.draw(st.booleans()) and not below[0].lstrip().startswith("#"):
                    return [f"{head} {below[0].strip()}", *below[1:]]
                return [head + tail, *below]
            far = 0 if self.flush and isinstance(inner, list) else self.step
            return [head + tail, *self.lines(inner, indent + far)]
        if isinstance(inner, str) and inner and inner.isprintable() and self.draw(st.integers(0, 4)) == 0:
            return [f"{head} |-", " " * (indent + self.step) + inner]
        if inner is None and self.draw(st.booleans()):
            return [head + tail]
        return [f"{head} {self.flow(inner)}{tail}"]


@st.composite
def documents(draw: Any) -> str:
    """The text of a mapping."""
    value = draw(mappings())
    writer = Writer(draw)
    if draw(st.integers(0, 5)) == 0:
        return json.dumps(value, indent=draw(st.sampled_from((None, 2))), ensure_ascii=False)
    text = "\n".join(writer.lines(value, 0))
    if draw(st.booleans()):
        text += "\n"
    return text.replace("\n", "\r\n") if draw(st.integers(0, 3)) == 0 else text
