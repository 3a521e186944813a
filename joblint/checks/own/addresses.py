"""URLs, IP addresses and networks in CEL, as in apiserver pkg/cel/library of 1.37 (urls.go, ip.go, cidr.go)."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from joblint.checks.own.tagged import CIDR, IP, URL, Row, held, holds
from joblint.kube.names import names

_V4 = 4
_NO_URL = re.compile(r"^ |[\x00-\x1f\x7f]|^[^?]*%(?![0-9A-Fa-f]{2})")  # Go leaves the query to getQuery
_NO_PAIR = re.compile(r";|%(?![0-9A-Fa-f]{2})")  # Go's url.Values skips such a pair
_IN_PATH = "/%:@!$&'()*+,;=[]~"  # what Go does not escape


def _host(text: str) -> str:
    return text.rpartition("@")[2]


def _url(text: str) -> dict[str, Any]:
    from urllib.parse import quote, urlsplit

    parts = urlsplit(text)
    if not (parts.scheme or text.startswith("/")) or _NO_URL.search(text) or " " in parts.netloc:
        raise ValueError(f"`{names.short(text)}` is not an absolute URL")
    host = _host(parts.netloc)
    return {
        URL: text,
        "scheme": parts.scheme,
        "host": host,
        "hostname": parts.hostname or "",
        "port": host.rpartition(":")[2] if parts.port is not None else "",
        "path": quote(parts.path, _IN_PATH),
        "query": parts.query,
    }


def _url_part(name: str) -> Callable[[Any], str]:
    return lambda url: str(held(URL, url) and url[name])


def _query(url: Any) -> dict[str, list[str]]:
    from urllib.parse import parse_qs

    pairs = [pair for pair in str(held(URL, url) and url["query"]).split("&") if not _NO_PAIR.search(pair)]
    return parse_qs("&".join(pairs), keep_blank_values=True)


URLS: list[Row] = [
    ("url", ("string",), "map", False, _url),
    ("isURL", ("string",), "bool", False, lambda text: holds(_url, text)),
    ("getScheme", ("map",), "string", True, _url_part("scheme")),
    ("getHost", ("map",), "string", True, _url_part("host")),
    ("getHostname", ("map",), "string", True, _url_part("hostname")),
    ("getPort", ("map",), "string", True, _url_part("port")),
    ("getEscapedPath", ("map",), "string", True, _url_part("path")),
    ("getQuery", ("map",), "map", True, _query),
]


def _ip(text: str) -> dict[str, Any]:
    address = ipaddress.ip_address(text)
    if "%" in text or getattr(address, "ipv4_mapped", None) is not None:
        raise ValueError(f"`{names.short(text)}` is not an IP address that Kubernetes accepts")
    return {IP: str(address)}


def _address(value: Any) -> Any:
    return ipaddress.ip_address(held(IP, _ip(value) if isinstance(value, str) else value))


def _cidr(text: str) -> dict[str, Any]:
    length = text.rpartition("/")[2]
    if "/" not in text or not length.isdigit() or str(int(length[:4])) != length:
        raise ValueError(f"`{names.short(text)}` is not a CIDR, such as 10.0.0.0/8")
    interface = ipaddress.ip_interface(text)
    if getattr(interface.ip, "ipv4_mapped", None) is not None:
        raise ValueError(f"`{names.short(text)}` is not a CIDR that Kubernetes accepts")
    return {CIDR: str(interface)}


def _network(value: Any) -> Any:
    return ipaddress.ip_interface(held(CIDR, _cidr(value) if isinstance(value, str) else value)).network


def _within(network: Any, address: Any) -> bool:
    return bool(_address(address) in _network(network))


def _inside(network: Any, other: Any) -> bool:
    outer, inner = _network(network), _network(other)
    return bool(outer.version == inner.version and inner.subnet_of(outer))


def _is(property_: str) -> Callable[[Any], bool]:
    return lambda value: bool(getattr(_address(value), property_))


def _is_global(value: Any) -> bool:
    one = _address(value)
    others = one.is_unspecified or one.is_loopback or one.is_multicast or one.is_link_local
    return not others and str(one) != "255.255.255.255"


def _is_link_local_multicast(value: Any) -> bool:
    one = _address(value)
    return bool(one in ipaddress.ip_network("224.0.0.0/24" if one.version == _V4 else "ff02::/16"))


ADDRESSES: list[Row] = [
    ("ip", ("string",), "map", False, _ip),
    ("isIP", ("string",), "bool", False, lambda text: holds(_ip, text)),
    ("ip.isCanonical", ("string",), "bool", False, lambda text: str(_address(text)) == text),
    ("family", ("map",), "int", True, lambda value: _address(value).version),
    ("isUnspecified", ("map",), "bool", True, _is("is_unspecified")),
    ("isLoopback", ("map",), "bool", True, _is("is_loopback")),
    ("isLinkLocalUnicast", ("map",), "bool", True, _is("is_link_local")),
    ("isGlobalUnicast", ("map",), "bool", True, _is_global),
    ("isLinkLocalMulticast", ("map",), "bool", True, _is_link_local_multicast),
    ("ip", ("map",), "map", True, lambda value: _ip(held(CIDR, value).partition("/")[0])),
    ("cidr", ("string",), "map", False, _cidr),
    ("isCIDR", ("string",), "bool", False, lambda text: holds(_cidr, text)),
    ("containsIP", ("map", "dyn"), "bool", True, _within),
    ("containsCIDR", ("map", "dyn"), "bool", True, _inside),
    ("masked", ("map",), "map", True, lambda value: {CIDR: str(_network(value))}),
    ("prefixLength", ("map",), "int", True, lambda value: _network(value).prefixlen),
]
