"""More grammars: environment variables, ports, keys of ConfigMaps, headers, sysctls, paths. See also names.py.

Each function returns what is wrong with a text, in words that fit after the text itself, or None if nothing is.
All are linear in the length of the text.

Source: apimachinery pkg/util/validation/validation.go (IsEnvVarName, IsRelaxedEnvVarName, IsValidPortName,
IsConfigMapKey, IsHTTPHeaderName) and pkg/apis/core/validation/validation.go (IsValidSysctlName,
ValidateLocalNonReservedPath), the same from 1.21 to 1.37 except for what the parameters say.
"""

import re

from joblint.kube.names import MAX_PORT_NAME, MAX_SUBDOMAIN
from joblint.kube.names.names import size, too_long

PORTS = range(1, 65536)
IDS = range(1 << 31)  # user and group ids


def env_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an environment variable up to 1.31; None if nothing is."""
    if not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", text):
        return (
            "is not a valid variable name: it must consist of letters, digits, `_`, `-` and `.`, "
            "and not start with a digit"
        )
    return _dots(text)


def relaxed_env_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an environment variable from 1.32 on; None if nothing is."""
    if not text:
        return "is empty"
    if "=" in text or not (text.isascii() and text.isprintable()):
        return "is not a valid variable name: it must consist of printable ASCII characters other than `=`"
    return None


def port_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of a port; None if nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_PORT_NAME:
        return too_long(text, MAX_PORT_NAME)
    if not re.fullmatch(r"[-a-z0-9]+", text):
        return "is not a valid port name: it must consist of a-z, 0-9 and `-`"
    if text.isdigit():
        return "is a string, not a port number: remove the quotes, or use a port name with a letter"
    if not re.search(r"[a-z]", text):
        return "is not a valid port name: it must have a letter"
    if "--" in text or text[0] == "-" or text[-1] == "-":
        return "is not a valid port name: it must not start or end with `-`, or have `--`"
    return None


def config_key(text: str) -> str | None:
    """Return what is wrong with `text` as a key of a ConfigMap or Secret; None if nothing is."""
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    if not re.fullmatch(r"[-._a-zA-Z0-9]+", text):
        return "is not a valid key: it must consist of letters, digits, `-`, `_` and `.`"
    return _dots(text)


def header_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an HTTP header; None if nothing is."""
    if re.fullmatch(r"[-A-Za-z0-9]+", text):
        return None
    return "is not a valid header name: it must consist of letters, digits and `-`"


def sysctl_name(text: str, slashes: bool) -> str | None:
    """Return what is wrong with `text` as the name of a sysctl; None if nothing is.

    `slashes`: they may be used instead of dots, from 1.25 on.
    """
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    parts = re.split(r"[./]" if slashes else r"\.", text)
    if all(re.fullmatch(r"[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?", part) for part in parts):
        return None
    return (
        "is not a valid sysctl name: it must consist of parts of a-z, 0-9, `-` and `_`, separated by dots, "
        "such as net.core.somaxconn"
    )


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
