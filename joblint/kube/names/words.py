"""Small grammars beside those of names.py: environment variables, ports, keys of ConfigMaps, headers, sysctls, paths.

Each function says what is wrong with a text, in words that fit behind the text itself, or nothing where it is right.
All are linear in the length of the text.

Source: apimachinery pkg/util/validation/validation.go (IsEnvVarName, IsRelaxedEnvVarName, IsValidPortName,
IsConfigMapKey, IsHTTPHeaderName) and pkg/apis/core/validation/validation.go (IsValidSysctlName,
ValidateLocalNonReservedPath), the same from 1.21 to 1.37 but for what the parameters say.
"""

import re

from joblint.kube.names import MAX_PORT_NAME, MAX_SUBDOMAIN
from joblint.kube.names.names import size, too_long

PORTS = range(1, 65536)
IDS = range(1 << 31)  # user and group ids


def env_name(text: str) -> str | None:
    """What is wrong with `text` as the name of an environment variable, None where nothing is. To 1.31."""
    if not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", text):
        return "is no name of a variable: it takes letters, digits, `_`, `-` and `.`, and starts with no digit"
    return _dots(text)


def relaxed_env_name(text: str) -> str | None:
    """What is wrong with `text` as the name of an environment variable, None where nothing is. From 1.32."""
    if not text:
        return "is empty"
    if "=" in text or not (text.isascii() and text.isprintable()):
        return "is no name of a variable: it takes printable ASCII characters other than `=`"
    return None


def port_name(text: str) -> str | None:
    """What is wrong with `text` as the name of a port, None where nothing is."""
    if not text:
        return "is empty"
    if size(text) > MAX_PORT_NAME:
        return too_long(text, MAX_PORT_NAME)
    if not re.fullmatch(r"[-a-z0-9]+", text):
        return "is no name of a port: it takes a-z, 0-9 and `-`"
    if not re.search(r"[a-z]", text):
        return "is no name of a port: it needs a letter at least; a number is written without quotes"
    if "--" in text or text[0] == "-" or text[-1] == "-":
        return "is no name of a port: no `-` may stand at an end or beside another"
    return None


def config_key(text: str) -> str | None:
    """What is wrong with `text` as a key of a ConfigMap or Secret, None where nothing is."""
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    if not re.fullmatch(r"[-._a-zA-Z0-9]+", text):
        return "is no key: it takes letters, digits, `-`, `_` and `.`"
    return _dots(text)


def header_name(text: str) -> str | None:
    """What is wrong with `text` as the name of an HTTP header, None where nothing is."""
    return None if re.fullmatch(r"[-A-Za-z0-9]+", text) else "is no header's name: it takes letters, digits and `-`"


def sysctl_name(text: str, slashes: bool) -> str | None:
    """What is wrong with `text` as the name of a sysctl, None where nothing is.

    `slashes`: they may stand for dots, from 1.25.
    """
    if size(text) > MAX_SUBDOMAIN:
        return too_long(text, MAX_SUBDOMAIN)
    parts = re.split(r"[./]" if slashes else r"\.", text)
    if all(re.fullmatch(r"[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?", part) for part in parts):
        return None
    return "is no sysctl: it takes parts of a-z, 0-9, `-` and `_` with dots between, such as net.core.somaxconn"


def local_path(text: str, reserved: bool = False) -> str | None:
    """What is wrong with `text` as a path below another, None where nothing is.

    `reserved`: no name may start with `..`.
    """
    if text.startswith("/"):
        return "is an absolute path; it is taken from where the volume is mounted: leave out the first `/`"
    return backsteps(text) or ("starts with `..`, which is reserved" if reserved and text.startswith("..") else None)


def backsteps(text: str) -> str | None:
    """That a path goes up, None where it does not."""
    return "goes up with `..`, which is not allowed" if ".." in text.split("/") else None


def _dots(text: str) -> str | None:
    if text == "." or text.startswith(".."):
        return "may not be `.`, nor start with `..`"
    return None
