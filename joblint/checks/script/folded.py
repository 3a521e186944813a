"""Check for a script in a folded scalar (`>`): YAML joins its lines, and so its commands become one command.

Source: YAML 1.2.2, 8.1.3 (folded style): a line break between two equally indented lines becomes a space.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import program
from joblint.kube.names.names import short
from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import Restyle
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# Commands that do not accept another command as an argument, and that often are a whole line.
_WHOLE = frozenset(
    ("cd", "chmod", "chown", "cp", "curl", "echo", "export", "mkdir", "mv", "printf", "rm", "set", "sleep", "source",
     "touch", "wget")
)  # fmt: skip
# Words that start a command, and that are not plain English words.
_BEGINS = frozenset(
    ("apk", "apt-get", "aws", "bash", "chmod", "chown", "cp", "curl", "echo", "export", "gcloud", "gsutil", "kubectl",
     "mkdir", "mongodump", "mv", "mysql", "mysqldump", "npm", "pg_dump", "pip", "printf", "psql", "python", "python3",
     "rm", "rsync", "tar", "wget")
)  # fmt: skip
_GOES_ON = r"(?:[;&|\\({]|\b(?:do|then|else))\s*\Z"  # the end of a line that ends or continues its command explicitly
# Options of the shell that a script sets first: no word after them is meant as their argument.
_OPTIONS = r"set(?:\s+-(?:[a-z]*o\s+[a-z]+|[a-np-z]+))+"
_LINES = 2_000
LITERAL = "write `|`, which keeps the line breaks"


@author_rule("folded-script", on="Container")
def folded_script(container: Value, ctx: "Context") -> Reports:
    """Report `>` before `set -e` and `load --all` on two lines: the shell gets `set -e load --all`."""
    if not mentions(ctx, ">"):
        return
    command = program(container)
    node = command.shell.value.node if command.shell is not None else None
    if (
        command.shell is None
        or not isinstance(node, Scalar)
        or node.style != ">"
        or node.text != command.shell.value.data
    ):
        return
    for start, line, following in _pairs(ctx.manifest.document.text, node):
        words, after = line.split(), following.split()
        begins = after[0] in _BEGINS or (re.fullmatch(_OPTIONS, line) is not None and after[0][0] not in "#;&|)}<>-+")
        if _is_whole(words) and begins and not re.search(_GOES_ON, line) and _is_closed(line):
            joined = f"{short(words[0])} … {short(after[0])}"
            message = f"`>` joins two lines into one command, `{joined}`; to keep the line breaks, use `|`"
            report = mistake(command.shell.value, message, span=(start, start + len(after[0])))
            yield report.cure(LITERAL, Restyle(node), safe=False)
            return


def _is_whole(words: list[str]) -> bool:
    """Return whether a line is a whole command with its arguments; those of echo and printf must be quoted."""
    if words[0] not in _WHOLE or len(words) < 2:
        return False
    if words[0] in ("echo", "printf"):
        return words[1][0] in "'\"" and words[-1][-1] in "'\""
    return words[0] != "set" or words[1].startswith("-")


def _pairs(text: str, node: Scalar) -> Iterator[tuple[int, str, str]]:
    """Yield the start of a line that YAML joins to the previous one, and both lines, if the first starts a command.

    Lines that are indented more than the scalar itself are not joined.
    """
    at, before, indent, begins, base = node.start, "", -1, True, -1
    for number, raw in enumerate(text[node.start : node.end].split("\n")[:_LINES]):
        line = raw.strip()
        depth = indent_of(raw)
        if number and line and base < 0:
            base = depth
        joined = number > 1 and line != "" and before != "" and depth == indent == base
        if joined and begins:
            yield at + depth, before, line
        begins = not joined or re.search(_GOES_ON, before) is not None
        before, indent = (line if number else ""), depth
        at += len(raw) + 1


def _is_closed(line: str) -> bool:
    """Return whether every quote, bracket and comment of a line ends in it."""
    quotes = re.sub(r"\\.", "", line)
    if "#" in quotes or "<<" in quotes or quotes.count("`") % 2:
        return False
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", quotes)
    return "'" not in outside and '"' not in outside and outside.count("(") == outside.count(")")
