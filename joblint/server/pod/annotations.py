"""Annotations of the pod template that the server reads, and profiles that are in annotations and in fields.

Source: pkg/apis/core/validation/validation.go, ValidatePodSpecificAnnotations, ValidateTolerationsInPodAnnotations,
validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.words import local_path
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, mistake
from joblint.rule.value import Value
from joblint.server.parts import annotations_of
from joblint.server.pod.common import containers, quoted
from joblint.server.pod.drop import APP_ARMOR
from joblint.server.pod.ephemeral import own_path
from joblint.server.pod.scheduling import toleration, toleration_value

if TYPE_CHECKING:
    from joblint.rule.context import Context

MIRROR = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
INT32 = range(-(1 << 31), 1 << 31)
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
RUNTIME_DEFAULT, UNCONFINED, LOCALHOST = "runtime/default", "unconfined", "localhost/"
SECCOMP_DEFAULTS = (RUNTIME_DEFAULT, "docker/default")
# What an annotation says for a field's `type`.
TYPES = {"RuntimeDefault": RUNTIME_DEFAULT, "Unconfined": UNCONFINED}
_DIGITS = len(str(INT32.start))
# Annotations that have been fields since 1.6.
TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"
DEAD = {TOLERATIONS: "tolerations", "scheduler.alpha.kubernetes.io/affinity": "affinity"}


def _visible_annotations(template: Value) -> Iterator[tuple[str, str, Value]]:
    """Yield the key, text and value of each annotation that is not hidden."""
    for key, value in annotations_of(template).items():
        if not value.opaque:
            yield key, str(value.scalar()), value


def _path(template: Value, key: str) -> str:
    """Return the server's path of an annotation, which leaves out `metadata`."""
    return f"{template.path}.annotations[{key}]"


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def known_annotations(template: Value, ctx: "Context") -> Reports:
    for key, text, value in _visible_annotations(template):
        if key == MIRROR:
            spec = template.get("spec")
            if spec is None or not spec.text("nodeName"):
                yield invalid(
                    value,
                    f"the annotation {quoted(key)} requires `nodeName` in the pod spec",
                    field=_path(template, key),
                )
        elif key == DELETION_COST and not _is_int32(text) and ctx.facts.enabled("PodDeletionCost"):
            yield invalid(value, f"the annotation {quoted(key)} must be a 32-bit integer", field=_path(template, key))
        elif key == TOLERATIONS and text:
            yield from _tolerations(template, value, ctx)
        elif (key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER)) and (wrong := seccomp(text)):
            yield invalid(value, f"{quoted(text)} {wrong}", field=f"{template.path}.annotations.{key}")


def _tolerations(template: Value, value: Value, ctx: "Context") -> Reports:
    """Check the tolerations in an annotation (ValidateTolerationsInPodAnnotations)."""
    from joblint.server.pod.old_tolerations import read

    try:
        listed = read(template, value)
    except ValueError as error:
        yield invalid(value, f"the annotation {quoted(value.step)} {error}", field=f"{template.path}.annotations")
        return
    for entry in listed:
        yield from toleration(entry, ctx)
        yield from toleration_value(entry, ctx)


def _is_int32(text: str) -> bool:
    """Return whether a text is a deletion cost: no `+`, and leading zeros only after a `-`.

    Source: GetDeletionCostFromPodAnnotations.
    """
    if not re.fullmatch(r"-[0-9]+|0|[1-9][0-9]*", text):
        return False
    digits = text.lstrip("-0")
    return len(digits) < _DIGITS and int(text) in INT32


