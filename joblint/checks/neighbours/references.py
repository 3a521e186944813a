"""Check for misspelt names of ConfigMaps, Secrets, claims, … in a Job: an object next to it has almost that name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.neighbours.neighbours import MOST, namespace
from joblint.checks.reading.place import mentions
from joblint.kube.names import MAX_SUBDOMAIN
from joblint.kube.names.names import short
from joblint.manifests.corpus.corpus import REFERRED, REFERRING
from joblint.manifests.document import Manifest
from joblint.manifests.source import Source
from joblint.rule.cure.cure import writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# Which fields hold the name of another object: by the field itself, or by the field around `name`.
_FIELDS = {
    "claimName": "PersistentVolumeClaim", "priorityClassName": "PriorityClass", "secretName": "Secret",
    "serviceAccount": "ServiceAccount", "serviceAccountName": "ServiceAccount",
}  # fmt: skip
_AROUND = {
    "configMap": "ConfigMap", "configMapKeyRef": "ConfigMap", "configMapRef": "ConfigMap", "secret": "Secret",
    "secretKeyRef": "Secret", "secretRef": "Secret",
}  # fmt: skip
_CLUSTER_WIDE = "PriorityClass"
_PAIRS = 50  # names that are almost those of objects, for which all texts are searched
_SEGMENT = 4  # letters that a part of a name needs for a typo to differ from another name


@author_rule("misnamed-reference", on="PodSpec")
def misnamed_reference(pod: Value, ctx: "Context") -> Reports:
    """Report a name that no object here has, if an object that is not referred to has almost the same name."""
    if not any(mentions(ctx, word) for word in REFERRING):
        return
    kinds = [kind for kind in REFERRED if ctx.corpus.has(kind)]
    if not kinds:
        return
    seen: set[tuple[str, str]] = set()
    for value, kind in references(pod):
        if kind not in kinds or (kind, value.data) in seen or len(seen) > MOST or len(value.data) > MAX_SUBDOMAIN:
            continue
        seen.add((kind, value.data))
        if not namespace(ctx.manifest) and _is_named(value.data, ctx):
            continue
        objects = ctx.corpus.objects(kind, ctx.manifest.document)[:MOST]
        names = {one.text("metadata", "name") for one in objects}
        if not objects:
            continue
        if value.data in names:
            yield from _in_other_namespace(value, kind, objects, ctx)
            continue
        for one in objects:
            name = one.text("metadata", "name")
            if is_slip(value.data, name) and _is_free(one, name, value.data, ctx):
                message = (
                    f"{kind} `{short(value.data)}` is not in these files, and {kind} `{short(name)}` is never used"
                )
                report = mistake(value, f"{message}; did you mean `{short(name)}`?")
                node = one.field("metadata", "name")
                report.elsewhere = ((one.document, node, "defined here"),) if node is not None else ()
                yield report.cure_by(writing(value, name), safe=False)
                break


def _is_named(name: str, ctx: "Context") -> bool:
    """Return whether another file next to this one has this name after `name: `: a first look that costs little."""
    document = ctx.manifest.document
    named = ctx.corpus.once(document, ("named",), lambda: _naming(ctx.corpus.beside(document)))
    return any(path != document.source.path for path in named.get(name, ()))


def _naming(sources: list[Source]) -> dict[str, tuple[str, ...]]:
    """Return what follows `name: ` in some files, each with the paths of up to two files that have it."""
    import re

    paths: dict[str, tuple[str, ...]] = {}
    for source in sources:
        for name in set(re.findall(r"name: ([^\n]*)\n", source.text)):
            paths[name] = (*paths.get(name, ())[:1], source.path)
    return paths


def _in_other_namespace(value: Value, kind: str, objects: list[Manifest], ctx: "Context") -> Reports:
    own = namespace(ctx.manifest)
    where = [namespace(one) for one in objects if one.text("metadata", "name") == value.data]
    if any(sign in name for name in (own, *where) for sign in "${"):
        return  # filled in later: they may become the same
    if kind != _CLUSTER_WIDE and own and all(where) and own not in where:
        message = f"{kind} `{short(value.data)}` is in namespace `{short(where[0])}`, so a Pod in namespace"
        yield advice(value, f"{message} `{short(own)}` cannot use it")


def references(pod: Value) -> Iterator[tuple[Value, str]]:
    """Yield the names of other objects in a pod, with their kinds, without those that are optional."""
    for value in pod.walk():
        kind = _FIELDS.get(str(value.step), "")
        around = value.parent
        if value.step == "name" and around is not None:
            kind = _AROUND.get(str(around.step), "")
            if not kind and isinstance(around.step, int) and around.parent is not None:
                kind = "Secret" if around.parent.step == "imagePullSecrets" else ""
        if kind and isinstance(value.data, str) and value.data and not (around and around.shown("optional")):
            yield value, kind


def is_slip(one: str, other: str) -> bool:
    """Return whether two names differ only by a letter, a plural, or what separates the words."""
    if not other or one == other or abs(len(one) - len(other)) > 2:
        return False
    if one.replace("-", "").replace(".", "") == other.replace("-", "").replace(".", ""):
        return True
    left, right = one.replace(".", "-").split("-"), other.replace(".", "-").split("-")
    if len(left) != len(right):
        return False
    different = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(different) == 1 and _is_near(*different[0])


def _is_near(one: str, other: str) -> bool:
    """Return whether two words differ by one added, missing or wrong letter, or by two swapped letters."""
    short_, long_ = sorted((one, other), key=len)
    if len(short_) < _SEGMENT or not (one.isalpha() and other.isalpha()) or len(long_) - len(short_) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short_, long_, strict=False)) if a != b), len(short_))
    if len(short_) < len(long_):
        return short_[at:] == long_[at + 1 :]
    swapped = short_[:at] + short_[at : at + 2][::-1] + short_[at + 2 :]
    return swapped == long_ or (len(short_) > _SEGMENT + 2 and short_[at + 1 :] == long_[at + 1 :])


def _is_elsewhere(name: str, ctx: "Context") -> bool:
    """Return whether another file of the run has something of this name: then that may be meant."""
    return ctx.corpus.says_elsewhere(f"name: {name}\n", ctx.manifest.document)


def _is_free(one: Manifest, name: str, wanted: str, ctx: "Context") -> bool:
    """Return whether only its own document mentions an object, and only Jobs the wanted name; for the first pairs."""
    if namespace(one) != namespace(ctx.manifest) and one.kind != _CLUSTER_WIDE:
        return False
    document = ctx.manifest.document
    pairs: dict[tuple[int, str], bool] = ctx.corpus.once(document, ("pairs",), dict)
    key = (id(one), wanted)
    if key not in pairs:
        pairs[key] = len(pairs) < _PAIRS and _is_spare(one, name, wanted, ctx) and not _is_elsewhere(wanted, ctx)
    return pairs[key]


def _is_spare(one: Manifest, name: str, wanted: str, ctx: "Context") -> bool:
    for source in ctx.corpus.beside(ctx.manifest.document):
        if name not in source.text and wanted not in source.text:
            continue
        for document in ctx.corpus.documents(source):
            if document is not one.document and _speaks(document.text, name):
                return False
            if not document.may_hold_job and _speaks(document.text, wanted):
                return False
    return True


def _speaks(text: str, name: str) -> bool:
    """Return whether a text has a name as a whole word."""
    import re

    return name in text and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None
