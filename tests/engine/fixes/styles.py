"""The same documents otherwise: in braces, as JSON, indented oddly, with comments, inside of other texts."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from tests.engine.fixes.trees import compose, documents, plain, scalar_spans, trees
from tests.manifests.embed.wrapping import escape

STYLES = ("as it is", "flow", "flow lines", "half", "json", "json lines", "odd")
WRAPS = ("plain", "fence", "quote", "list", "directive", "literal", "heredoc", "expanding heredoc", "tabs heredoc")
_BARE = re.compile(r"[A-Za-z0-9_./-][A-Za-z0-9_./+()=*<>~ -]*\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")


class Style(NamedTuple):
    """How a mapping is written: `step` columns a level, `dash` blanks behind a dash, lists `flush` with their key.

    From the level `flow` on it is in braces, on several `lines` or one; `json`: as JSON.
    """

    step: int = 2
    dash: int = 1
    flush: bool = True
    flow: int = 99
    lines: bool = False
    json: bool = False


def styles(name: str) -> st.SearchStrategy[Style]:
    """How the styles of a name look."""
    if name == "odd":
        return st.builds(Style, st.sampled_from((1, 2, 3, 4, 8)), st.sampled_from((1, 2, 3)), st.booleans())
    if name == "half":
        return st.builds(Style, st.sampled_from((2, 4)), st.just(1), st.booleans(), st.integers(1, 7), st.booleans())
    flow = 0 if name != "as it is" else 99
    return st.just(Style(flow=flow, lines=name.endswith("lines"), json=name.startswith("json")))


def restyled(text: str, style: Style) -> str | None:
    """The documents of a text in a style; None where that cannot say the same (aliases, a key in JSON that is none)."""
    if "&" in text and re.search(r"[&*!]\w", text):
        return None
    try:
        written = [_document(node, style) for piece in documents(text) if (node := compose(piece)) is not None]
    except (ValueError, Exception) as error:
        if type(error).__module__.startswith("ruamel") or isinstance(error, ValueError):
            return None
        raise
    found = "---\n".join(written)
    if style.json:
        return found
    return found if list(map(plain, trees(found))) == list(map(plain, trees(text))) else None


def _document(node: Node, style: Style) -> str:
    return "\n".join(_lines(node, style, 0)) + "\n"


def _lines(node: Node, style: Style, level: int) -> list[str]:
    """A value's lines, which begin at the margin."""
    if isinstance(node, ScalarNode):
        return [_scalar(node, style, level >= style.flow)]
    if level >= style.flow or not node.value:
        return _braces(node, style, level)
    found = []
    for part in node.value:
        if isinstance(node, MappingNode):
            found += _entry(part, style, level)
        else:
            first, *rest = _lines(part, style, level + 1)
            lead = "-" + " " * style.dash
            found += [lead + first, *(" " * len(lead) + line for line in rest)]
    return found


def _entry(part: tuple[Node, Node], style: Style, level: int) -> list[str]:
    key, value = part
    head = _scalar(key, style, False) + ":"
    if (
        isinstance(value, ScalarNode)
        and value.style in ("|", ">")
        and value.value[:1].strip()
        and _literal(value.value)
    ):
        keep = "" if value.value.endswith("\n") else "-"
        return [
            f"{head} |{keep}",
            *(" " * style.step + line if line else "" for line in value.value.rstrip("\n").split("\n")),
        ]
    lines = _lines(value, style, level + 1)
    if isinstance(value, ScalarNode) or level + 1 >= style.flow or not value.value:
        return [f"{head} {lines[0]}".rstrip(), *lines[1:]]
    flush = style.flush and not isinstance(value, MappingNode)
    return [head, *(line if flush else " " * style.step + line for line in lines)]


def _literal(text: str) -> bool:
    return text.replace("\n", "").isprintable() and not text.endswith("\n\n")


def _braces(node: Node, style: Style, level: int) -> list[str]:
    """In braces; the inner lines two columns further to the right."""
    ends = "{}" if isinstance(node, MappingNode) else "[]"
    parts = []
    for part in node.value:
        key = _scalar(part[0], style, True) + ": " if isinstance(node, MappingNode) else ""
        value = part[1] if isinstance(node, MappingNode) else part
        first, *rest = _lines(value, style, max(level + 1, style.flow))
        parts.append([key + first, *rest])
    if not parts:
        return [ends]
    if not style.lines:
        return [ends[0] + ", ".join(" ".join(lines) for lines in parts) + ends[1]]
    inner = [
        "  " + line + ("," if number < len(parts) - 1 and line is lines[-1] else "")
        for number, lines in enumerate(parts)
        for line in lines
    ]
    return [ends[0], *inner, ends[1]]


def _scalar(node: Node, style: Style, flow: bool) -> str:
    """A scalar in its own quotes, or JSON's."""
    assert isinstance(node, ScalarNode)
    kind, text = str(node.tag).rpartition(":")[2], str(node.value)
    if style.json:
        if kind == "null":
            return "null"
        if kind == "bool" or (kind == "int" and _NUMBER.match(text)):
            return text.lower() if text.lower() in ("true", "false") else "true" if kind == "bool" else text
        return json.dumps(text, ensure_ascii=False)
    if node.style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if node.style or (kind == "str" and not (_BARE.match(text) and text == text.strip())):
        return json.dumps(text, ensure_ascii=not text.isprintable())
    return (text or "null") if flow or style.flow < 99 else text


