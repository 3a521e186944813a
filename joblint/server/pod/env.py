"""Environment variables and where their values come from.

Source: pkg/apis/core/validation/validation.go, ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector and others.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label, dns_subdomain, qualified_name, short
from joblint.kube.names.words import backsteps, config_key, env_name, relaxed_env_name
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.pod.common import expect, meant_as, need, quoted, with_value, words
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
FROM_SOURCES = ("configMapRef", "secretRef")
# fieldPath: what the downward API has, what a variable can have of it, and what a file in a volume can have.
MAPS = ("metadata.annotations", "metadata.labels")
VARIABLE_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
FILE_FIELDS = ("metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid")
OTHER_FIELDS = ("spec.restartPolicy", "spec.schedulerName", "status.phase")
FIELDS = frozenset((*VARIABLE_FIELDS, *FILE_FIELDS, *OTHER_FIELDS))
HOST_IPS = "status.hostIPs"  # from 1.28
OLD_NAMES = {"spec.host": "spec.nodeName"}
RESOURCES = tuple(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
CPU_DIVISORS = ("1m", "1")
DIVISORS = ("1", *(f"1{unit}" for unit in "kMGTPE"), *(f"1{unit}i" for unit in "KMGTPE"))


def _env_name(text: str, ctx: "Context") -> str | None:
    wrong = env_name(text)
    if wrong and ctx.facts.enabled("RelaxedEnvironmentVariableValidation"):
        return relaxed_env_name(text)
    return wrong


@rule("invalid-env", on="EnvVar")
def variable_name(variable: Value, ctx: "Context") -> Reports:
    yield from need(variable, "name")
    yield from expect(variable, "name", lambda text: _env_name(text, ctx))


@rule("invalid-env", on="EnvFromSource")
def prefix(source: Value, ctx: "Context") -> Reports:
    yield from expect(source, "prefix", lambda text: _env_name(text, ctx))


@rule("invalid-env", on="EnvVarSource")
def one_source(source: Value, ctx: "Context") -> Reports:
    count = len([name for name in SOURCES if source.has(name)])
    if count == 0:
        yield invalid(source, f"`valueFrom` needs {words(SOURCES)}")
    elif source.parent is not None and source.parent.text("value"):
        yield invalid(source, "a variable must not have both `value` and `valueFrom`")
    elif count > 1:
        yield invalid(source, f"`valueFrom` must have exactly 1 source, not {count}")


@rule("invalid-env", on="EnvFromSource")
def one_from_source(source: Value, ctx: "Context") -> Reports:
    count = len([name for name in FROM_SOURCES if source.has(name)])
    if count != 1 and source.parent is not None:
        wanted, had = f"either {words(FROM_SOURCES)}", "both" if count else "none"
        yield invalid(source, f"an entry of `envFrom` must have {wanted}, but has {had}", field=source.parent.path)


@rule("invalid-env", on=("ConfigMapEnvSource", "SecretEnvSource"))
def from_name(source: Value, ctx: "Context") -> Reports:
    yield from need(source, "name")
    yield from expect(source, "name", _name_or_prefix)


def _name_or_prefix(text: str) -> str | None:
    """Return what is wrong with a name; the server accepts a `-` at its end, as in a prefix."""
    return dns_subdomain(f"{text[:-2]}a" if len(text) > 1 and text.endswith("-") else text)


@rule("invalid-env", on=("ConfigMapKeySelector", "SecretKeySelector"))
def key_of_object(selector: Value, ctx: "Context") -> Reports:
    name = selector.get("name")
    if wrong := dns_subdomain(selector.text("name")):
        required_here = f"`name` is required in `{selector.step}`"
        text = f"{with_value(name, name.scalar())} {wrong}" if name is not None else required_here
        yield invalid(name if name is not None else selector, text, field=selector.child_path("name"))
    yield from need(selector, "key")
    yield from expect(selector, "key", config_key)


@rule("invalid-env", on="FileKeySelector")
def key_of_file(selector: Value, ctx: "Context") -> Reports:
    yield from need(selector, "key", "volumeName", "path")
    yield from expect(selector, "key", relaxed_env_name)
    yield from expect(selector, "volumeName", dns_label)
    yield from expect(selector, "path", backsteps)


# -- downward API


def _in_volume(selector: Value) -> bool:
    return selector.parent is not None and selector.parent.type == "DownwardAPIVolumeFile"


def _judged(selector: Value) -> bool:
    """Return whether the server checks it: in a volume's file, only the first of two, and only in the first source."""
    if not _in_volume(selector):
        return True
    assert selector.parent is not None
    return leading(selector) and (selector.step == SOURCES[0] or not selector.parent.has(SOURCES[0]))


def _own_path(selector: Value) -> str:
    """Return the server's path, which has the volume or projection instead of the file in it."""
    files = selector.parent.parent if _in_volume(selector) and selector.parent is not None else None
    owner = files.parent if files is not None else None
    return f"{owner.path}.{selector.step}" if owner is not None else selector.path


