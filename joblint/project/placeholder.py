"""Recognize placeholders: values that the reader of a manifest, or a program, is to fill in.

A report on a value is dropped if the value clearly is one. Marks that no valid value has (`<name>`, `__NAME__`,
`%NAME%`, `job_ID_`) are enough on their own. Words in capitals with an underscore (`CRON_SCHEDULE`) are a placeholder
only in a field that never allows capitals, or that is a number. `My_Job`, `my_job` and `MYJOB` are just wrong names.
docs/not-checked.md is the documentation for users.
"""

import re

from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence
from joblint.rule.report import Report
from joblint.rule.value import Value

# In any field, whatever is reported on the value.
_ANYWHERE = r"<[A-Za-z][\w .:/-]*>|\bYOUR[-_]\w+|\b(?:CHANGE|REPLACE|FILL)[-_ ]?(?:ME|THIS|IN)\b"
# In a value that the API server refuses.
_MARKED = re.compile(
    r"<[^<>\n]{1,80}>"
    r"|__\w+?__|(?<![A-Z])_[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?![A-Z])"
    r"|%%?[A-Za-z_][\w.-]*%%?|@@?[A-Za-z_][\w.-]*@@?(?![\w.:])"
    r"|[$#]?\{(?:[A-Za-z_][\w .:-]*|\d{1,2})\}|\[[A-Z][A-Z0-9_ .-]*\]"
    r"|\$\([^()\n]{1,80}\)|\(\([^()\n]{1,80}\)\)|`[^`\n]{1,80}`|\$\[[^\[\]\n]{1,80}\]"
    r"|%(?:\(\w{1,80}\))?[sd](?![\w%])|\A(?:\.{3,}|…|_{2,})\Z|(?i:\byour[-_]\w|(?<![A-Za-z])(?:replace|change)[-_]?me\b)"
    r"|(?<![A-Za-z])(?:[Xx]{3,}|TODO|FIXME|TBD|PLACEHOLDER|(?:REPLACE|CHANGE)(?:ME|THIS|IT)?(?:_[A-Z_]*)?|INSERT_\w+|\w+_HERE)"
    r"(?![A-Za-z0-9])"
)
# Words in capitals with an underscore: a whole name, or a part of it between `-`, `.`, `/` and `:`.
_CAPITALS = re.compile(r"(?<![A-Za-z0-9_@])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_])")
_REASONS = ("FieldValueInvalid", "FieldValueTooLong", "FieldValueNotFound", "Malformed")
_NUMBERS = ("int32", "int64", "boolean", "quantity", "number", "intOrString", "time", "microTime")
# Fields that do not allow capitals, or words at all.
_LOWER = frozenset(
    ("name", "generateName", "namespace", "serviceAccountName", "serviceAccount", "claimName", "secretName",
     "configMapName", "priorityClassName", "runtimeClassName", "schedulerName", "hostname", "subdomain", "nodeName",
     "containerName", "storageClassName", "volumeName", "image", "schedule", "timeZone", "setHostnameAsFQDN", "ip")
)  # fmt: skip
_CAPITALS_ALLOWED = ("EnvVar", "ConfigMapKeySelector", "SecretKeySelector")  # their `name` may have capitals
_LONGEST = 1000  # characters of a value that are searched
_CRON_NAMES = frozenset((
    "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT",
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
))  # fmt: skip
_EVERY = r"EVERY(?:_\d+)?_(?:MINUTE|HOUR|DAY|WEEK|MONTH)S?"  # what was meant as a schedule
_ENUM = "FieldValueNotSupported"


def placeholder(report: Report) -> str:
    """Return the placeholder that a report points at, as it is written; empty if it points at none."""
    node = report.node
    if isinstance(node, tuple) and report.value is not None:  # a part of the value
        node = report.value.node
    value = report.value
    if value is not None and report.reason == "Malformed" and not isinstance(value.node, Scalar):
        return _in_brackets(value)
    if isinstance(node, Scalar) and node.style not in ("|", ">"):
        return node.text if _in_text(report, node) else ""
    return ""


def _in_text(report: Report, node: Scalar) -> bool:
    text, value = node.text[:_LONGEST], report.value
    if "{{" in text and report.reason != "Malformed":  # in quotes, and so a string in the end
        return True
    if re.search(_ANYWHERE, text) is not None:
        return True
    if value is None or value.node is not node:
        # A key of labels, annotations or a node selector: names of fields are never placeholders.
        return report.reason == "FieldValueInvalid" and report.effect == "rejected" and bool(_MARKED.search(text))
    if text == str(value.step).upper() and text.isalpha():
        return True
    # The API server accepts an image name in capitals, but no runtime does.
    refused = report.effect == "rejected" or (value.step == "image" and report.effect == "mistake")
    return refused and (_MARKED.search(text) is not None or _in_capitals(report, value, text))


def _in_capitals(report: Report, value: Value, text: str) -> bool:
    if report.reason == _ENUM:  # `ON_FAILURE` is a wrong spelling, `RESTART_POLICY` is not
        return _snake(str(value.step)) in text
    if report.effect == "rejected" and report.reason not in _REASONS:
        return False
    if value.step == "timeZone" and report.remedy is not None:  # `EUROPE_BERLIN`
        return False
    words = _CAPITALS.findall(text)
    if value.step == "schedule":
        words = [word for word in words if not _is_of_schedule(word)]
    if not words:
        return False
    if value.type in _NUMBERS:
        return _CAPITALS.fullmatch(text) is not None
    owner = value.parent.type if value.parent is not None else ""
    return value.step in _LOWER and owner not in _CAPITALS_ALLOWED


def _is_of_schedule(word: str) -> bool:
    return _CRON_NAMES.issuperset(word.split("_")) or re.fullmatch(_EVERY, word) is not None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _in_brackets(value: Value) -> str:
    """Return a `{NAME}` or `[NAME]`, which YAML reads as a mapping or a list, if a scalar is expected; or nothing."""
    if value.type[0] in "[{" or value.type[0].isupper():
        return ""
    node: Node = value.node
    inner: Node | None = None
    if isinstance(node, Mapping) and node.flow and len(node.entries) == 1:
        empty = node.entries[0].value
        inner = node.entries[0].key if isinstance(empty, Scalar) and not empty.text else None
    elif isinstance(node, Sequence) and node.flow and len(node.items) == 1:
        inner = node.items[0]
    if not isinstance(inner, Scalar) or not re.fullmatch(r"[A-Z][A-Z0-9_ .-]*", inner.text):
        return ""
    return f"{{{inner.text}}}" if isinstance(node, Mapping) else f"[{inner.text}]"
