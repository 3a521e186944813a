"""Whether a text can have a Job, a CronJob or a part of one; only this module decides that, before parsing.

What is rejected here is never checked, so the answer must be right for every way in which YAML and JSON can write a
word: capitals, escapes in double quotes, continued lines. tests/manifests/test_relevance.py compares it with a parser.
"""

import re

from joblint.manifests.languages import embeds

# Fields that hardly any type but JobSpec and CronJobSpec has. A text may show them without the rest of the object.
OWN_FIELDS = {
    "Job": frozenset(
        ("completions", "parallelism", "completionMode", "podFailurePolicy", "backoffLimit", "backoffLimitPerIndex",
         "maxFailedIndexes", "successPolicy", "podReplacementPolicy", "ttlSecondsAfterFinished")
    ),
    "CronJob": frozenset(
        ("jobTemplate", "concurrencyPolicy", "startingDeadlineSeconds", "successfulJobsHistoryLimit",
         "failedJobsHistoryLimit")
    ),
}  # fmt: skip

_FIELDS = tuple(sorted({field.lower() for fields in OWN_FIELDS.values() for field in fields}))
_KIND, _JOB, _GROUP = "kind", "job", "batch/"
_PLAIN_JOBS = ("\nkind: Job\n", "\nkind: CronJob\n")  # as nearly all Jobs write it

# The patterns are compiled when they are first used: checking one Job needs none of them.

# Other spellings of a printable ASCII character in double quotes, and a line break that is escaped there or in a shell.
# The text is in lower case, and may be UTF-8 read as Latin-1.
_ESCAPE = (
    r"\\+(?:x([2-7][0-9a-f])|u000000([2-7][0-9a-f])|u00([2-7][0-9a-f])|(/)"
    "|(?:\xc2\x85|\xe2\x80[\xa8\xa9]|\\s)[\\s>]*)"
)
# A document that cannot be parsed is reported only if it resembles a Job.
_RESEMBLES = (
    r"""kind\W{1,40}\w{0,40}job|kind["']?\s*:\s*(?:\*|(?:[&!]\S*\s+)+["']?\w{0,40}job)|batch/"""
    rf"""|(?:{"|".join(_FIELDS)})["']?\s*:"""
)
_MANIFEST_KEYS = "|".join(("apiVersion", "kind", *sorted(frozenset().union(*OWN_FIELDS.values()))))
_MANIFEST_LINE = rf"""(?m)^(?:[-{{["', \t]|spec["']?[ \t]*:)*(?:{_MANIFEST_KEYS})["']?[ \t]*:"""
_MANIFEST_KEY = rf"""(?:{_MANIFEST_KEYS})["']?[ \t]*:"""

# The first column.
_FIRST = r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?P<indent>[ ]*)(?P<sign>\S)"
_ODD = r"\n[^\sA-Za-z0-9_#-]|\r(?!\n)|[\x85\u2028\u2029]"  # a key that is not plain, or another line break
_KIND_LINE = r"(?im)^[-_]*kind[\W_]"
_PLAIN_KIND = (
    r"""kind[ \t]*:[ \t]+(?P<quote>["']?)(?P<kind>[A-Za-z][A-Za-z0-9]*)(?P=quote)[ \t]*(?:#[^\n]*)?\r?"""
    r"(?:\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?=\S)|\s*\Z)"  # no line continues the value
)
_VERSIONED = r"""(?m)^apiversion:[ \t]+["']?[a-z][\w.]*(?:/|(?<=v)\d)"""  # in lower case
_BATCH = r"(?im)^[-_]*api[\W_]*version[^\n]*batch"
_JSON_HEAD = r'\{(?P<head>(?:[^"{}\[\]]|"(?:[^"\\\n]|\\.)*")*)'
_JSON_KIND = r'"kind"\s*:\s*"([^"\\\n]*)"'
_JSON_VERSION = r'"apiVersion"\s*:\s*"([^"\\\n]*)"'
# The groups and versions of Kubernetes itself, and how people misspell them; others have a dot elsewhere.
_CORE_GROUP = r"(?i)(?:v\d\w*|batch(?:/.*)?|extensions(?:/.*)?|apps(?:/.*)?|core(?:/.*)?|batch\W?v?\d\w*)\Z"
_JOB_KIND = r"(?ai)[\W_]*(?:(cron|scheduled)[\W_]*)?jobs?[\W_]*\Z"


def job_kind(written: str) -> str:
    """Return `Job` or `CronJob` if a kind is meant to be that (`cron-job`, `Jobs`, `ScheduledJob`); else empty."""
    match = re.match(_JOB_KIND, written)
    return "" if match is None else "CronJob" if match[1] else "Job"


def is_core_version(api_version: str) -> bool:
    """Return whether an apiVersion is one of Kubernetes itself, or is meant to be."""
    return re.match(_CORE_GROUP, api_version.strip()) is not None


