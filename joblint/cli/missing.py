"""Hints for a path that does not exist and was probably meant as the value of the option before it."""

import os
import re
from collections.abc import Iterator

from joblint.cli.call import Call
from joblint.report import Note

_VERSION = re.compile(r"v?1\.\d{2}(?:[-.]\S*)?")


def explained(call: Call, errors: list[Note]) -> Iterator[Note]:
    """Yield the errors, with what to write if a path was meant as the value of an option."""
    for error in errors:
        hint = "" if error.path not in call.paths or os.path.lexists(error.path) else _hint(call, error.path)
        yield error._replace(message=f"{error.message}; {hint}") if hint else error


def _hint(call: Call, word: str) -> str:
    if call.editing.add_ignore is not None and _is_selector(word):
        return f"to suppress `{word}`, write `--add-ignore={word}`"
    if _VERSION.fullmatch(word):
        versions = [one for one in call.paths if _VERSION.fullmatch(one) and not os.path.lexists(one)]
        asked = [f"1.{minor}" for minor in call.settings.minors] if _asks_version(call) else []
        return f"to check for it, write `--kube-version {','.join([*asked, *versions])}`"
    return ""


def _asks_version(call: Call) -> bool:
    return call.configuration is not None and any(one.key == "kube-version" for one in call.configuration.line)


def _is_selector(word: str) -> bool:
    from joblint.rule.cards import UnknownSelector, selection

    try:
        selection(word.split(","))
    except UnknownSelector:
        return False
    return True
