"""Names: DNS labels and subdomains, the keys and values of labels. What containers have besides is in words.py.

Each function says what is wrong with a text, in words that fit behind the text itself, or nothing where it is right.
Lengths are in bytes, as Go counts them. All are linear in the length of the text. What upstream reports as several
errors of one value is told by its first.

Source: apimachinery pkg/util/validation/validation.go and pkg/api/validation/generic.go, the same from 1.21 to 1.37;
where not, the function says so.
"""

from joblint.kube.gotext import lower
from joblint.kube.names import DIGITS, LOWER, MAX_LABEL, MAX_SUBDOMAIN, SMALL, WORD

_HTTP_PATH = WORD + "/-._~%!$&'()*+,;=:"

_LABEL = "it takes a-z, 0-9 and `-`, and starts and ends with a letter or digit"
_SUBDOMAIN = "it takes a-z, 0-9, `-` and `.`, and every part between dots starts and ends with a letter or digit"
_MIXED = "it takes letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit"


# -- of objects


def dns_label(text: str) -> str | None:
    """What is wrong with `text` as a DNS label of RFC 1123 (`my-job`), None where nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    return None if _within(text, SMALL, "-") else f"is no DNS label: {_LABEL}{_would_do('dns_label', text)}"


def dns_1035_label(text: str) -> str | None:
    """What is wrong with `text` as a DNS label of RFC 1035, which starts with a letter; None where nothing is."""
    wrong = dns_label(text)
    return wrong if wrong or text[0] in LOWER else "is no DNS-1035 label: it starts with a letter"


def dns_subdomain(text: str, *, underscore: bool = False) -> str | None:
    """What is wrong with `text` as a DNS subdomain (`my-job.v2`), None where nothing is.

    `underscore` takes `_` besides, inside a part and once before it, as search domains may have it.
    """
    if not text:
        return "is empty"
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    more = "-_" if underscore else "-"
    parts = (part.removeprefix("_") if underscore else part for part in text.split("."))
    if all(_within(part, SMALL, more) for part in parts):
        return None
    return f"is no DNS subdomain: {_SUBDOMAIN}{_would_do('dns_subdomain', text)}"


def object_name(text: str, *, prefix: bool = False) -> str | None:
    """What is wrong with `text` as the name of an object, None where nothing is.

    Jobs, CronJobs, Pods, ConfigMaps, Secrets, ServiceAccounts, PersistentVolumeClaims, Nodes and the classes of
    priority, runtime and storage all have the name of a DNS subdomain. `prefix`: it is a generateName, to which
    something will be added.
    """
    return dns_subdomain(masked(text) if prefix else text)


def masked(prefix: str) -> str:
    """A generateName as it is judged: a `-` at its end is fine, since something follows."""
    # Upstream drops two bytes for the one that it adds. What is not ASCII is wrong whatever becomes of it.
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") and prefix.isascii() else prefix


# -- of labels and annotations


def qualified_name(text: str) -> str | None:
    """What is wrong with `text` as a label's key (`app`, `example.com/app`), None where nothing is.

    Finalizers, conditions, scheduling gates and names of resources are of the same kind.
    """
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
    return None if _within(name, WORD, "-_.") else f"is no label key: {_MIXED}"


def annotation_key(text: str) -> str | None:
    """What is wrong with `text` as an annotation's key, None where nothing is: a label's key in any case."""
    return qualified_name(lower(text))


def label_value(text: str) -> str | None:
    """What is wrong with `text` as a label's value, None where nothing is; empty is right."""
    if not text:
        return None
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    return None if _within(text, WORD, "-_.") else f"is no label value: {_MIXED}"


def domain_prefixed_path(text: str) -> str | None:
    """What is wrong with `text` as a path behind a domain (`example.com/my-controller`), as spec.managedBy is one."""
    host, slash, path = text.partition("/")
    if not slash or not host or not path:
        return "is no path behind a domain, such as example.com/my-controller" if text else "is empty"
    if wrong := dns_subdomain(host):
        return f"has a domain that {wrong}"
    return None if not path.strip(_HTTP_PATH) else "has a path with characters that no URL has"


def fully_qualified_domain_name(text: str) -> str | None:
    """What is wrong with `text` as a domain of two parts or more, each a DNS label; a dot may stand at its end."""
    name = text.removesuffix(".")
    parts = name.split(".")
    if wrong := dns_subdomain(name):
        return wrong
    if len(parts) == 1:
        return "has no dot: a domain is like example.com"
    return next((f"has a part that {wrong}" for part in parts if (wrong := dns_label(part))), None)


# -- of other things


def c_identifier(text: str) -> str | None:
    """What is wrong with `text` as an identifier of C, None where nothing is."""
    right = text and text[0] not in DIGITS and not text.strip(WORD + "_")
    return None if right else "is no identifier: it takes letters, digits and `_`, and no digit first"


def percent(text: str) -> str | None:
    """What is wrong with `text` as a percentage, None where nothing is."""
    digits = text.removesuffix("%")
    return None if digits != text and digits and not digits.strip(DIGITS) else "is no percentage such as 25%"


# -- in common


def size(text: str) -> int:
    """The length of a text in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_long(text: str, limit: int) -> str:
    """That a text has more bytes than it may have."""
    return f"is {size(text)} characters long; at most {limit} are allowed"


def short(text: str, width: int = 60) -> str:
    """A text as a message quotes it: on one line, cut where it is long."""
    cut = text[: width + 1]
    shown = cut if cut.isprintable() else cut.encode("unicode_escape", "surrogatepass").decode("ascii")
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _within(text: str, ends: str, inside: str) -> bool:
    """Whether a text starts and ends with one of `ends`, and has nothing else than these and `inside` between."""
    return bool(text) and text[0] in ends and text[-1] in ends and not text.strip(ends + inside)


def _would_do(kind: str, text: str) -> str:
    from joblint.kube.names.cure import SUGGEST

    meant = SUGGEST[kind](text)
    return f"; `{meant}` would do" if meant else ""