def file_may_hold_job(data: bytes, language: str = "yaml") -> bool:
    """Return whether the bytes of a file can have a Job, or a part of one in a language that embeds them."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:  # UTF-16 or UTF-32
        return True
    return _speaks(data.lower().decode("latin-1"), embeds(language))


def text_may_hold_job(text: str, language: str = "yaml") -> bool:
    """Return whether the text of a file can have a Job, or a part of one in a language that embeds them."""
    return _speaks(text.lower(), embeds(language))


def piece_may_hold_job(data: bytes, language: str = "yaml") -> bool:
    """Return whether a piece of a file can belong to a Job; the other pieces may have the other words.

    Two pieces have OVERLAP bytes in common.
    """
    return file_may_hold_job(_KIND.encode() + data, language)


OVERLAP = 512  # bytes: the longest of the words with each character escaped, and some continued lines


def document_may_hold_job(text: str, embedded: bool) -> bool:
    """Return whether one document can have a Job or, if it is `embedded` in another file, a part of one."""
    return _speaks(text.lower(), embedded) and not _is_other(text)


def resembles_job(text: str) -> bool:
    """Return whether a document that cannot be parsed looks like a Job, a part of one or something with a Job."""
    return re.search(_RESEMBLES, text.lower()) is not None and not _says_other(text)


def names_job(text: str) -> bool:
    """Whether a text has the `kind` or `apiVersion` of a Job, or a field that only Jobs have, also half-written."""
    return re.search(_RESEMBLES, text.lower()) is not None


def has_manifest_line(text: str) -> bool:
    """Return whether a line has the key `apiVersion`, `kind` or a field that only Jobs have."""
    return re.search(_MANIFEST_LINE, text) is not None


def has_manifest_key(text: str) -> bool:
    """Return whether a text has such a key anywhere."""
    return re.search(_MANIFEST_KEY, text) is not None


def plain_kind(text: str) -> str:
    """Return the kind that the first column of a document has beyond doubt, without parsing it; otherwise empty.

    Also empty for a List, for JSON, and if a key in the first column is not plain or is written twice.
    """
    lines = [match.start() for match in re.finditer(_KIND_LINE, text)] if _KIND in text else []
    first = re.match(_FIRST, text) if len(lines) == 1 else None
    if first is None or first["indent"] or not first["sign"].isalpha() or re.search(_ODD, text):
        return ""
    match = re.compile(_PLAIN_KIND).match(text, lines[0])
    return "" if match is None or match["kind"].endswith("List") else match["kind"]


def _is_other(text: str) -> bool:
    """Return whether the first column shows beyond doubt that a document is another object than a Job."""
    if any(plain in text for plain in _PLAIN_JOBS):
        return False
    kind = plain_kind(text)
    return bool(kind) and _JOB not in kind.lower() and not re.search(_BATCH, text)


def _says_other(text: str) -> bool:
    """Return whether the top-level `kind` or `apiVersion` of a document that cannot be parsed is not that of a Job."""
    first = re.match(_FIRST, text)
    if first is None:
        return False
    if first["sign"] == "{":
        head = re.compile(_JSON_HEAD).match(text, first.end() - 1)
        top = head["head"] if head else ""
        kinds, versions = re.findall(_JSON_KIND, top), re.findall(_JSON_VERSION, top)
    else:
        value = r"""[ \t]*:[ \t]+["']?([^\s"'#&*!|>]+)["']?[ \t]*(?:#[^\n]*)?\r?$"""
        column = rf"(?m)^{first['indent']}"
        kinds, versions = re.findall(f"{column}kind{value}", text), re.findall(f"{column}apiVersion{value}", text)
    if kinds and not any(job_kind(kind) or kind.endswith("List") for kind in kinds):
        return True
    return bool(versions) and not any(is_core_version(version) for version in versions)


def _speaks(lower: str, parts: bool) -> bool:
    """Return whether a lower-case text has the words of a Job, even escaped; `parts`: or those of a part of one."""
    return _has_words(lower, parts) or ("\\" in lower and _has_words(re.sub(_ESCAPE, _meant, lower), parts))


def _has_words(lower: str, parts: bool) -> bool:
    if (_JOB in lower and _KIND in lower) or _GROUP in lower:
        return True
    if parts and any(field in lower for field in _FIELDS):
        return True
    return _is_body(lower) and any(_is_body(one) and not re.search(_VERSIONED, one) for one in lower.split("\n---"))


def _is_body(lower: str) -> bool:
    """Return whether a text may have the body of a Job without `kind` and `apiVersion`: see kinds.kind_of_body."""
    if "containers" not in lower or "template" not in lower or "metadata" not in lower:
        return False
    if "restartpolicy" in lower and ("never" in lower or "onfailure" in lower):
        return True
    return any(field in lower for field in _FIELDS)


def _meant(escape: re.Match[str]) -> str:
    """Return the character that an escape means; empty for a line break."""
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)).lower() if code else escape[4] or ""
