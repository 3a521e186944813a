"""Resources: names, quantities, requests against limits, claims.

Source: pkg/apis/core/validation/validation.go, validateResourceRequirements, validateContainerResourceName,
validatePodResourceName, validateResourceClaimNames; pkg/apis/core/helper/helpers.go; pkg/apis/core/v1/defaults.go,
SetDefaults_ResourceList.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.names import qualified_name
from joblint.kube.quantity.quantity import Quantity, QuantityError, parse
from joblint.rule.cure.cure import Add, Put, renaming
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.pod.common import quoted

if TYPE_CHECKING:
    from joblint.rule.context import Context

CPU_AND_MEMORY = ("cpu", "memory")
CONTAINER_RESOURCES = (*CPU_AND_MEMORY, "ephemeral-storage")
_COUNTS = (
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
)  # fmt: skip
_STANDARD = frozenset((
    *_COUNTS, *(f"{kind}{name}" for kind in ("", "requests.", "limits.") for name in CONTAINER_RESOURCES),
    "storage", "requests.storage",
))  # fmt: skip
HUGE_PAGES = "hugepages-"
KUBERNETES = "kubernetes.io/"
MILLI = -3


def native(name: str) -> bool:
    """Return whether a resource is one of Kubernetes' own (IsNativeResource)."""
    return "/" not in name or KUBERNETES in name


def overcommitted(name: str) -> bool:
    """Return whether limits may be above requests (IsOvercommitAllowed)."""
    return native(name) and not name.startswith(HUGE_PAGES)


def extended(name: str) -> bool:
    """Return whether a resource is a device's or another extended resource (IsExtendedResourceName)."""
    return not native(name) and not name.startswith("requests.") and not qualified_name(f"requests.{name}")


def resource_name(name: str) -> str | None:
    """Return what is wrong with the name of any resource, None if nothing is (validateResourceName)."""
    if wrong := qualified_name(name):
        return wrong
    if "/" in name or name in _STANDARD or name.startswith((HUGE_PAGES, f"requests.{HUGE_PAGES}")):
        return None
    return "is not a Kubernetes resource; the name of a device needs a domain, such as nvidia.com/gpu"


def container_resource_name(name: str) -> str | None:
    """Return what is wrong with the name of a container's resource, or None (validateContainerResourceName)."""
    if wrong := resource_name(name):
        return wrong
    if "/" not in name:
        known = name in CONTAINER_RESOURCES or name.startswith(HUGE_PAGES)
        return (
            None if known else "is not a container resource: use `cpu`, `memory`, `ephemeral-storage` or `hugepages-*`"
        )
    return None if native(name) or extended(name) else "is not a valid extended resource"


def rounded(quantity: Quantity) -> Quantity:
    """Return a resource quantity as the server stores it: rounded up to thousandths (SetDefaults_ResourceList)."""
    if not quantity.digits or quantity.exponent >= MILLI:
        return quantity
    return parse(f"{quantity.milli()}m")


def amounts(requirements: Value, name: str) -> dict[str, Value]:
    """Return the entries of `limits` or `requests` whose quantity is not hidden."""
    return {key: value for key, value in requirements.entries(name).items() if not value.opaque}


def in_pod(requirements: Value) -> bool:
    """Return whether these are the resources of the whole pod, from 1.32."""
    return requirements.parent is not None and requirements.parent.type == "PodSpec"


def in_container(requirements: Value) -> bool:
    """Return whether these are a container's resources, not a claim's."""
    return requirements.parent is not None and requirements.parent.type in ("Container", "EphemeralContainer")


def judged(requirements: Value, ctx: "Context") -> bool:
    """Return whether the server checks these here: not those of a claim template, nor of a whole Windows pod."""
    return in_container(requirements) or (in_pod(requirements) and not refused_on_windows(requirements, ctx))


def refused_on_windows(requirements: Value, ctx: "Context") -> bool:
    """Return whether these are resources of a whole Windows pod, which are not allowed from 1.34."""
    system = requirements.parent.get("os") if requirements.parent is not None and in_pod(requirements) else None
    return system is not None and system.text("name") == "windows" and ctx.facts.since(34)


def _entries(requirements: Value) -> Iterator[tuple[str, Value]]:
    for name in ("limits", "requests"):
        yield from amounts(requirements, name).items()


@rule("invalid-resource-name", on="ResourceRequirements")
def names(requirements: Value, ctx: "Context") -> Reports:
    if not judged(requirements, ctx):
        return
    whole = in_pod(requirements)
    for key, value in _entries(requirements):
        if wrong := resource_name(key) if whole else container_resource_name(key):
            report = invalid(value, f"{quoted(key)} {wrong}")
            meant = key.strip().lower()
            if value.key is not None and meant in CONTAINER_RESOURCES and not _beside(value, meant):
                report.cure_by(renaming(value.key, key, meant))
            yield report
        elif whole and key not in CPU_AND_MEMORY and not (key.startswith(HUGE_PAGES) and ctx.facts.since(33)):
            allowed = "`cpu`, `memory` or, from 1.33, `hugepages-*`"
            yield not_supported(value, f"Pod-level `resources` must be {allowed}, not {quoted(key)}")


