"""Downward API and projected volumes.

Source: pkg/apis/core/validation/validation.go, validateDownwardAPIVolumeFile, validateProjectionSources.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.words import IDS, local_path
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, forbidden, invalid, required
from joblint.rule.value import Value
from joblint.server.pod.common import expect, file_mode, match, need, quoted, within
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

PROJECTIONS = ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate")
TOKEN_SECONDS = range(600, (1 << 32) + 1)
PATHS = {  # the fields that place a file in the volume
    "clusterTrustBundle": ("path",),
    "podCertificate": ("credentialBundlePath", "keyPath", "certificateChainPath"),
}


def _reserved(text: str) -> str | None:
    return local_path(text, reserved=True)


# -- files of the downward API: the server names the list's owner, not the file


@rule("invalid-volume", on="DownwardAPIVolumeFile")
def downward_file(file: Value, ctx: "Context") -> Reports:
    if not leading(file) or file.parent is None or file.parent.parent is None:
        return
    owner = file.parent.parent.path
    yield from need(file, "path", at=owner)
    yield from expect(file, "path", _reserved, field=f"{owner}.path")
    if file.has("fieldRef") and file.has("resourceFieldRef"):
        yield invalid(file, "a file must not have both `fieldRef` and `resourceFieldRef`", field=owner)
    elif not file.has("fieldRef") and not file.has("resourceFieldRef"):
        yield required(file, "fieldRef", "a file needs `fieldRef` or `resourceFieldRef`", field=owner)


@rule("invalid-file-mode", on="DownwardAPIVolumeFile")
def downward_file_mode(file: Value, ctx: "Context") -> Reports:
    if leading(file) and file.parent is not None and file.parent.parent is not None:
        owner = file.parent.parent.path
        yield from file_mode(file, "mode", ctx, field=f"{owner}.mode")
        yield from within(file, "user", IDS, field=f"{owner}.user")


# -- projections


@rule("invalid-volume", on="VolumeProjection")
def one_projection(source: Value, ctx: "Context") -> Reports:
    if leading(source) and len([name for name in PROJECTIONS if source.has(name)]) > 1:
        yield forbidden(source, "an entry of `sources` can only have 1 source: use an entry for each source")


@rule("invalid-volume", on="ProjectedVolumeSource")
def unique_paths(volume: Value, ctx: "Context") -> Reports:
    """Report two files at the same path; the server ignores tokens, but not a trust bundle without a path."""
    if not leading(volume):
        return
    seen: dict[str, Value] = {}
    for source in volume.items("sources"):
        for value, path in _placed(source):
            if path in seen:
                message = (
                    f"the path {quoted(path)} is already used by another file" if path else "2 files have no `path`"
                )
                yield _at(invalid(value, message, field=volume.path), seen[path])
            else:
                seen[path] = value


def _at(report: Report, first: Value) -> Report:
    report.related = ((first.node, "first here"),)
    return report


def _placed(source: Value) -> Iterator[tuple[Value, str]]:
    for name in ("secret", "configMap", "downwardAPI"):
        inner = source.get(name)
        for item in inner.items("items") if inner is not None else ():
            path = item.get("path")
            if path is not None and path.scalar():
                yield path, path.scalar()
    for name, fields in PATHS.items():
        inner = source.get(name)
        for field in fields if inner is not None else ():
            assert inner is not None
            if inner.text(field) or name == "clusterTrustBundle":
                yield inner.get(field) or inner, inner.text(field)


@rule("invalid-volume", on="ServiceAccountTokenProjection")
def token(source: Value, ctx: "Context") -> Reports:
    volume = source.up("ProjectedVolumeSource")
    if volume is None or not leading(source):
        return
    yield from within(source, "expirationSeconds", TOKEN_SECONDS)
    yield from within(source, "user", IDS)
    path = source.get("path")
    if path is None or not path.scalar():
        yield required(source, "path", "`path` is required in `serviceAccountToken`", field=volume.child_path("path"))
    elif _reserved(path.scalar()) and ctx.facts.since(30):
        yield from match(path, _reserved, field=volume.child_path("path"))
