"""Ephemeral containers, which a pod template must not have.

Source: pkg/apis/core/validation/validation.go, validateEphemeralContainers, ValidatePodTemplateSpec.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, not_found, required
from joblint.rule.value import Value
from joblint.server.pod.common import EPHEMERAL, INIT, containers, role

if TYPE_CHECKING:
    from joblint.rule.context import Context

FORBIDDEN = (
    "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy",
    "restartPolicy", "restartPolicyRules",
)  # fmt: skip
ALLOWED_SINCE = {"securityContext": 22, "volumeDevices": 23}  # minors; up to 1.22, ephemeral containers have a gate


class ListedAlone(Value):
    """An ephemeral container in 1.23 and 1.24: the server checks it as a list of one, as the paths below show."""

    __slots__ = ()

    @property
    def path(self) -> str:
        """The server's path of its parts."""
        return f"{super().path}[0]"

    @property
    def own_path(self) -> str:
        """The path of the container itself."""
        return super().path


def own_path(container: Value) -> str:
    """Return the path of a container itself, which may differ from the path of its parts if it is ephemeral."""
    return container.own_path if isinstance(container, ListedAlone) else container.path


def looked_into(spec: Value, ctx: "Context") -> Iterator[Value]:
    """Yield the visible containers that the server checks: up to 1.24, no ephemeral one without a name.

    Raises Opaque if a list is hidden.
    """
    for container in containers(spec):
        if container.opaque:
            continue
        name = container.get("name")
        nameless = role(container) == EPHEMERAL and (name is None or name.data == "")
        if not nameless or ctx.facts.since(25):
            yield container


@rule("ephemeral-container-in-template", on="PodSpec")
def in_template(spec: Value, ctx: "Context") -> Reports:
    listed = spec.get(EPHEMERAL)
    if listed is not None and listed.elements():
        yield forbidden(
            listed, "`ephemeralContainers` is not allowed in a pod template: for a running Pod, use `kubectl debug`"
        )


@rule("ephemeral-container-in-template", on="PodSpec")
def named(spec: Value, ctx: "Context") -> Reports:
    if not spec.has(EPHEMERAL) or ctx.facts.since(25):
        return
    for container in spec.items(EPHEMERAL):
        if not container.text("name"):
            yield required(container, "name", "an ephemeral container needs a `name`", field=own_path(container))


@rule("ephemeral-container-in-template", on="EphemeralContainer")
def forbidden_fields(container: Value, ctx: "Context") -> Reports:
    for name in FORBIDDEN:
        value = container.get(name)
        if value is not None and not (name == "resources" and not value.scalar()):
            message = f"`{name}` is not allowed in an ephemeral container"
            yield forbidden(value, message, field=f"{own_path(container)}.{name}")
    for name, minor in ALLOWED_SINCE.items():
        value = container.get(name)
        if value is not None and not ctx.facts.since(minor):
            message = f"`{name}` is not allowed in an ephemeral container before 1.{minor}"
            yield forbidden(value, message, field=f"{own_path(container)}.{name}")


@rule("ephemeral-container-in-template", on="EphemeralContainer")
def sub_paths(container: Value, ctx: "Context") -> Reports:
    """Report mounts with a `subPath` or `subPathExpr`, from 1.23."""
    for mount in container.items("volumeMounts"):
        for name in ("subPath", "subPathExpr"):
            if mount.text(name) and ctx.facts.since(23):
                field = f"{own_path(container)}.volumeMounts[{mount.step}].{name}"
                text = f"`{name}` is not allowed in an ephemeral container's mount"
                yield forbidden(mount.data[name], text, field=field)


@rule("ephemeral-container-in-template", on="EphemeralContainer")
def padded_image(container: Value, ctx: "Context") -> Reports:
    image = container.get("image")
    if image is not None and image.scalar() != image.scalar().strip():
        yield invalid(image, "`image` must not start or end with whitespace")


@rule("ephemeral-container-in-template", on="PodSpec")
def target_container(spec: Value, ctx: "Context") -> Reports:
    if not spec.has(EPHEMERAL):
        return
    names = {other.text("name") for other in (*spec.items("containers"), *spec.items(INIT))}
    for container in spec.items(EPHEMERAL):
        target = container.get("targetContainerName")
        if target is not None and target.scalar() and target.scalar() not in names:
            field = f"{own_path(container)}.targetContainerName"
            yield not_found(
                target,
                f"`targetContainerName: {short(target.scalar())}` is not a container in the pod spec",
                field=field,
            )
        if not ctx.facts.since(25):
            names.add(container.text("name"))
