"""From what a template writes to YAML that can be read: lines that only insert become entries, items or values."""

import re
from collections.abc import Iterator, Sequence

from joblint.manifests.embed.segments import Segments
from joblint.manifests.source import indent_of
from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.render import ITEMS, Piece

MAX_OUTPUT = 1 << 22  # characters

_UNGLUED = re.compile(rf"\A[{HOLE}{MORE}]+(?=(?:apiVersion|kind):|---\s*\Z)")  # what only checks values writes nothing
_KEY_AND_MORE = re.compile(rf"(( *(?:- )?)[\w./\"'-]+:) *{MORE}\s*\Z")
_ENTRY = re.compile(r" *(?:- |[\w./\"'-]+:(?:\s|\Z))")


def settled(pieces: Sequence[Piece]) -> tuple[str, Segments]:
    """Return the output as YAML that can be read, with its map."""
    text = "".join(piece.text for piece in pieces)[:MAX_OUTPUT]
    lines = text.split("\n")
    value = -1  # the indentation of a line that is a value as a whole: those after it insert into the same
    for number, line in enumerate(lines):
        if MORE not in line and HOLE not in line:
            value = -1 if value >= 0 and line.strip() else value
            continue
        lines[number] = line = _UNGLUED.sub("", line)
        if line.strip() == f"{MORE}:" and not _is_deeper(lines, number):  # a slip: no key is inserted without a value
            lines[number] = line = line.replace(":", "")
        if not line.strip() or line.strip(" " + MORE + HOLE):
            value = -1 if line.strip() else value
            items = line.replace(ITEMS, f"- {MORE}") if line.strip() == ITEMS else ""
            lines[number] = items or _opened(lines, number) or line.replace(MORE, HOLE)
        elif value == indent_of(line):
            lines[number] = ""
        else:
            lines[number] = _line(lines, number)
            value = indent_of(line) if not lines[number].strip(" " + HOLE) else -1
    return _mapped(pieces, text, lines)


def _opened(lines: list[str], number: int) -> str:
    """Return a line in which something is inserted after a key and before what is in it; empty for others."""
    found = _KEY_AND_MORE.match(lines[number])
    if found is None:
        return ""
    indent = len(found[2])
    for line in _after(lines, number):
        if line.strip() and not _is_comment(line):
            is_item, lead = line.lstrip().startswith("- "), line[: indent_of(line)]
            if len(lead) < indent + (not is_item) or not _ENTRY.match(line):
                return ""
            return f"{found[1]}\n{lead}" + (f"- {MORE}" if is_item else f"{MORE}: {HOLE}")
    return ""


def _line(lines: list[str], number: int) -> str:
    """Return what is written for a line that only inserts, by the lines around it."""
    line = lines[number]
    indent = indent_of(line)
    lead = " " * indent
    above = number - 1
    while above >= 0 and (not lines[above].strip() or indent_of(lines[above]) > indent or _is_comment(lines[above])):
        above -= 1
    before = lines[above].rpartition("\n")[2] if above >= 0 else ""
    if before and _opens_block(before) and indent_of(before) < indent:
        return line.replace(MORE, HOLE)
    same = bool(before) and indent_of(before) == indent
    if same and before.lstrip().startswith("- "):
        item = f"{lead}- {MORE}"
        if not (_following(lines, number, indent) or "").startswith("- ") and _is_below_its_key(lines, above, indent):
            return f"{item}\n{lead}{MORE}: {HOLE}"  # more items, or what comes after the list
        return item
    if before and not same and (before.rstrip().endswith((":", ": |", ": >")) or before.split()[-1] == "-"):
        following = _following(lines, number, indent)
        if following is None:
            return f"{lead}{HOLE}"
        return f"{lead}- {MORE}" if following.startswith("- ") else f"{lead}{MORE}: {HOLE}"
    if same and before.rstrip().endswith(":") and _following(lines, number, indent, only_items=True) is not None:
        return f"{lead}- {MORE}"
    if before and not same and _ENTRY.match(before):  # deeper than what it is inserted after, which has a value
        lead = " " * min(indent, indent_of(before.replace("-", " ", 1) if before.lstrip().startswith("- ") else before))
    return f"{lead}{MORE}: {HOLE}"


def _after(lines: list[str], number: int) -> Iterator[str]:
    """Yield the lines after one, without a copy of them."""
    return (lines[at] for at in range(number + 1, len(lines)))


def _is_below_its_key(lines: list[str], number: int, indent: int) -> bool:
    """Return whether the list that a line is an item of is not indented further than its key."""
    for at in range(number - 1, -1, -1):
        line = lines[at]
        if line.strip() and not _is_comment(line) and indent_of(line) <= indent:
            if indent_of(line) < indent:
                return False
            if not line.lstrip().startswith("- "):
                return True
    return False


def _following(lines: list[str], number: int, indent: int, only_items: bool = False) -> str | None:
    """Return the next line of the same mapping or list, without its indentation."""
    for line in _after(lines, number):
        if not line.strip() or _is_comment(line) or not line.strip(" " + MORE + HOLE) or indent_of(line) > indent:
            continue
        found = line.lstrip()
        if indent_of(line) < indent or (only_items and not found.startswith("- ")):
            return None
        return found
    return None


def _is_deeper(lines: list[str], number: int) -> bool:
    """Return whether the next line that says something is further to the right."""
    following = next((line for line in _after(lines, number) if line.strip()), "")
    return indent_of(following) > indent_of(lines[number])


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _opens_block(line: str) -> bool:
    """Return whether the lines below are the content of a block scalar."""
    return re.search(r"(?:^|\s|:|-)[|>][-+0-9]{0,2}\s*(?:#.*)?\Z", line.rstrip()) is not None


def _mapped(pieces: Sequence[Piece], text: str, lines: list[str]) -> tuple[str, Segments]:
    """Return the text that `lines` have become, with the map of what is verbatim in it."""
    done = "\n".join(lines)
    starts: list[int] = []
    outers: list[int] = []
    lengths: list[int] = []
    at = moved = 0
    changes = _changes(text, lines)
    for piece in pieces:
        end = at + len(piece.text)
        if end > len(text):
            break
        while changes and changes[0][0] < at:
            moved += changes.pop(0)[1]
        starts.append(at + moved)
        outers.append(piece.start)
        lengths.append(len(piece.text) if piece.verbatim else 0)
        at = end
    return done, Segments(done, tuple(starts) or (0,), tuple(outers) or (0,), tuple(lengths) or (0,))


def _changes(text: str, lines: list[str]) -> list[tuple[int, int]]:
    """Return after which offsets of the text lines have become longer, and by how much."""
    found: list[tuple[int, int]] = []
    at = 0
    for old, new in zip(text.split("\n"), lines, strict=True):
        if len(old) != len(new):
            found.append((at, len(new) - len(old)))
        at += len(old) + 1
    return found