@rule("invalid-env", on="ObjectFieldSelector")
def field_of_pod(selector: Value, ctx: "Context") -> Reports:
    """Check the field that is read (validateObjectFieldSelector).

    Source: ConvertDownwardAPIFieldLabel in pkg/apis/core/pods/helpers.go.
    """
    if not _judged(selector):
        return
    path = _own_path(selector)
    value = selector.get("fieldPath")
    if value is None or not value.scalar():
        yield required(selector, "fieldPath", "`fieldPath` is required in `fieldRef`", field=f"{path}.fieldPath")
        return
    text = str(value.scalar())
    in_volume = _in_volume(selector)
    base, subscript = _split(text)
    if selector.text("apiVersion") not in ("", "v1"):
        yield invalid(value, "`fieldRef` only supports `apiVersion: v1`", field=f"{path}.fieldPath")
    elif subscript is not None:
        yield from _subscripted(value, base, subscript, path)
    elif (name := OLD_NAMES.get(text, text)) not in FIELDS or (name == HOST_IPS and not ctx.facts.since(28)):
        report = invalid(value, f"`fieldPath: {short(text)}` is not a downward API field", field=f"{path}.fieldPath")
        yield meant_as(report, value, FILE_FIELDS if in_volume else VARIABLE_FIELDS)
    elif name not in (allowed := FILE_FIELDS if in_volume else VARIABLE_FIELDS):
        message = (
            f"`fieldPath` of {'a file' if in_volume else 'a variable'} must be {words(allowed)}, not {quoted(text)}"
        )
        yield not_supported(value, message, field=f"{path}.fieldPath")


def _split(text: str) -> tuple[str, str | None]:
    """Split `metadata.labels['app']` into path and key: SplitMaybeSubscriptedPath in pkg/fieldpath/fieldpath.go."""
    base, bracket, subscript = text.removesuffix("']").partition("['")
    if text.endswith("']") and bracket and base:
        return base, subscript
    return text, None


def _subscripted(value: Value, base: str, subscript: str, path: str) -> Reports:
    if base not in MAPS:
        message = f"in `fieldPath`, `['…']` is only allowed after {words(MAPS)}, not after {quoted(base)}"
        yield invalid(value, message, field=f"{path}.fieldPath")
    elif wrong := qualified_name(subscript.lower() if base == MAPS[0] else subscript):
        yield invalid(value, f"the key {quoted(subscript)} in `fieldPath` {wrong}", field=path)


@rule("invalid-env", on="ObjectFieldSelector")
def host_ips(selector: Value, ctx: "Context") -> Reports:
    if selector.text("fieldPath") == HOST_IPS and _judged(selector) and ctx.facts.disabled("PodHostIPs"):
        text = f"`{HOST_IPS}` needs the feature gate PodHostIPs, which is off by default before 1.29"
        yield forbidden(selector, text, field=_own_path(selector))


@rule("invalid-env", on="ResourceFieldSelector")
def resource_of_container(selector: Value, ctx: "Context") -> Reports:
    if not _judged(selector):
        return
    path = _own_path(selector)
    value = selector.get("resource")
    if _in_volume(selector) and not selector.text("containerName"):
        field = f"{path}.containerName"
        yield required(selector, "containerName", "`resourceFieldRef` in a volume needs a `containerName`", field=field)
    elif value is None or not value.scalar():
        yield required(selector, "resource", "`resource` is required in `resourceFieldRef`", field=f"{path}.resource")
    elif value.scalar() not in RESOURCES and not _huge_pages(value.scalar(), ctx):
        message = f"`resource` must be {words(RESOURCES)}, not {quoted(value.scalar())}"
        yield meant_as(not_supported(value, message, field=f"{path}.resource"), value, RESOURCES)


def _huge_pages(resource: str, ctx: "Context") -> bool:
    return resource.startswith(HUGE_PAGES) and (ctx.facts.since(27) or ctx.facts.enabled("DownwardAPIHugePages"))


@rule("invalid-env", on="ResourceFieldSelector")
def divisor(selector: Value, ctx: "Context") -> Reports:
    value = selector.get("divisor")
    resource = selector.text("resource")
    if value is None or not value.scalar().sign or not _judged(selector):
        return
    if resource in RESOURCES or resource.startswith(HUGE_PAGES):
        allowed = CPU_DIVISORS if resource.endswith(".cpu") else DIVISORS
        if not _is_one_of(value.scalar(), allowed):
            text = f"`divisor` for `{resource}` must be {words(allowed)}, not {quoted(ctx.text_at(value.node))}"
            yield invalid(value, text, field=f"{_own_path(selector)}.divisor")


def _is_one_of(quantity: object, allowed: tuple[str, ...]) -> bool:
    """Return whether Kubernetes would write the quantity as one of the allowed; exponents and 1024 stay as they are."""
    from joblint.kube.quantity.quantity import Quantity, parse

    assert isinstance(quantity, Quantity)
    text = quantity.text.strip()
    if "e" in text or ("E" in text and not text.endswith(("E", "Ei"))):
        return quantity == parse("1")
    binary = text.endswith("i")
    return any(quantity == parse(word) for word in allowed if word in CPU_DIVISORS or word.endswith("i") == binary)
