"""More grammars: environment variables, ports, keys of ConfigMaps, headers, sysctls, paths. See also names.py.

Each function returns what is wrong with a text, in words that fit after the text itself, or None if nothing is.
All are linear in the length of the text.

Source: apimachinery pkg/util/validation/validation.go (IsEnvVarName, IsRelaxedEnvVarName, IsValidPortName,
IsConfigMapKey, IsHTTPHeaderName) and pkg/apis/core/validation/validation.go (IsValidSysctlName,
ValidateLocalNonReservedPath), the same from 1.21 to 1.37 except for what the parameters say.
"""

import re

from joblint.kube.names import MAX_PORT_NAME, MAX_SUBDOMAIN, SMALL, WORD
from joblint.kube.names.names import short, size, spoken, starts_with_digit, too_long, wrong_character

PORTS = range(1, 65536)
IDS = range(1 << 31)  # user and group ids


def env_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an environment variable up to 1.31; None if nothing is."""
    if not text:
        return "is empty"
    wrong = wrong_character(text, WORD, "_-.") or starts_with_digit(text)
    return f"is not a valid variable name: it {wrong}" if wrong else _dots(text)


def relaxed_env_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an environment variable from 1.32 on; None if nothing is."""
    if not text:
        return "is empty"
    wrong = next((one for one in text if one == "=" or not (one.isascii() and one.isprintable())), "")
    if not wrong:
        return None
    allowed = "only printable ASCII characters other than `=` are allowed"
    return f"is not a valid variable name: it contains {spoken(wrong)}, but {allowed}"


def port_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of a port; None if nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_PORT_NAME:
        return too_long(text, MAX_PORT_NAME)
    if wrong := wrong_character(text, SMALL, "-"):
        return f"is not a valid port name: it {wrong}"
    if text.isdigit():
        return "is a string, not a port number: remove the quotes, or use a port name with a letter"
    if not re.search(r"[a-z]", text):
        return "is not a valid port name: it has no letter"
    hyphen = "starts with `-`" if text[0] == "-" else "ends with `-`" if text[-1] == "-" else "contains `--`"
    return f"is not a valid port name: it {hyphen}" if "--" in text or "-" in (text[0], text[-1]) else None


def config_key(text: str) -> str | None:
    """Return what is wrong with `text` as a key of a ConfigMap or Secret; None if nothing is."""
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    if not text:
        return "is empty"
    wrong = wrong_character(text, WORD, "-_.")
    return f"is not a valid key: it {wrong}" if wrong else _dots(text)


def header_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an HTTP header; None if nothing is."""
    if not text:
        return "is empty"
    wrong = wrong_character(text, WORD, "-")
    return f"is not a valid header name: it {wrong}" if wrong else None


def sysctl_name(text: str, slashes: bool) -> str | None:
    """Return what is wrong with `text` as the name of a sysctl; None if nothing is.

    `slashes`: they may be used instead of dots, from 1.25 on.
    """
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    if not text:
        return "is empty"
    wrong = wrong_character(text, SMALL, "-_./" if slashes else "-_.")
    if wrong is None:
        part = next((one for one in re.split(r"[./]", text) if not re.fullmatch(r"[a-z0-9](?:.*[a-z0-9])?", one)), None)
        if part is None:
            return None
        which = f"the part `{short(part)}`" if part else "an empty part"
        wrong = f"has {which}, but each part must start and end with a letter or digit"
    return f"is not a valid sysctl name, such as net.core.somaxconn: it {wrong}"


def local_path(text: str, reserved: bool = False) -> str | None:
    """Return what is wrong with `text` as a path inside a directory; None if nothing is.

    `reserved`: it must not start with `..`.
    """
    if text.startswith("/"):
        return "must be a relative path: remove the leading `/`"
    return backsteps(text) or ("starts with `..`, which is reserved" if reserved and text.startswith("..") else None)


def backsteps(text: str) -> str | None:
    """Return the words for a path with a `..` element; None if it has none."""
    return "must not have `..` as a path element" if ".." in text.split("/") else None


def _dots(text: str) -> str | None:
    if text == "." or text.startswith(".."):
        return "must not be `.` or start with `..`"
    return None
