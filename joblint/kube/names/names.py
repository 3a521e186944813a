"""Names: DNS labels and subdomains, the keys and values of labels. Grammars for containers are in words.py.

Each function returns what is wrong with a text, in words that fit after the text itself, or None if nothing is.
Lengths are in bytes, as Go counts them. All are linear in the length of the text. If upstream reports several errors
of one value, only the first is returned.

Source: apimachinery pkg/util/validation/validation.go and pkg/api/validation/generic.go, the same from 1.21 to 1.37
unless the function says otherwise.
"""

from joblint.kube.gotext import lower
from joblint.kube.names import DIGITS, LOWER, MAX_LABEL, MAX_SUBDOMAIN, SMALL, WORD

_HTTP_PATH = WORD + "/-._~%!$&'()*+,;=:"

_SPOKEN = {" ": "a space", "\t": "a tab", "\n": "a line break", "`": "a backtick"}
_TO_LOWER = str.maketrans(LOWER.upper(), LOWER)


# -- of objects


def dns_label(text: str) -> str | None:
    """Return what is wrong with `text` as a DNS label of RFC 1123 (`my-job`); None if nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    wrong = _fault(text, SMALL, "-")
    return f"is not a valid DNS label: it {wrong}{_example('dns_label', text)}" if wrong else None


def dns_1035_label(text: str) -> str | None:
    """Return what is wrong with `text` as a DNS label of RFC 1035, which starts with a letter; None if nothing is."""
    wrong = dns_label(text)
    return wrong if wrong or text[0] in LOWER else "is not a valid DNS-1035 label: it must start with a letter"


def dns_subdomain(text: str, *, underscore: bool = False) -> str | None:
    """Return what is wrong with `text` as a DNS subdomain (`my-job.v2`); None if nothing is.

    `underscore` also accepts `_`, inside a part and once before it, as in search domains.
    """
    if not text:
        return "is empty"
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    more = "-_" if underscore else "-"
    parts = [part.removeprefix("_") if underscore else part for part in text.split(".")]
    if all(_within(part, SMALL, more) for part in parts):
        return None
    wrong = wrong_character(text, SMALL, "-_.") if underscore else _fault(text, SMALL, "-.")
    wrong = wrong or _fault_of_part(text, [_within(part, SMALL, more) for part in parts].index(False))
    return f"is not a valid DNS subdomain: it {wrong}{_example('dns_subdomain', text)}"


def object_name(text: str, *, prefix: bool = False) -> str | None:
    """Return what is wrong with `text` as the name of an object; None if nothing is.

    The names of Jobs, CronJobs, Pods, ConfigMaps, Secrets, ServiceAccounts, PersistentVolumeClaims, Nodes and the
    classes of priority, runtime and storage are all DNS subdomains. `prefix`: it is a generateName, to which the server
    appends characters.
    """
    return dns_subdomain(masked(text) if prefix else text)


def masked(prefix: str) -> str:
    """Return a generateName as it is checked: a `-` at its end is allowed, since more characters follow."""
    # Upstream removes two bytes and adds one. Text that is not ASCII is invalid anyway.
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") and prefix.isascii() else prefix


# -- of labels and annotations


def qualified_name(text: str) -> str | None:
    """Return what is wrong with `text` as a label's key (`app`, `example.com/app`); None if nothing is.

    Finalizers, conditions, scheduling gates and names of resources follow the same rules.
    """
    prefix, slash, name = text.partition("/")
    if not slash:
        prefix, name = "", text
    if "/" in name:
        return "has more than one `/`"
    if slash and (wrong := dns_subdomain(prefix)):
        return f"has a prefix that {wrong}"
    if not name:
        return "has no name after its `/`" if slash else "is empty"
    if size(name) > MAX_LABEL:
        return too_long(name, MAX_LABEL)
    wrong = _fault(name, WORD, "-_.")
    return f"is not a valid qualified name: {'the part after `/`' if slash else 'it'} {wrong}" if wrong else None


def annotation_key(text: str) -> str | None:
    """Return what is wrong with `text` as an annotation's key, a label's key in any case; None if nothing is."""
    # Only ASCII letters are changed in the second one: the message quotes a character as it is written.
    return qualified_name(lower(text)) and qualified_name(text.translate(_TO_LOWER))


def label_value(text: str) -> str | None:
    """Return what is wrong with `text` as a label's value; None if nothing is. It may be empty."""
    if not text:
        return None
    if size(text) > MAX_LABEL:
        return too_long(text, MAX_LABEL)
    wrong = _fault(text, WORD, "-_.")
    return f"is not a valid label value: it {wrong}" if wrong else None