def commented(draw: st.DataObject, text: str) -> str:
    """A text with comments at the ends of some of its lines and between them; each with a number, none like another."""
    found, count = [], 0
    for piece in re.split(r"(^---[^\n]*\n)", text, flags=re.MULTILINE):
        try:
            spans = scalar_spans(compose(piece), piece)
        except Exception as error:
            if not type(error).__module__.startswith("ruamel"):
                raise
            spans = [(0, len(piece))]
        every = draw.draw(st.integers(1, 6))
        written, at = "", 0
        for number, line in enumerate(piece.splitlines(keepends=True)):
            end = at + len(line.rstrip("\n"))
            if line.strip() and not line.startswith("---") and (number * 7 + every) % every == 0:
                if not any(start < at < stop for start, stop in spans):
                    indent = draw.draw(st.sampled_from((0, len(line) - len(line.lstrip(" ")), 12)))
                    written += " " * indent + f"# above {count}\n" if draw.draw(st.booleans()) else ""
                if (
                    not any(start <= end < stop or start < end < stop for start, stop in spans)
                    and " #" not in line
                    and end
                ):
                    header = line.rstrip().endswith(("|", "|-", "|+", ">", ">-"))
                    line = line if header else line[: end - at] + f" # behind {count}" + line[end - at :]
                count += 1
            written += line
            at += len(line.encode().decode())
        found.append(written)
    with_comments = "".join(found)
    return with_comments if list(map(plain, trees(with_comments))) == list(map(plain, trees(text))) else text


class Wrapped(NamedTuple):
    """A text as it stands in a file: the file's text and language, and how to get the text out of another version."""

    text: str
    language: str
    unwrap: Callable[[str], str]


def wrapped(text: str, kind: str, *, json_file: bool = False) -> Wrapped | None:
    """A text inside a file of a kind; None where it cannot stand there."""
    if kind == "plain":
        return Wrapped(text, "json" if json_file else "yaml", lambda outer: outer)
    if "```" in text or "\nEOF\n" in text or "\t" in text or not text.endswith("\n"):
        return None
    info = "json" if json_file else "yaml"
    fence = ["Run this:", "", f"```{info}"], ["```", "", "That is all."]
    heads = {
        "fence": ("markdown", "", *fence),
        "quote": ("markdown", "> ", *fence),
        "list": ("markdown", "   ", *fence),
        "directive": (
            "rst",
            "     ",
            ["* Run:", "", f"  .. code-block:: {info}", "     :linenos:", ""],
            ["", "That is all."],
        ),
        "literal": ("rst", "    ", [f".. highlight:: {info}", "", "Run this::", ""], ["", "That is all."]),
        "heredoc": ("shell", "", ["set -e", "kubectl apply -f - <<'EOF'"], ["EOF", "echo done"]),
        "expanding heredoc": ("shell", "", ["set -e", "kubectl apply -f - <<EOF"], ["EOF", "echo done"]),
        "tabs heredoc": ("shell", "\t", ["set -e", "kubectl apply -f - <<-'EOF'"], ["\tEOF", "echo done"]),
    }
    language, prefix, head, foot = heads[kind]
    expands = kind == "expanding heredoc"
    if expands and re.search(r"(?m)\\$", text):
        return None
    lines = (escape(text) if expands else text).removesuffix("\n").split("\n")
    above = [prefix + line for line in head] if language == "markdown" else head
    below = [prefix + line for line in foot] if language == "markdown" else foot
    if kind == "list":
        above = ["1. " + head[0], "", "   " + head[2]]
    outer = "\n".join([*above, *((prefix + line) if line else prefix.rstrip(" ") for line in lines), *below, ""])
    if language == "rst":  # whose lines have no blanks at their end: a blank line is read as an empty one
        return Wrapped(outer, language, lambda after: _with_empty_lines(_unwrapped(after, prefix, above, below)))
    return Wrapped(outer, language, lambda after: _unwrapped(after, prefix, above, below, expands))


def _with_empty_lines(text: str) -> str:
    return re.sub(r"(?m)^ +$", "", text)


def _unwrapped(outer: str, prefix: str, above: list[str], below: list[str], expands: bool = False) -> str:
    lines = outer.replace("\r\n", "\n").split("\n")
    assert lines[: len(above)] == above, "what stands before the document has changed"
    assert lines[-len(below) - 1 :] == [*below, ""], "what stands behind the document has changed"
    inner = lines[len(above) : -len(below) - 1]
    assert all(line.startswith(prefix) or line.strip() == prefix.strip() for line in inner), "a line lost its prefix"
    text = "".join(line[len(prefix) :] + "\n" for line in inner)
    return re.sub(r"\\([\\$`])", r"\1", text) if expands else text
