"""A command line in one text, split as a POSIX shell does (POSIX.1-2024, 2.2 Quoting)."""

import re

SHELLS = frozenset(("sh", "bash", "ash", "dash", "ksh", "mksh", "zsh"))
# The next part of a word, or what separates words. Few Jobs need these patterns, so they are compiled when used.
_PART = (
    r"""(?s)"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<plain>[\w@%+=:,./^!-]+)|\\(?P<escaped>[^\n])"""
    r"|(?P<blanks>[ \t\n]+)"
)
_SCRIPT_FOLLOWS = r"-[A-Za-z]*c"


def split(text: str) -> list[str]:
    """Return the words of a text, without their quotes; empty if a shell would do more than split it.

    What a shell expands inside double quotes (`$X`) is kept unchanged.
    """
    text, at = text.strip(), 0
    words = [""] if text else []
    while at < len(text):
        match = re.compile(_PART).match(text, at)
        if match is None:
            return []
        part = match[match.lastgroup or 0]
        if match.lastgroup == "blanks":
            words.append("")
        elif match.lastgroup == "double":
            words[-1] += re.sub(r'\\([$`"\\])', r"\1", part.replace("\\\n", ""))
        else:
            words[-1] += part
        at = match.end()
    return words


def of_shell(text: str) -> list[str]:
    """Return the words of `sh -c "..."`, with the script as one word; empty for anything else or more complex."""
    if " -" not in text:
        return []
    words = split(text)
    if len(words) < 3 or words[0].rpartition("/")[2] not in SHELLS:
        return []
    script = next((number for number, word in enumerate(words[1:], 1) if not word.startswith("-")), 0)
    return words if script > 1 and re.fullmatch(_SCRIPT_FOLLOWS, words[script - 1]) else []
