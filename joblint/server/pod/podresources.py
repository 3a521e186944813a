"""Resources of the whole pod against its containers', and resource claims.

Source: pkg/apis/core/validation/validation.go, validatePodResources, validatePodResourceConsistency,
validatePodResourceClaim, validateResourceClaimNames; component-helpers resource/helpers.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label, dns_subdomain
from joblint.kube.quantity.quantity import Quantity, parse
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, forbidden, invalid, not_found, required
from joblint.rule.value import Value
from joblint.server.pod.common import INIT, expect, is_sidecar, need, pod_of, quoted, with_value, words
from joblint.server.pod.resources import HUGE_PAGES, amounts, in_container, in_pod, judged, refused_on_windows, rounded

if TYPE_CHECKING:
    from joblint.rule.context import Context

CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")


@rule("field-of-other-os", on="ResourceRequirements")
def on_windows(requirements: Value, ctx: "Context") -> Reports:
    if refused_on_windows(requirements, ctx):
        yield forbidden(
            requirements, "Pod-level `resources` is not allowed in a Windows Pod: set `resources` in the containers"
        )


@rule("invalid-resource-claim", on="ResourceRequirements")
def no_claims(requirements: Value, ctx: "Context") -> Reports:
    if in_pod(requirements) and requirements.has("claims") and judged(requirements, ctx):
        yield forbidden(
            requirements.data["claims"],
            "`claims` is not allowed in Pod-level `resources`: move it to a container's `resources`",
        )


@rule("request-over-limit", on="ResourceRequirements")
def requests_of_containers(requirements: Value, ctx: "Context") -> Reports:
    """Check that the containers' requests together fit into the pod's; up to 1.33, the pod must have each of them."""
    if not in_pod(requirements) or not judged(requirements, ctx):
        return
    whole = requirements.entries("requests")
    for key, quantity in _aggregate(pod_of(requirements), "requests").items():
        if key in whole:
            yield from _more_than_pod("requests", quantity, whole[key])
        elif quantity.sign > 0 and not ctx.facts.since(34):
            field = f"{requirements.path}.requests[{key}]"
            message = f"the containers request {quoted(key)}, so the Pod-level `requests` must also have {quoted(key)}"
            yield invalid(requirements, message, field=field)


@rule("request-over-limit", on="ResourceRequirements")
def huge_pages_of_containers(requirements: Value, ctx: "Context") -> Reports:
    """Check that the containers' limits of huge pages fit into the pod's, from 1.34."""
    if not in_pod(requirements) or not judged(requirements, ctx):
        return
    whole = {key: value for key, value in requirements.entries("limits").items() if key.startswith(HUGE_PAGES)}
    together = _aggregate(pod_of(requirements), "limits") if whole and ctx.facts.since(34) else {}
    for key, value in whole.items():
        if key in together:
            yield from _more_than_pod("limits", together[key], value)


def _more_than_pod(name: str, together: Quantity, value: Value) -> Reports:
    if not value.opaque and together > rounded(value.scalar()):
        own = f"the Pod's own {name[:-1]} is only {rounded(value.scalar()).text}"
        message = f"the containers' {quoted(value.step)} {name} add up to {together.text}, but {own}"
        yield invalid(value, message)


@rule("request-over-limit", on="ResourceRequirements")
def limits_of_containers(requirements: Value, ctx: "Context") -> Reports:
    """Check that no container's limit is over the pod's; the server's path has it below the pod's resources."""
    if not in_pod(requirements) or not requirements.has("limits") or not judged(requirements, ctx):
        return
    whole = {key: rounded(value.scalar()) for key, value in amounts(requirements, "limits").items()}
    for container in pod_of(requirements).items("containers"):
        own = container.get("resources")
        for key, value in amounts(own, "limits").items() if own is not None else ():
            if key in whole and rounded(value.scalar()) > whole[key]:
                message = f"the {quoted(key)} limit is greater than the Pod's limit {quoted(whole[key].text)}"
                field = f"{requirements.path}.containers[{container.step}][{key}].limits"
                yield invalid(value, message, field=field)


Amounts = dict[str, Quantity]


def _aggregate(spec: Value, name: str) -> Amounts:
    """Return the most that a pod needs: its containers and sidecars together, or more while an init container runs."""
    total: Amounts = {}
    for container in spec.items("containers"):
        _add(total, _amounts(container, name))
    sidecars: Amounts = {}
    most: Amounts = {}
    for container in spec.items(INIT):
        own = _amounts(container, name)
        if is_sidecar(container):
            _add(total, own)
            _add(sidecars, own)
            own = dict(sidecars)
        else:
            _add(own, sidecars)
        _raise(most, own)
    _raise(total, most)
    return total


def _amounts(container: Value, name: str) -> Amounts:
    resources = container.get("resources")
    own = amounts(resources, name) if resources is not None else {}
    return {key: rounded(value.scalar()) for key, value in own.items()}


def _add(total: Amounts, more: Amounts) -> None:
    for key, quantity in more.items():
        total[key] = _sum(total[key], quantity) if key in total else quantity


def _sum(one: Quantity, other: Quantity) -> Quantity:
    """Return the sum, exact in thousandths; if that is too large, the larger amount, which is over any real limit."""
    sizes = [abs(quantity.milli()) for quantity in (one, other)]
    if max(sizes) >= 1 << 61:
        return max(one, other)
    return parse(f"{one.milli() + other.milli()}m")


def _raise(total: Amounts, other: Amounts) -> None:
    for key, quantity in other.items():
        if key not in total or quantity > total[key]:
            total[key] = quantity


# -- claims


@rule("invalid-resource-claim", on="PodSpec")
def unique_claims(spec: Value, ctx: "Context") -> Reports:
    if not spec.has("resourceClaims"):
        return
    seen: dict[str, Value] = {}
    for claim in spec.items("resourceClaims"):
        name = claim.text("name")
        if name in seen:
            yield duplicate(claim.data["name"], f"another claim is already named {quoted(name)}", first=seen[name])
        elif name:
            seen[name] = claim
            yield from expect(claim, "name", dns_label)


@rule("invalid-resource-claim", on="PodResourceClaim")
def claim(entry: Value, ctx: "Context") -> Reports:
    """Check a claim's name and source; up to 1.30, the source is in `source`."""
    yield from need(entry, "name")
    holder = entry
    if not ctx.facts.since(31):
        holder = entry.get("source") or entry
    path = entry.path if ctx.facts.since(31) else entry.child_path("source")
    count = len([name for name in CLAIM_SOURCES if holder.has(name)])
    if count != 1:
        yield invalid(
            entry, f"a claim must have either {words(CLAIM_SOURCES)}, but has {'both' if count else 'none'}", field=path
        )
    for name in CLAIM_SOURCES if ctx.facts.since(27) else ():
        value = holder.get(name)
        if value is not None and (wrong := dns_subdomain(value.scalar())):
            yield invalid(value, f"{with_value(value, value.scalar())} {wrong}")


