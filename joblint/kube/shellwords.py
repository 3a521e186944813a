"""A command line in one text, taken apart as a POSIX shell does (POSIX.1-2024, 2.2 Quoting)."""

import re

SHELLS = frozenset(("sh", "bash", "ash", "dash", "ksh", "mksh", "zsh"))
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE = re.compile(r"'([^']*)'")
_PLAIN = re.compile(r"[\w@%+=:,./^!-]+|\\[^\n]")
_BLANKS = re.compile(r"[ \t\n]+")
_SCRIPT_FOLLOWS = re.compile(r"-[A-Za-z]*c")


def split(text: str) -> list[str]:
    """The words of a text, without their quotes; none where a shell would do more than take it apart.

    What a shell expands inside double quotes (`$X`) stays as it is.
    """
    words: list[str] = []
    at, end = len(text) - len(text.lstrip()), len(text.rstrip())
    while at < end:
        word, begin = "", at
        while at < end and not _BLANKS.match(text, at):
            if found := _SINGLE.match(text, at, end):
                word += found[1]
            elif found := _DOUBLE.match(text, at, end):
                word += re.sub(r'\\([$`"\\])', r"\1", found[1].replace("\\\n", ""))
            elif found := _PLAIN.match(text, at, end):
                word += found[0].removeprefix("\\")
            else:
                return []
            at = found.end()
        words.append(word)
        blanks = _BLANKS.match(text, at)
        at = blanks.end() if blanks else at
        assert at > begin
    return words


def of_shell(text: str) -> list[str]:
    """The words of `sh -c "..."`, the script as one; none where it is something else, or not that plain."""
    if " -" not in text:
        return []
    words = split(text)
    if len(words) < 3 or words[0].rpartition("/")[2] not in SHELLS:
        return []
    script = next((number for number, word in enumerate(words[1:], 1) if not word.startswith("-")), 0)
    return words if script > 1 and _SCRIPT_FOLLOWS.fullmatch(words[script - 1]) else []