def seccomp(text: str) -> str | None:
    """Return what is wrong with a seccomp profile in an annotation, None if nothing is."""
    if text in (*SECCOMP_DEFAULTS, UNCONFINED):
        return None
    if text.startswith(LOCALHOST):
        return local_path(text.removeprefix(LOCALHOST))
    return f"is not a valid seccomp profile: use `{RUNTIME_DEFAULT}`, `{UNCONFINED}` or `{LOCALHOST}…`"


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def app_armor(template: Value, ctx: "Context") -> Reports:
    """Check the AppArmor annotations (ValidateAppArmorPodAnnotations)."""
    written = [entry for entry in _visible_annotations(template) if entry[0].startswith(APP_ARMOR)]
    spec = template.get("spec")
    names = {c.text("name") for c in containers(spec)} if written and spec is not None else set()
    for key, text, value in written:
        if key.removeprefix(APP_ARMOR) not in names:
            yield invalid(
                value,
                f"the annotation is for {quoted(key.removeprefix(APP_ARMOR))}, but the Pod has no such container",
                field=_path(template, key),
            )
        if text and text not in (RUNTIME_DEFAULT, UNCONFINED) and not text.startswith(LOCALHOST):
            yield invalid(
                value,
                f"{quoted(text)} is not a valid AppArmor profile: use `{RUNTIME_DEFAULT}` or `{LOCALHOST}…`",
                field=_path(template, key),
            )


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def dead_annotations(template: Value, ctx: "Context") -> Reports:
    """Report annotations that have no effect; those of init containers are already removed (server/pod/drop.py)."""
    for key, value in annotations_of(template).items():
        if key in DEAD:
            yield mistake(
                value, f"the annotation {quoted(key)} has had no effect since 1.6; use `{DEAD[key]}` in the pod spec"
            )


# -- annotations against fields


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def seccomp_in_both(template: Value, ctx: "Context") -> Reports:
    written = {
        key: text
        for key, text, _ in _visible_annotations(template)
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER)
    }
    spec = template.get("spec")
    if not written or spec is None:
        return
    owners = [(spec, SECCOMP_POD), *((c, f"{SECCOMP_CONTAINER}{c.text('name')}") for c in containers(spec))]
    for owner, key in owners:
        profile = owner.at("securityContext", "seccompProfile")
        if profile is not None and key in written:
            yield from _seccomp_matches(profile, written[key], f"{own_path(owner)}.securityContext.seccompProfile")


def _seccomp_matches(profile: Value, text: str, path: str) -> Reports:
    """Check that a profile and an annotation are equal (validateSeccompAnnotationsAndFieldsMatch)."""
    kind = profile.text("type")
    if kind == "Localhost":
        wanted = text.startswith(LOCALHOST)
        if wanted and profile.text("localhostProfile") != text.removeprefix(LOCALHOST):
            yield forbidden(
                profile,
                f"`localhostProfile` must match the annotation's value {quoted(text)}",
                field=f"{path}.localhostProfile",
            )
    else:
        wanted = text in SECCOMP_DEFAULTS if kind == "RuntimeDefault" else text == TYPES.get(kind, text)
    if not wanted:
        yield forbidden(profile, f"`type` must match the annotation's value {quoted(text)}", field=f"{path}.type")


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def app_armor_in_both(template: Value, ctx: "Context") -> Reports:
    """Check that AppArmor profiles and annotations are equal, from 1.30; not in a Windows pod."""
    written = {key: text for key, text, _ in _visible_annotations(template) if key.startswith(APP_ARMOR)}
    spec = template.get("spec")
    if not written or spec is None or _is_windows(spec):
        return
    whole = spec.at("securityContext", "appArmorProfile")
    for container in containers(spec):
        profile = container.at("securityContext", "appArmorProfile") or whole
        text = written.get(f"{APP_ARMOR}{container.text('name')}")
        if profile is not None and text is not None:
            yield from _app_armor_matches(profile, text, f"{own_path(container)}.securityContext.appArmorProfile")


def _is_windows(spec: Value) -> bool:
    system = spec.get("os")
    return system is not None and system.text("name") == "windows"


def _app_armor_matches(profile: Value, text: str, path: str) -> Reports:
    kind = profile.text("type")
    if kind == "Localhost" and text.startswith(LOCALHOST):
        if profile.text("localhostProfile") != text.removeprefix(LOCALHOST):
            yield forbidden(
                profile,
                f"`localhostProfile` must match the annotation's value {quoted(text)}",
                field=f"{path}.localhostProfile",
            )
    elif kind == "Localhost" or (kind in TYPES and text != TYPES[kind]):
        yield forbidden(profile, f"`type` must match the annotation's value {quoted(text)}", field=f"{path}.type")
