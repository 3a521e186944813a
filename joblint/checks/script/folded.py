"""A script in a folded scalar (`>`): YAML makes one line of its lines, and of its commands one command.

Source: YAML 1.2.2, 8.1.3 (folded style): a line break between two lines that are indented alike becomes a blank.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import program
from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import Restyle
from joblint.rule.registry import rule
from joblint.rule.report import Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# Commands that take no other command as an argument, and that often are a whole line.
_WHOLE = frozenset(
    ("cd", "chmod", "chown", "cp", "curl", "echo", "export", "mkdir", "mv", "printf", "rm", "set", "sleep", "source",
     "touch", "wget")
)  # fmt: skip
# Words that begin a command, and that are no plain English.
_BEGINS = frozenset(
    ("apk", "apt-get", "aws", "bash", "chmod", "chown", "cp", "curl", "echo", "export", "gcloud", "gsutil", "kubectl",
     "mkdir", "mongodump", "mv", "mysql", "mysqldump", "npm", "pg_dump", "pip", "printf", "psql", "python", "python3",
     "rm", "rsync", "tar", "wget")
)  # fmt: skip
_GOES_ON = r"(?:[;&|\\({]|\b(?:do|then|else))\s*\Z"  # how a line ends whose command ends with it, or is not over
# Options of the shell that a script sets first: nothing that follows is meant for them.
_OPTIONS = r"set(?:\s+-(?:[a-z]*o\s+[a-z]+|[a-np-z]+))+"
_LINES = 2_000
LITERAL = "write `|`, behind which lines stay lines"


@rule("folded-script", on="Container")
def folded_script(container: Value, ctx: "Context") -> Reports:
    """`>` before `set -e` and `load --all` on two lines: the shell is given `set -e load --all`."""
    if not mentions(ctx, ">"):
        return
    found = program(container)
    node = found.shell.value.node if found.shell is not None else None
    if found.shell is None or not isinstance(node, Scalar) or node.style != ">" or node.text != found.shell.value.data:
        return
    for start, line, following in _pairs(ctx.manifest.document.text, node):
        words, after = line.split(), following.split()
        begins = after[0] in _BEGINS or (re.fullmatch(_OPTIONS, line) is not None and after[0][0] not in "#;&|)}<>-+")
        if _is_whole(words) and begins and not re.search(_GOES_ON, line) and _is_closed(line):
            joined = f"{short(words[0])} … {short(after[0])}"
            message = f"`>` makes one line of these two, so that the shell runs one command, `{joined}`: write `|`"
            report = mistake(found.shell.value, message, span=(start, start + len(after[0])))
            yield report.cure(LITERAL, Restyle(node), safe=False)
            return


def _is_whole(words: list[str]) -> bool:
    """Whether a line is a command with its arguments; of what is printed only what stands in quotes."""
    if words[0] not in _WHOLE or len(words) < 2:
        return False
    if words[0] in ("echo", "printf"):
        return words[1][0] in "'\"" and words[-1][-1] in "'\""
    return words[0] != "set" or words[1].startswith("-")


def _pairs(text: str, node: Scalar) -> Iterator[tuple[int, str, str]]:
    """Lines that YAML joins, with the place where the second one begins; only where the first begins a command.

    Lines that are indented further than the scalar itself stay lines.
    """
    at, before, indent, begins, base = node.start, "", -1, True, -1
    for number, raw in enumerate(text[node.start : node.end].split("\n")[:_LINES]):
        line = raw.strip()
        depth = len(raw) - len(raw.lstrip(" "))
        if number and line and base < 0:
            base = depth
        joined = number > 1 and line != "" and before != "" and depth == indent == base
        if joined and begins:
            yield at + depth, before, line
        begins = not joined or re.search(_GOES_ON, before) is not None
        before, indent = (line if number else ""), depth
        at += len(raw) + 1


def _is_closed(line: str) -> bool:
    """Whether every quote, bracket and comment of a line ends in it."""
    quotes = re.sub(r"\\.", "", line)
    if "#" in quotes or "<<" in quotes or quotes.count("`") % 2:
        return False
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", quotes)
    return "'" not in outside and '"' not in outside and outside.count("(") == outside.count(")")
