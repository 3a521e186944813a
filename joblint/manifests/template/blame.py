"""Return whether what a template inserts may be why its output is not YAML."""

from joblint.manifests.source import indent_of
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Problem


def may_be_inserted(text: str, problem: Problem) -> bool:
    """Return whether another value may put a problem right.

    An insertion may begin or end what is around it or beside it: so does one in the line of the problem, in the one
    above, and in those of the same top-level key that are not further to the right.
    """
    at = max(0, min(problem.offset, len(text)))
    if problem.opened >= 0:
        return is_open(text)
    lines = [line for line in text[: _line_end(text, at)].split("\n") if not _says_nothing(line)]
    if not lines:
        return is_open(text)
    indent, near = indent_of(lines[-1]), 2
    for number, line in enumerate(reversed(lines)):
        if is_open(line) and (number < near or indent_of(line) <= indent):
            return True
        if number >= near and not indent_of(line):
            return False
    return False


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