def _beside(value: Value, name: str) -> bool:
    """Return whether there is a field with that name next to a value."""
    return value.parent is not None and name in value.parent.data


@rule("invalid-quantity", on="ResourceRequirements")
def quantities(requirements: Value, ctx: "Context") -> Reports:
    if judged(requirements, ctx):
        for key, value in _entries(requirements):
            yield from quantity_of(key, value)


def quantity_of(name: str, value: Value, field: str | None = None) -> Reports:
    """Report a quantity that a resource cannot have (ValidateResourceQuantityValue)."""
    quantity: Quantity = value.scalar()
    text = quoted(quantity.text)
    if quantity.sign < 0:
        yield invalid(value, f"{quoted(name)} must be 0 or more, not {text}", field=field)
    elif (name in _COUNTS or extended(name)) and not quantity.is_integer():
        yield invalid(value, f"{quoted(name)} must be a whole number, not {text}", field=field)
    elif name.startswith(HUGE_PAGES) and not _divisible(name, quantity):
        yield invalid(value, f"{quoted(name)} must be a multiple of the page size, not {text}", field=field)


def _divisible(name: str, quantity: Quantity) -> bool:
    try:
        page = parse(name.removeprefix(HUGE_PAGES))
    except QuantityError:
        return False
    return page.sign > 0 and page.is_integer() and page.value() != 0 and quantity.value() % page.value() == 0


@rule("request-over-limit", on="ResourceRequirements")
def requests_against_limits(requirements: Value, ctx: "Context") -> Reports:
    if not requirements.has("requests") or not judged(requirements, ctx):
        return
    limits, path = requirements.entries("limits"), requirements.path
    for key, value in amounts(requirements, "requests").items():
        limit = limits.get(key)
        if limit is None:
            if not overcommitted(key):
                message = f"{quoted(key)} needs a limit that equals its request"
                report = required(requirements, "limits", message, because=value, field=f"{path}.limits")
                add = Add(requirements.node, ("limits", key), _written(value))
                yield report.cure(f"add `{key}: {value.scalar().text}` to `limits`", add)
        elif not limit.opaque:
            yield from _compared(key, value, limit, f"{path}.requests")


def _compared(key: str, value: Value, limit: Value, field: str) -> Reports:
    request, most = rounded(value.scalar()), rounded(limit.scalar())
    if request > most:
        text = f"the {quoted(key)} request {quoted(request.text)} is greater than its limit {quoted(most.text)}"
        message, write = "raise the limit to the request", Put(limit.node, _written(value))
    elif request != most and not overcommitted(key):
        text = f"the {quoted(key)} request {quoted(request.text)} must equal its limit {quoted(most.text)}"
        message, write = "raise the request to the limit", Put(value.node, _written(limit))
    else:
        return
    report = invalid(value, text, field=field)
    report.related = ((limit.node, "the limit"),)
    yield report.cure(message, write, safe=False)


def _written(value: Value) -> str | int | None:
    """Return a quantity as it is in the manifest: a whole number without quotes stays one."""
    raw = getattr(value.node, "value", None)
    return raw if isinstance(raw, int) else str(value.scalar().text)


@rule("invalid-quantity", on="ResourceRequirements")
def huge_pages_alone(requirements: Value, ctx: "Context") -> Reports:
    if judged(requirements, ctx):
        keys = {*requirements.entries("limits"), *requirements.entries("requests")}
        if any(key.startswith(HUGE_PAGES) for key in keys) and not any(key in CPU_AND_MEMORY for key in keys):
            yield forbidden(requirements, "`cpu` or `memory` is required when `hugepages-*` is set")


@rule("invalid-resource-name", on="PodSpec")
def overhead(spec: Value, ctx: "Context") -> Reports:
    """Check the overhead like limits, under its own path (validateOverhead)."""
    if not spec.has("overhead"):
        return
    field = spec.child_path("overhead")
    entries = spec.entries("overhead")
    for key, value in entries.items():
        if wrong := container_resource_name(key):
            yield invalid(value, f"{quoted(key)} {wrong}", field=f"{field}.limits[{key}]")
        if not value.opaque:
            yield from quantity_of(key, value, f"{field}.limits[{key}]")
    if any(key.startswith(HUGE_PAGES) for key in entries) and not any(key in CPU_AND_MEMORY for key in entries):
        yield forbidden(spec.data["overhead"], "`cpu` or `memory` is required when `hugepages-*` is set")
