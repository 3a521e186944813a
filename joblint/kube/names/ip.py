"""IP addresses, as the pod's host aliases and name servers have them.

Source: apimachinery pkg/util/validation/ip.go (IsValidIPForLegacyField, GetWarningsForIP; there from 1.33 on) and the
ParseIPSloppy of k8s.io/utils, which Kubernetes reads addresses with from 1.22 on. Unlike Go's own reader since 1.17, it
takes leading zeros, as the Go of Kubernetes 1.21 did.
"""

_HEX = "0123456789abcdefABCDEF"
_GROUPS = 8  # of 16 bits, in an IPv6 address
_MAPPED = (0, 0, 0, 0, 0, 0xFFFF)  # how an IPv4 address starts that is written as an IPv6 one
_MAX_TEXT = 512  # a longer text can still be an address, with zeros in front; nobody writes one


def canonical(text: str) -> str | None:
    """The standard form of an address, None where it is none; of an IPv4 address in IPv6 form, that of IPv4."""
    groups = _parse(text)
    return None if groups is None else _written(groups)


def leading_zeros(text: str) -> bool:
    """Whether a number of an address is longer than it can be: `010.1.2.3`, which some read as octal, or `::00001`."""
    *groups, last = text.split(":")
    octets = last.split(".")
    if len(octets) == 1:
        groups.append(last)
        octets = []
    return any(len(octet) > 1 and octet[0] == "0" for octet in octets) or any(len(group) > 4 for group in groups)


def mapped(text: str) -> bool:
    """Whether an address is an IPv4 address in the form of IPv6 (`::ffff:1.2.3.4`)."""
    groups = _parse(text)
    return groups is not None and groups[: len(_MAPPED)] == _MAPPED and ":" in text


def ip(text: str, *, strict: bool = False) -> str | None:
    """What is wrong with `text` as an IP address, in words that fit behind it, None where nothing is.

    `strict` (StrictIPCIDRValidation, on from 1.36) refuses leading zeros and IPv4 addresses in IPv6 form besides.
    """
    known = canonical(text)
    if known is None:
        return "is no IP address, such as 10.9.8.7 or 2001:db8::ffff" if text else "is empty"
    if strict and leading_zeros(text):
        return f"has leading zeros: write {known}"
    if strict and mapped(text):
        return f"is an IPv4 address in the form of an IPv6 one: write {known}"
    return None


def warning(text: str) -> str | None:
    """What the API server warns of in an address that it takes, None where it is silent."""
    known = canonical(text)
    if known is None:
        return None
    if wrong := ip(text, strict=True):
        return wrong
    return None if ":" not in text or text == known else f"is not how this address is written: write {known}"


def _parse(text: str) -> tuple[int, ...] | None:
    """The eight groups of an address, None where `text` is none. An IPv4 address is mapped into IPv6."""
    if len(text) > _MAX_TEXT or not text.isascii():
        return None
    first = next((character for character in text if character in ".:"), "")
    if first == ".":
        low = _v4(text)
        return None if low is None else (*_MAPPED, *low)
    return _v6(text) if first else None


def _written(groups: tuple[int, ...]) -> str:
    """An address as Go writes it: IPv4 with dots, IPv6 as RFC 5952 has it."""
    if groups[: len(_MAPPED)] == _MAPPED:
        return ".".join(str(group >> shift & 0xFF) for group in groups[len(_MAPPED) :] for shift in (8, 0))
    start, length = 0, 0
    for at in range(_GROUPS):
        run = next((end for end in range(at, _GROUPS) if groups[end]), _GROUPS) - at
        if run > length:
            start, length = at, run
    if length < 2:
        return ":".join(f"{group:x}" for group in groups)
    head, tail = groups[:start], groups[start + length :]
    return ":".join(f"{group:x}" for group in head) + "::" + ":".join(f"{group:x}" for group in tail)


def _v4(text: str) -> tuple[int, int] | None:
    octets = text.split(".")
    if len(octets) != 4 or not all(octet.isdigit() and len(octet.lstrip("0")) <= 3 for octet in octets):
        return None
    a, b, c, d = (int(octet) for octet in octets)
    return (a << 8 | b, c << 8 | d) if max(a, b, c, d) <= 0xFF else None


def _v6(text: str) -> tuple[int, ...] | None:
    head, gap, tail = text.partition("::")
    if not gap:
        groups = _groups(text)
        return groups if groups and len(groups) == _GROUPS else None
    left, right = _groups(head) if head else (), _groups(tail) if tail else ()
    if left is None or right is None or len(left) + len(right) >= _GROUPS or "." in head:
        return None
    return (*left, *(0,) * (_GROUPS - len(left) - len(right)), *right)


def _groups(text: str) -> tuple[int, ...] | None:
    """The groups of a part of an address; two for an IPv4 address at its end."""
    *words, last = text.split(":")
    end: tuple[int, ...] | None = ()
    if "." in last:
        end = _v4(last)
    else:
        words.append(last)
    if end is None or not all(word and not word.strip(_HEX) and len(word.lstrip("0")) <= 4 for word in words):
        return None
    return (*(int(word, 16) for word in words), *end)
