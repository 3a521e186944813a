"""Projections of trust bundles and certificates.

Source: pkg/apis/core/validation/validation.go, validateProjectionSources, and names.go (ValidateSignerName,
ValidateClusterTrustBundleName).
"""

from typing import TYPE_CHECKING

from joblint.kube.names import MAX_SUBDOMAIN
from joblint.kube.names.names import dns_label, dns_subdomain, qualified_name, short, size
from joblint.kube.names.words import IDS, local_path
from joblint.rule.registry import rule
from joblint.rule.report import Reports, invalid, not_supported, required, too_long
from joblint.rule.value import Value
from joblint.server.job.selector import label_selector
from joblint.server.pod.common import choice, expect, need, out_of_range, quoted, within, words
from joblint.server.pod.projected import PATHS
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
HOUR, DAY = 3600, 24 * 3600
MAX_SIGNER = MAX_SUBDOMAIN + 1 + MAX_SUBDOMAIN + 1 + 63
MAX_ANNOTATIONS = 256 * 1024


def signer_name(text: str) -> str | None:
    """Return what is wrong with `text` as a signer's name (`example.com/my-signer`) except its length, or None."""
    domain, slash, path = text.partition("/")
    if not slash or "/" in path:
        return "is not a valid signer: use a domain, 1 `/` and a name, such as example.com/my-signer"
    labels = domain.split(".")
    if any(map(dns_label, labels)) or len(labels) < 2:
        return "is not a valid signer: the part before `/` must be a domain of at least 2 parts"
    return "is not a valid signer: the name after `/` is invalid" if any(map(dns_subdomain, path.split("."))) else None


def _signer(owner: Value) -> Reports:
    value = owner.get("signerName")
    if value is None or not value.scalar():
        yield required(owner, "signerName", f"`signerName` is required in `{owner.step}`")
        return
    text = str(value.scalar())
    if wrong := signer_name(text):
        yield invalid(value, f"`signerName: {short(text)}` {wrong}")
    domain, slash, path = text.partition("/")
    if slash and "/" not in path and (size(domain) > MAX_SUBDOMAIN or size(text) > MAX_SIGNER):
        limits = f"{MAX_SIGNER} characters, and at most {MAX_SUBDOMAIN} of them before `/`"
        yield too_long(value, f"`signerName` can have at most {limits}")


def _bundle_path(bundle: Value, ctx: "Context") -> str:
    """Return the server's path of a trust bundle; up to 1.30, it is not the path of a field."""
    return bundle.path if ctx.facts.since(31) else f"{bundle.path}PEM"


@rule("invalid-volume", on="ClusterTrustBundleProjection")
def trust_bundle(bundle: Value, ctx: "Context") -> Reports:
    if not leading(bundle):
        return
    path = _bundle_path(bundle, ctx)
    name, signer = bundle.get("name"), bundle.get("signerName")
    if name is not None and signer is not None:
        yield invalid(bundle, "`clusterTrustBundle` must not have both `name` and `signerName`", field=path)
    elif name is not None:
        yield from _bundle_name(bundle, name, path)
    elif signer is not None:
        for report in _signer(bundle):
            report.field = f"{path}.signerName"
            yield report
    else:
        yield required(bundle, "name", "`clusterTrustBundle` needs `name` or `signerName`", field=path)


def _bundle_name(bundle: Value, name: Value, path: str) -> Reports:
    text = str(name.scalar())
    if not text:
        yield required(bundle, "name", "`name` must not be empty", field=f"{path}.name")
    if wrong := dns_subdomain(text.rpartition(":")[2]):
        yield invalid(name, f"`name: {short(text)}` {wrong}", field=f"{path}.name")
    selector = bundle.get("labelSelector")
    if selector is not None:
        yield invalid(selector, "`labelSelector` must not be set when `name` is", field=f"{path}.labelSelector")


@rule("invalid-selector", on="ClusterTrustBundleProjection")
def trust_bundle_selector(bundle: Value, ctx: "Context") -> Reports:
    selector = bundle.get("labelSelector")
    if selector is None or bundle.has("name") or not bundle.has("signerName") or not leading(bundle):
        return
    for report in label_selector(selector, values=True):
        report.field = _bundle_path(bundle, ctx) + report.field.removeprefix(bundle.path)
        yield report


@rule("invalid-volume", on="ClusterTrustBundleProjection")
def trust_bundle_path(bundle: Value, ctx: "Context") -> Reports:
    if leading(bundle):
        path = _bundle_path(bundle, ctx)
        yield from need(bundle, "path", at=path)
        yield from expect(bundle, "path", lambda text: local_path(text, reserved=True), field=f"{path}.path")
        yield from within(bundle, "user", IDS)


@rule("invalid-volume", on="PodCertificateProjection")
def certificate(projection: Value, ctx: "Context") -> Reports:
    if not leading(projection):
        return
    yield from _signer(projection)
    if projection.text("keyType"):
        yield from choice(projection, "keyType", KEY_TYPES)
    else:
        text = f"`podCertificate` needs a `keyType`: {words(KEY_TYPES)}"
        yield not_supported(projection, text, field=projection.child_path("keyType"))


@rule("invalid-volume", on="PodCertificateProjection")
def certificate_life(projection: Value, ctx: "Context") -> Reports:
    value = projection.get("maxExpirationSeconds")
    if value is None or not leading(projection):
        return
    host = projection.text("signerName").partition("/")[0]
    kubernetes = host == "kubernetes.io" or host.endswith(".kubernetes.io")
    allowed = range(HOUR, (DAY if kubernetes else 91 * DAY) + 1)
    if value.scalar() not in allowed:
        yield out_of_range(value, allowed)


@rule("invalid-volume", on="PodCertificateProjection")
def certificate_paths(projection: Value, ctx: "Context") -> Reports:
    if not leading(projection):
        return
    names = PATHS["podCertificate"]
    yield from within(projection, "user", IDS)
    for name in names:
        yield from expect(projection, name, lambda text: local_path(text, reserved=True))
    if not any(projection.text(name) for name in names):
        yield required(projection, names[0], f"`podCertificate` needs {words(names)}", field=projection.path)


@rule("invalid-volume", on="PodCertificateProjection")
def certificate_annotations(projection: Value, ctx: "Context") -> Reports:
    if not leading(projection):
        return
    annotations = projection.entries("userAnnotations")
    for key, value in annotations.items():
        if not key:
            owner = projection.data["userAnnotations"]
            yield required(owner, key, "a key in `userAnnotations` must not be empty", field=owner.path)
            continue
        wrong = qualified_name(key.lower()) or (
            "must have a domain and `/` before its name, such as example.com/name" if "/" not in key else None
        )
        if wrong:
            yield invalid(
                value, f"the annotation {quoted(key)} {wrong}", field=projection.child_path("userAnnotations")
            )
    if sum(size(key) + size(str(value.scalar())) for key, value in annotations.items()) > MAX_ANNOTATIONS:
        yield too_long(
            projection.data["userAnnotations"], f"`userAnnotations` can have at most {MAX_ANNOTATIONS} bytes"
        )