@rule("invalid-resource-claim", on="ResourceRequirements")
def used_claims(requirements: Value, ctx: "Context") -> Reports:
    if not requirements.has("claims") or not (in_container(requirements) or judged(requirements, ctx)):
        return
    known = {claim.text("name") for claim in pod_of(requirements).items("resourceClaims")} - {""}
    for entry in requirements.items("claims"):
        name = entry.text("name")
        if not name:
            yield required(entry, "name", "a claim needs a `name`", field=entry.path)
        elif name not in known:
            yield not_found(entry, f"the claim {quoted(name)} is not in the Pod's `resourceClaims`")


@rule("invalid-resource-claim", on="ResourceRequirements")
def repeated_claims(requirements: Value, ctx: "Context") -> Reports:
    """Report a claim that is listed twice: as a whole, or with the same request (from 1.31)."""
    if not requirements.has("claims") or not (in_container(requirements) or judged(requirements, ctx)):
        return
    whole: set[str] = set()
    partly: dict[str, set[str]] = {}
    for entry in requirements.items("claims"):
        name, request = entry.text("name"), entry.text("request")
        if not name:
            continue
        taken = name in whole or (request in partly.get(name, ()) if request else name in partly)
        if taken:
            yield duplicate(entry, f"the claim {quoted(name)} is listed twice")
        if name not in whole:
            yield from expect(entry, "request", dns_label)
        (partly.setdefault(name, set()) if request else whole).add(request or name)
