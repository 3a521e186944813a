"""The nearest valid spelling of a name: in lower case, with a `-` for each character that is not allowed.

Loaded when something is wrong. What is suggested is always valid.
"""

from joblint.kube.names import DIGITS, MAX_LABEL, MAX_PORT_NAME, MAX_SUBDOMAIN, SMALL, WORD


def suggest_dns_label(text: str) -> str | None:
    """Return the nearest DNS label: in lower case, with a `-` for what is not allowed; None if too little is left."""
    return _nearest(text, SMALL, MAX_LABEL)


def suggest_dns_subdomain(text: str) -> str | None:
    """Return the nearest DNS subdomain, as suggest_dns_label does; dots are kept."""
    if len(text) > MAX_SUBDOMAIN:
        return None
    parts = [_nearest(part, SMALL, MAX_SUBDOMAIN) for part in text.split(".") if part]
    name = ".".join(part for part in parts if part)
    return name if parts and all(parts) else None


def suggest_port_name(text: str) -> str | None:
    """Return the nearest port name, as suggest_dns_label does; None if it would have to be shortened."""
    name = _nearest(text, SMALL, MAX_PORT_NAME)
    name = "-".join(filter(None, name.split("-"))) if name else None
    return name if name and name.strip(DIGITS + "-") else None


def suggest_label_value(text: str) -> str | None:
    """Return the nearest label value, with a `-` for what is not allowed; None if too little is left."""
    return _nearest(text, WORD, MAX_LABEL, "-_.")


def suggest_env_name(text: str) -> str | None:
    """Return the nearest environment variable name that a shell can read, with `_` for what is not allowed."""
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
