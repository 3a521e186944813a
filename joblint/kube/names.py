"""Names and labels: what Kubernetes takes as a DNS label, a DNS subdomain, a label's key and a label's value.

Each function says what is wrong with a text, in words that fit behind the text itself, or nothing where it is right.
Lengths are in bytes, as Go counts them. All are linear in the length of the text.

Source: apimachinery pkg/util/validation/validation.go (IsDNS1123Label, IsDNS1123Subdomain, IsQualifiedName,
IsValidLabelValue), the same from 1.21 to 1.37.
"""

import re

MAX_LABEL = 63  # of a DNS label, of a label's value, and of the name behind the `/` of a label's key
MAX_SUBDOMAIN = 253
_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_WORD = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_SMALL = "it takes a-z, 0-9 and `-`, and starts and ends with a letter or digit"
_DOTTED = "it takes a-z, 0-9, `-` and `.`, and every part between dots starts and ends with a letter or digit"
_MIXED = "it takes letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit"


def size(text: str) -> int:
    """The length of a text in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def dns_label(text: str) -> str | None:
    """What is wrong with `text` as a DNS label (`my-job`), None where nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    return None if _LABEL.fullmatch(text) else f"is no DNS label: {_SMALL}{_cure(text, '')}"


def dns_subdomain(text: str) -> str | None:
    """What is wrong with `text` as a DNS subdomain (`my-job.v2`), None where nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    return None if _labels(text) else f"is no DNS subdomain: {_DOTTED}{_cure(text, '.')}"


def qualified_name(text: str) -> str | None:
    """What is wrong with `text` as a label's key (`app`, `example.com/app`), None where nothing is."""
    prefix, slash, name = text.partition("/")
    if not slash:
        prefix, name = "", text
    if "/" in name:
        return "has more than one `/`"
    if slash and (wrong := dns_subdomain(prefix)):
        return f"has a prefix that {wrong}"
    if not name:
        return "has no name behind its `/`" if slash else "is empty"
    if size(name) > MAX_LABEL:
        return too_long(name, MAX_LABEL)
    return None if _WORD.fullmatch(name) else f"is no label key: {_MIXED}"


def label_value(text: str) -> str | None:
    """What is wrong with `text` as a label's value, None where nothing is; empty is right."""
    if not text:
        return None
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    return None if _WORD.fullmatch(text) else f"is no label value: {_MIXED}"


def too_long(text: str, limit: int) -> str:
    """That a text has more bytes than it may have."""
    return f"is {size(text)} characters long; at most {limit} are allowed"


def short(text: str, width: int = 60) -> str:
    """A text as a message quotes it: on one line, cut where it is long."""
    shown = text if text.isprintable() else text.encode("unicode_escape", "surrogatepass").decode("ascii")
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _labels(text: str) -> bool:
    return all(_LABEL.fullmatch(part) for part in text.split("."))


def _cure(text: str, allowed: str) -> str:
    """The name that was probably meant: the same in small letters, and a `-` for what is not allowed."""
    meant = re.sub(f"[^a-z0-9{allowed}-]", "-", text.lower()).strip("-.")
    return f"; `{meant}` would do" if text.isascii() and _labels(meant) else ""
