"""The nearest right spelling of a name: in small letters, with a `-` for what is not allowed.

Loaded when something is wrong. What is suggested is right.
"""

from joblint.kube.names import DIGITS, MAX_LABEL, MAX_PORT_NAME, MAX_SUBDOMAIN, SMALL, WORD


def suggest_dns_label(text: str) -> str | None:
    """The nearest DNS label: in small letters, with a `-` for what is not allowed. None where nothing much is left."""
    return _nearest(text, SMALL, MAX_LABEL)


def suggest_dns_subdomain(text: str) -> str | None:
    """The nearest DNS subdomain, as suggest_dns_label; dots stay."""
    if len(text) > MAX_SUBDOMAIN:
        return None
    parts = [_nearest(part, SMALL, MAX_SUBDOMAIN) for part in text.split(".") if part]
    name = ".".join(part for part in parts if part)
    return name if parts and all(parts) else None


def suggest_port_name(text: str) -> str | None:
    """The nearest name of a port, as suggest_dns_label; None where it would have to be cut."""
    name = _nearest(text, SMALL, MAX_PORT_NAME)
    name = "-".join(filter(None, name.split("-"))) if name else None
    return name if name and name.strip(DIGITS + "-") else None


def suggest_label_value(text: str) -> str | None:
    """The nearest value of a label: with a `-` for what is not allowed. None where nothing much is left."""
    return _nearest(text, WORD, MAX_LABEL, "-_.")


def suggest_env_name(text: str) -> str | None:
    """The nearest name of an environment variable that a shell can read: with `_` for what is not allowed."""
    name = "".join(character if character in WORD else "_" for character in text.strip()[:MAX_SUBDOMAIN])
    name = "_" + name if name[:1] in tuple(DIGITS) else name
    return name if name.strip("_") and text.isascii() and len(text) <= MAX_SUBDOMAIN else None


def _nearest(text: str, ends: str, limit: int, inside: str = "-") -> str | None:
    if not text.isascii() or len(text) > limit:
        return None
    written = text.lower() if ends == SMALL else text
    name = "".join(character if character in ends or character in inside else "-" for character in written)
    return name.strip(inside) or None


SUGGEST = {
    "dns_label": suggest_dns_label,
    "dns_subdomain": suggest_dns_subdomain,
    "port_name": suggest_port_name,
    "label_value": suggest_label_value,
    "env_name": suggest_env_name,
}
