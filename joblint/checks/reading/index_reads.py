"""Where a program text reads the variable JOB_COMPLETION_INDEX.

A read is any form that returns a variable's value in some language. A comment is not a read, nor is anything after the
text has set the variable itself. A fallback (`${JOB_COMPLETION_INDEX:-0}`) is a read: its author expects the variable
to be set. If the variable is itself the fallback of another one (`${RANK:-$JOB_COMPLETION_INDEX}`), it is not a read.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

INDEX = "JOB_COMPLETION_INDEX"  # pkg/controller/job/indexed_job_utils.go, completionIndexEnvName
INDEX_PATH = "metadata.annotations['batch.kubernetes.io/job-completion-index']"  # the field with the same value

MOST = 20  # reads that are reported of one text
_EXAMINED = 1_000  # mentions that are looked at
_NEAR = 200  # characters before a mention that can make it a read
_LONG_LINE = 4_000  # characters; longer lines are not searched for comments

_LINE_COMMENTS = {"node": "//", "go": "//", "java": "//", "php": "//", "lua": "--", "sql": "--"}


@cache
def _pattern(form: str) -> "re.Pattern[str]":
    return re.compile(_FORMS[form])


# All are tried at the variable's name, on the text before it or the text after it.
_FORMS = {
    "shell before": r"(?<!\\)(?:\\\\)*\$\{?[#!]?\Z",
    "kubernetes before": r"(?<!\$)\$\(\Z",
    "call before": r"(?i:[\w.:$]*env[\w.:]*|\benviron\.get)\s*[\[({]\s*(?P<quote>[\"'])\Z",
    "attribute before": r"(?i:\benv\.|\$env:|\bENV\{)\Z",
    "sum before": r"\(\((?:(?!\)\)).)*\Z",
    "printenv before": r"\bprintenv\s+\Z",
    "instead before": (
        r"\$\{\w+:?-\"?\$\{?\Z"
        r"|(?i:env)[\w.]*\(\s*[\"']\w+[\"']\s*,[^,;)]*\Z"
        r"|(?i:env)[\w.]*[\[(]\s*[\"']\w+[\"']\s*[\])]\s*(?:\bor\b|\|\||\?\?)[^,;]*\Z"
    ),
    "starts shell": r"(?i:system|popen|subprocess|expandvars|exec)",
    "writes before": r"(?i:setenv|putenv|setdefault|unset)\w*\s*\(\s*[\"']\Z",
    "assigned behind": r"[\"']?\s*[\]})]?\s*=(?![=~])",
    "set": rf"(?:(?<![\w$.]){INDEX}=|\b(?:read|for)\s+(?:-\w+\s+)*{INDEX}\b|[\[(]\s*[\"']{INDEX}[\"']\s*\]\s*=(?!=))",
}


# What checks whether the variable is set: such a script is for both kinds of Job.
_ASKS = (
    rf"-[nz]\s+\"?\$\{{?{INDEX}\b|-v\s+{INDEX}\b|\$\{{{INDEX}:?\+"
    rf"|[\"']{INDEX}[\"']\s+(?:not\s+)?in\b"
)


def reads(text: str, language: str) -> list[tuple[int, int]]:
    """Return the spans of the variable's name where `text` reads it, at most MOST. `language` is as in script.py."""
    if INDEX not in text or re.search(_ASKS, text):
        return []
    return list(islice(_reads(text, language), MOST))


def has_fallback(text: str, end: int) -> bool:
    """Return whether the read that ends there has a value for a Pod without an index: `:-0}` or `", "0")` follows."""
    return re.match(r":?[-=]|[\"']\s*(?:,|\)\s*(?:or\b|\|\||\?\?))", text[end : end + 20]) is not None


def _reads(text: str, language: str) -> Iterator[tuple[int, int]]:
    own = _pattern("set").search(text)
    for mention in islice(re.compile(rf"(?<!\w){INDEX}(?!\w)").finditer(text), _EXAMINED):
        start, end = mention.span()
        if own is not None and start > own.end() and not _same_word(text, own.end(), start):
            return
        line = max(text.rfind("\n", 0, start) + 1, start - _LONG_LINE)
        before = text[max(line, start - _NEAR) : start]
        if _is_read(before, text[end : end + _NEAR], language, text) and not _commented(text[line:start], language):
            yield start, end


def _same_word(text: str, start: int, end: int) -> bool:
    """Return whether a position is still in the word that is assigned: as in `X=${X:-0}`, not in `X=0; echo $X`."""
    return end - start < _NEAR and not re.search(r"[\s;&|]", text[start:end])


def _is_read(before: str, behind: str, language: str, text: str) -> bool:
    if _pattern("instead before").search(before):
        return False
    if _pattern("shell before").search(before):
        return language != "python" or _pattern("starts shell").search(text) is not None
    if _pattern("kubernetes before").search(before):
        return behind.startswith(")")
    if _pattern("writes before").search(before):
        return False
    call = _pattern("call before").search(before)
    if call is not None:
        return behind.startswith(call["quote"]) and not _pattern("assigned behind").match(behind)
    if _pattern("attribute before").search(before):
        return not _pattern("assigned behind").match(behind)
    if language in ("shell", "") and _pattern("sum before").search(before):
        return not _pattern("assigned behind").match(behind)
    return _pattern("printenv before").search(before) is not None


def _commented(line: str, language: str) -> bool:
    """Return whether a comment starts in the part of a line before a position."""
    sign = _LINE_COMMENTS.get(language, "#")
    if sign not in line or len(line) >= _LONG_LINE:
        return False
    quote = previous = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote and previous != "\\" else quote
        elif char in "\"'`":
            quote = char
        elif line.startswith(sign, at) and (previous in " \t;" or not previous or sign != "#"):
            return True
        previous = char
    return False
