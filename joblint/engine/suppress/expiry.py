"""The date in a suppression: `ignore[rule] until 2027-03-01 reason`. It is the last day on which this is valid.

Dates are texts such as `2027-03-01`, in UTC, which can be compared as texts. The current date comes from
Settings.today.
"""

import re
from typing import NamedTuple

WORD = "until"
FORM = "YYYY-MM-DD"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20|21)\d\d"
_END = r"[ \t]*(?:$|[:;,.)])"
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?![\w-])[ \t]*[:,;.]?[ \t]*", re.ASCII)
# Texts that are meant as dates, and not as reasons such as `until 1.30 is out` or `until #2024 is fixed`.
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?[ ](?:of[ ])?"
_LIKE = re.compile(
    r"""["'(<]?(?:"""
    rf"{_YEAR}[-/][\dqw]|{_YEAR}\.\d+\.\d|{_YEAR}{_END}|20\d{{6}}\b"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]{_YEAR}|\d{{1,2}}[-/]\d{{1,2}}[-/]\d\d\b"
    rf"|(?:{_DAY})?{_MONTH}(?:,?[ ]\d|{_END})|{_DAY}{_MONTH})",
    re.IGNORECASE | re.ASCII,
)
_UNTIL = re.compile(rf"[ \t]*{WORD}[ \t]+", re.IGNORECASE)
_WORDS = re.compile(r"\S+(?:[ \t]+\S+){0,2}")


class Expiry(NamedTuple):
    """The end of a suppression: `date` is empty if it has none, and `fault` is what is wrong with the date.

    `start` and `end` are the span of `until` and the date in the text. `rest` is the reason after it.
    """

    date: str
    rest: str
    start: int = 0
    end: int = 0
    fault: str = ""


def read(text: str, sure: bool = False) -> Expiry:
    """Return the date at the start of a text, if there is one. `sure`: the text after `until` cannot be a reason."""
    until = _UNTIL.match(text)
    if until is None:
        return Expiry("", text)
    start = until.start() + len(until[0]) - len(until[0].lstrip(" \t"))
    date = _DATE.match(text, until.end())
    if date is not None and _exists(date[1]):
        return Expiry(date[1], text[date.end() :], start, date.end(1))
    said = date[1] if date is not None else ""
    if not said and (sure or _LIKE.match(text, until.end())):
        words = _WORDS.match(text, until.end())
        said = words[0] if words is not None else ""
    if not said:
        return Expiry("", text)
    end = until.end() + len(said)
    return Expiry("", text[end:], start, end, f"{_why(said)}; write `{WORD} {FORM}`")


def problem(date: str) -> str:
    """Return what is wrong with a date on its own, or an empty text."""
    found = _DATE.fullmatch(date)
    right = found is not None and found[1] == date and _exists(date)
    return "" if right else f"{_why(date)}; write {FORM}"


def _why(text: str) -> str:
    return f"`{text}` is not {'in the calendar' if _DATE.fullmatch(text) else 'a date'}"


def _exists(date: str) -> bool:
    from datetime import date as day

    try:
        day.fromisoformat(date)
    except ValueError:
        return False
    return True