def domain_prefixed_path(text: str) -> str | None:
    """Return what is wrong with `text` as a domain and a path (`example.com/my-controller`), as in spec.managedBy."""
    host, slash, path = text.partition("/")
    if not slash or not host or not path:
        return "must be a domain and a path, such as example.com/my-controller" if text else "is empty"
    if wrong := dns_subdomain(host):
        return f"has a domain that {wrong}"
    return None if not path.strip(_HTTP_PATH) else "has a path with characters that are not allowed in a URL"


def fully_qualified_domain_name(text: str) -> str | None:
    """Return what is wrong with `text` as a domain of at least two DNS labels; it may end with a dot."""
    name = text.removesuffix(".")
    parts = name.split(".")
    if wrong := dns_subdomain(name):
        return wrong
    if len(parts) == 1:
        return "must be a domain with a dot, such as example.com"
    return next((f"has a part that {wrong}" for part in parts if (wrong := dns_label(part))), None)


# -- of other things


def c_identifier(text: str) -> str | None:
    """Return what is wrong with `text` as a C identifier; None if nothing is."""
    if not text:
        return "is empty"
    wrong = wrong_character(text, WORD, "_") or starts_with_digit(text)
    return f"is not a valid identifier: it {wrong}" if wrong else None


def percent(text: str) -> str | None:
    """Return what is wrong with `text` as a percentage; None if nothing is."""
    digits = text.removesuffix("%")
    return None if digits != text and digits and not digits.strip(DIGITS) else "is not a valid percentage, such as 25%"


# -- in common


def size(text: str) -> int:
    """Return the length of a text in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_long(text: str, limit: int) -> str:
    """Return the words for a text that is longer than allowed."""
    return f"is {size(text)} characters long; at most {limit} are allowed"


def short(text: str, width: int = 60) -> str:
    """Return a text as a message quotes it: on one line, shortened if it is long."""
    cut = text[: width + 1]
    shown = cut if cut.isprintable() else cut.encode("unicode_escape", "surrogatepass").decode("ascii")
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _within(text: str, ends: str, inside: str) -> bool:
    """Return whether a text starts and ends with one of `ends`, with only these and `inside` between."""
    return bool(text) and text[0] in ends and text[-1] in ends and not text.strip(ends + inside)


def _fault(text: str, ends: str, inside: str) -> str | None:
    """Return the first thing that is wrong with a text of one or more characters that `_within` describes."""
    if wrong := wrong_character(text, ends, inside):
        return wrong
    for where, character in (("starts", text[0]), ("ends", text[-1])):
        if character not in ends:
            return f"{where} with `{character}`, but must start and end with a letter or digit"
    return None


def wrong_character(text: str, ends: str, inside: str) -> str | None:
    """Return the words for the first character that is not allowed; `ends` is SMALL or WORD. None if there is none."""
    character = next((one for one in text if one not in ends and one not in inside), "")
    if not character:
        return None
    *first, last = ("a-z" if ends == SMALL else "a-z, A-Z", "0-9", *(f"`{one}`" for one in inside))
    return f"contains {spoken(character)}, but only {', '.join(first)} and {last} are allowed"


def _fault_of_part(text: str, at: int) -> str:
    """Return what is wrong with part `at` of a domain that only has characters that are allowed."""
    parts = text.split(".")
    if parts[at]:
        where = f"has the part `{short(parts[at])}`"
    else:
        where = "starts with `.`" if at == 0 else "ends with `.`" if at == len(parts) - 1 else "contains `..`"
    return f"{where}, but each part must start and end with a letter or digit"


def starts_with_digit(text: str) -> str | None:
    """Return the words for a text that starts with a digit; None for any other."""
    return f"starts with the digit `{text[0]}`" if text[0] in DIGITS else None


def spoken(character: str) -> str:
    """Return a character as a message names it."""
    return _SPOKEN.get(character) or f"`{short(character)}`"


def _example(kind: str, text: str) -> str:
    from joblint.kube.names.cure import SUGGEST

    meant = SUGGEST[kind](text)
    return f", for example `{meant}`" if meant else ""
