"""IP addresses, as in a pod's host aliases and name servers.

Source: apimachinery pkg/util/validation/ip.go (IsValidIPForLegacyField, GetWarningsForIP; since 1.33) and the
ParseIPSloppy of k8s.io/utils, with which Kubernetes parses addresses since 1.22. Unlike Go's own parser since 1.17, it
accepts leading zeros, as the Go of Kubernetes 1.21 did.
"""

_HEX = "0123456789abcdefABCDEF"
_GROUPS = 8  # of 16 bits, in an IPv6 address
_MAPPED = (0, 0, 0, 0, 0, 0xFFFF)  # how an IPv4 address starts if it is written as an IPv6 address
_MAX_TEXT = 512  # a longer text could still be an address, with leading zeros; that does not happen in practice


def canonical(text: str) -> str | None:
    """Return the standard form of an address (IPv4 for one in IPv4-mapped IPv6 form); None if it is not valid."""
    groups = _parse(text)
    return None if groups is None else _written(groups)


def leading_zeros(text: str) -> bool:
    """Return whether a number has too many digits: `010.1.2.3`, which some parse as octal, or `::00001`."""
    *groups, last = text.split(":")
    octets = last.split(".")
    if len(octets) == 1:
        groups.append(last)
        octets = []
    return any(len(octet) > 1 and octet[0] == "0" for octet in octets) or any(len(group) > 4 for group in groups)


def mapped(text: str) -> bool:
    """Return whether an address is an IPv4 address in IPv6 form (`::ffff:1.2.3.4`)."""
    groups = _parse(text)
    return groups is not None and groups[: len(_MAPPED)] == _MAPPED and ":" in text


def ip(text: str, *, strict: bool = False) -> str | None:
    """Return what is wrong with `text` as an IP address, in words that fit after it; None if nothing is.

    `strict` (StrictIPCIDRValidation, on from 1.36) also rejects leading zeros and IPv4 addresses in IPv6 form.
    """
    known = canonical(text)
    if known is None:
        return "is not a valid IP address, such as 10.9.8.7 or 2001:db8::ffff" if text else "is empty"
    if strict and leading_zeros(text):
        return f"has leading zeros: use {known}"
    if strict and mapped(text):
        return f"is an IPv4 address in IPv6 form: use {known}"
    return None


def warning(text: str) -> str | None:
    """Return what the API server warns about in an address that it accepts; None if it does not warn."""
    known = canonical(text)
    if known is None:
        return None
    if wrong := ip(text, strict=True):
        return wrong
    return None if ":" not in text or text == known else f"is not the standard form of the address: use {known}"


def _parse(text: str) -> tuple[int, ...] | None:
    """Return the eight groups of an address, with IPv4 mapped to IPv6; None if `text` is not an address."""
    if len(text) > _MAX_TEXT or not text.isascii():
        return None
    first = next((character for character in text if character in ".:"), "")
    if first == ".":
        low = _v4(text)
        return None if low is None else (*_MAPPED, *low)
    return _v6(text) if first else None


def _written(groups: tuple[int, ...]) -> str:
    """Return an address as Go writes it: IPv4 with dots, IPv6 as in RFC 5952."""
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
    """Return the groups of a part of an address; an IPv4 address at its end makes two."""
    *words, last = text.split(":")
    end: tuple[int, ...] | None = ()
    if "." in last:
        end = _v4(last)
    else:
        words.append(last)
    if end is None or not all(word and not word.strip(_HEX) and len(word.lstrip("0")) <= 4 for word in words):
        return None
    return (*(int(word, 16) for word in words), *end)
