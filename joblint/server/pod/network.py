"""Names and addresses: host names, DNS, host aliases.

Source: pkg/apis/core/validation/validation.go, ValidatePodSpec, validatePodHostName, validatePodDNSConfig,
ValidateHostAliases.
"""

from typing import TYPE_CHECKING

from joblint.kube.names import MAX_SUBDOMAIN
from joblint.kube.names.names import dns_label, dns_subdomain, size
from joblint.kube.names.names import too_long as too_long_text
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, required, too_long
from joblint.rule.value import Value
from joblint.server.pod.common import choice, expect, match, with_value

if TYPE_CHECKING:
    from joblint.rule.context import Context

DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
MAX_NAMESERVERS = 3
MAX_SEARCHES, MAX_SEARCH_TEXT = 32, 2048
LEGACY_SEARCHES, LEGACY_SEARCH_TEXT = 6, 256  # without ExpandedDNSConfig, up to 1.25
MAX_HOSTNAME = 64


@rule("invalid-dns", on="PodSpec")
def hostname(spec: Value, ctx: "Context") -> Reports:
    yield from expect(spec, "hostname", dns_label)
    yield from expect(spec, "subdomain", dns_label)


@rule("invalid-dns", on="PodSpec")
def hostname_override(spec: Value, ctx: "Context") -> Reports:
    """Check the override and what it cannot be combined with (validatePodHostName, from 1.34)."""
    value = spec.get("hostnameOverride")
    if value is None:
        return
    for name in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.flag(name):
            yield forbidden(value, f"`hostnameOverride` cannot be combined with `{name}`")
    if size(value.scalar()) > MAX_HOSTNAME:
        yield too_long(value, f"{with_value(value, value.scalar())} {too_long_text(value.scalar(), MAX_HOSTNAME)}")
    yield from match(value, dns_subdomain)


# -- DNS


@rule("invalid-dns", on="PodSpec")
def dns_policy(spec: Value, ctx: "Context") -> Reports:
    yield from choice(spec, "dnsPolicy", DNS_POLICIES)


@rule("invalid-dns", on="PodSpec")
def dns_without_cluster(spec: Value, ctx: "Context") -> Reports:
    policy = spec.get("dnsPolicy")
    if policy is None or policy.scalar() != DNS_POLICIES[-1]:
        return
    config = spec.get("dnsConfig")
    if config is None:
        yield required(spec, "dnsConfig", "`dnsPolicy: None` needs `dnsConfig`", because=policy)
    elif not config.items("nameservers"):
        text = "`dnsPolicy: None` needs at least 1 entry in `dnsConfig.nameservers`"
        yield required(config, "nameservers", text, because=policy)


def _unserved(config: Value) -> bool:
    """Return whether the server has stopped because of missing name servers."""
    none = config.parent is not None and config.parent.text("dnsPolicy") == DNS_POLICIES[-1]
    return none and not config.items("nameservers")


@rule("invalid-dns", on="PodDNSConfig")
def nameservers(config: Value, ctx: "Context") -> Reports:
    servers = config.get("nameservers")
    if servers is None:
        return
    if len(servers.elements()) > MAX_NAMESERVERS:
        yield invalid(
            servers, f"`nameservers` can have at most {MAX_NAMESERVERS} entries, not {len(servers.elements())}"
        )
    for server in servers.elements():
        yield from address(server, server.scalar(), server.path, ctx)


def address(place: Value, text: str, field: str, ctx: "Context") -> Reports:
    """Report an invalid IP address; from 1.36, also one that others may read differently."""
    from joblint.kube.names.ip import ip

    wrong = ip(text, strict=True)
    if wrong and (ip(text) or ctx.facts.enabled("StrictIPCIDRValidation")):
        yield invalid(place, f"{with_value(place, text)} {wrong}", field=field)


@rule("invalid-dns", on="PodDNSConfig")
def searches(config: Value, ctx: "Context") -> Reports:
    listed = config.get("searches")
    if listed is None or _unserved(config):
        return
    count = len(listed.elements())
    length = size(" ".join(str(search.scalar()) for search in listed.elements()))
    if count <= LEGACY_SEARCHES and length <= LEGACY_SEARCH_TEXT:
        return
    expanded = ctx.facts.enabled("ExpandedDNSConfig")
    most, most_text = (MAX_SEARCHES, MAX_SEARCH_TEXT) if expanded else (LEGACY_SEARCHES, LEGACY_SEARCH_TEXT)
    if count > most or length > most_text:
        yield invalid(listed, f"`searches` can have at most {most} entries with {most_text} characters in total")


@rule("invalid-dns", on="PodDNSConfig")
def search_names(config: Value, ctx: "Context") -> Reports:
    if not config.has("searches") or _unserved(config):
        return
    for search in config.items("searches"):
        text = str(search.scalar())
        wrong = dns_subdomain(text.removesuffix("."))
        if wrong and ctx.facts.enabled("RelaxedDNSSearchValidation"):
            wrong = None if text == "." else _search_name(text.removesuffix("."))
        if wrong:
            yield invalid(search, f"{with_value(search, text)} {wrong}")


def _search_name(text: str) -> str | None:
    """Return what is wrong with a search name: `_` may be first or inside a part (IsDNS1123SubdomainWithUnderscore)."""
    if size(text) > MAX_SUBDOMAIN:
        return too_long_text(text, MAX_SUBDOMAIN)
    parts = [part.removeprefix("_") for part in text.split(".")]
    return next((wrong for part in parts if (wrong := _part(part))), None)


def _part(part: str) -> str | None:
    inner = part[1:-1].replace("_", "-")
    return dns_subdomain(f"{part[:1]}{inner}{part[-1:]}" if len(part) > 1 else part)


@rule("invalid-dns", on="PodDNSConfig")
def options(config: Value, ctx: "Context") -> Reports:
    if not config.has("options") or _unserved(config):
        return
    for option in config.items("options"):
        if not option.text("name"):
            yield required(option, "name", "a DNS option needs a `name`", field=option.path)


# -- host aliases


@rule("invalid-dns", on="HostAlias")
def host_alias(alias: Value, ctx: "Context") -> Reports:
    """Check the address and names of a host alias; up to 1.29, the server's path has no index."""
    from joblint.kube.names.ip import ip

    text = alias.text("ip")
    if ip(text, strict=True):
        field = alias.child_path("ip") if ctx.facts.since(30) else _of_list(alias, "ip")
        yield from address(alias.get("ip") or alias, text, field, ctx)
    for name in alias.items("hostnames"):
        if wrong := dns_subdomain(name.scalar()):
            field = name.path if ctx.facts.since(30) else _of_list(alias, "hostnames")
            yield invalid(name, f"{with_value(name, name.scalar())} {wrong}", field=field)


def _of_list(alias: Value, name: str) -> str:
    return f"{alias.parent.path}.{name}" if alias.parent is not None else name
