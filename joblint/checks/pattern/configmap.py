"""Check for JOB_COMPLETION_INDEX in a script that a container gets from a ConfigMap of the same files."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from joblint.checks.pattern.index import has_several_pods, how_to_index, is_not_indexed, with_indexed_fix
from joblint.checks.reading.index_reads import INDEX, has_fallback, reads
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import containers, interpreter, program
from joblint.kube.names.names import short
from joblint.manifests.corpus.corpus import CONFIG_MAP
from joblint.manifests.document import Manifest
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, target
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value
from joblint.server.parts import INDEXED

if TYPE_CHECKING:
    from joblint.rule.context import Context

_LANGUAGES = {
    "bash": "shell", "go": "go", "java": "java", "js": "node", "lua": "lua", "mjs": "node", "php": "php", "pl": "perl",
    "py": "python", "rb": "ruby", "sh": "shell", "sql": "sql", "ts": "node",
}  # fmt: skip
_PROSE = (".md", ".rst")
MOST_ITEMS = 200  # items of a volume that are searched for each container


class Use(NamedTuple):
    """A ConfigMap that a container uses: the value with its name, the directory of its files ("" for a variable), keys.

    `keys` maps the keys that the container gets to the names of their files; None means all keys.
    """

    name: Value
    directory: str
    keys: dict[str, str] | None


@author_rule("index-read-without-indexed", on="JobSpec")
def index_read_in_configmap(spec: Value, ctx: "Context") -> Reports:
    """Report reads of the index in scripts that a container mounts or has in a variable, at the ConfigMap's name."""
    if not mentions(ctx, CONFIG_MAP) or not ctx.corpus.mentions(INDEX) or not is_not_indexed(spec):
        return
    pod = spec.at("template", "spec")
    if pod is None:
        return
    for container in containers(pod):
        if INDEX not in {env.text("name") for env in container.items("env")}:
            for use in uses(container, pod):
                yield from _read(use, container, spec, ctx)


def uses(container: Value, pod: Value) -> Iterator[Use]:
    """Yield the ConfigMaps that a container mounts or has in variables. Raises Opaque."""
    volumes = _volumes(pod) if container.has("volumeMounts") else {}
    for mount in container.items("volumeMounts"):
        volume = volumes.get(mount.text("name"))
        if volume is not None:
            for source in _sources(volume):
                if len(source.items("items")) <= MOST_ITEMS:
                    yield _mounted(source, mount)
    for entry in container.items("envFrom"):
        if (name := entry.at("configMapRef", "name")) is not None:
            yield Use(name, "", None)
    for entry in container.items("env"):
        reference = entry.at("valueFrom", "configMapKeyRef")
        if reference is not None and (name := reference.get("name")) is not None:
            yield Use(name, "", {reference.text("key"): ""})


@lru_cache(maxsize=2)
def _volumes(pod: Value) -> dict[str, Value]:
    """Return the volumes of a Pod by name; cached, because all its containers need them."""
    return {volume.text("name"): volume for volume in pod.items("volumes")}


def _sources(volume: Value) -> Iterator[Value]:
    """Yield the ConfigMaps of a volume."""
    if (source := volume.get("configMap")) is not None:
        yield source
    projected = volume.get("projected")
    for entry in projected.items("sources") if projected is not None else ():
        if (source := entry.get("configMap")) is not None:
            yield source


def _mounted(source: Value, mount: Value) -> Use:
    items = source.items("items")
    keys = {item.text("key"): item.text("path") for item in items} if items else None
    part = mount.text("subPath")
    if part and keys is None:
        keys = {part: mount.text("mountPath")}
    elif part and keys is not None:
        keys = {key: mount.text("mountPath") for key, path in keys.items() if path == part}
    return Use(source.data.get("name") or source, mount.text("mountPath"), keys)


def _read(use: Use, container: Value, spec: Value, ctx: "Context") -> Reports:
    if use.name.opaque or not isinstance(use.name.data, str):
        return
    config_map = ctx.corpus.find("ConfigMap", use.name.data, ctx.manifest.document)
    if config_map is None or INDEX not in config_map.document.text or other_namespace(config_map, ctx.manifest):
        return
    if _shared_with_indexed(config_map, use.name.data, ctx):
        return
    for key, scalar in _run(data(config_map), use, container):
        if key.endswith(_PROSE):
            continue
        places = reads(scalar.text, _language(key, scalar.text))
        places = [span for span in places if not has_fallback(scalar.text, span[1]) or has_several_pods(spec)]
        if places:
            yield with_indexed_fix(_report(use, key, scalar, places[0], config_map, spec), spec)
            return


def _report(use: Use, key: str, scalar: Scalar, place: tuple[int, int], manifest: Manifest, spec: Value) -> Report:
    from joblint.checks.reading.content import Content

    start, end = Content(manifest.document.text, scalar).span(*place)
    name = f"ConfigMap `{short(use.name.data)}`"
    message = f"key `{short(key)}` of {name} reads `{INDEX}`, which is only set in an Indexed Job"
    message += f"; in the Job that uses it, {how_to_index(spec)}"
    report = mistake(use.name, message)
    report.script = (manifest.document, Node(start, end), "read here")
    return report


@lru_cache(maxsize=4)
def data(manifest: Manifest) -> dict[str, Scalar]:
    """Return the keys of a ConfigMap with their texts; cached, because many containers need them."""
    fields = manifest.field("data")
    entries: list[Entry] = fields.entries if isinstance(fields, Mapping) else []
    nodes = ((entry.name, target(entry.value)) for entry in entries)
    return {name: node for name, node in nodes if isinstance(node, Scalar) and isinstance(node.value, str)}


def _run(texts: dict[str, Scalar], use: Use, container: Value) -> list[tuple[str, Scalar]]:
    """Return the keys that the container gets; of several files only those that it names, if it names any."""
    got = [(key, scalar) for key, scalar in texts.items() if use.keys is None or key in use.keys]
    if not use.directory:
        return got
    words = "\n".join(str(text.value.scalar()) for text in program(container).texts)
    named = [pair for pair in got if ((use.keys or {}).get(pair[0]) or pair[0]).rpartition("/")[2] in words]
    return named or got


def _language(key: str, text: str) -> str:
    """Return the language of a script, from its first line or its file name's suffix."""
    if text.startswith("#!"):
        words = text[2:].partition("\n")[0].replace("/env ", "/").split()
        name = interpreter(words[0].rpartition("/")[2]) if words else ""
        return "shell" if name.endswith("sh") else name
    return _LANGUAGES.get(key.rpartition(".")[2].lower(), "shell")


def other_namespace(manifest: Manifest, job: Manifest) -> bool:
    """Return whether both objects set a namespace, and the namespaces differ."""
    one, other = manifest.text("metadata", "namespace"), job.text("metadata", "namespace")
    return bool(one and other and one != other)


def _shared_with_indexed(manifest: Manifest, name: str, ctx: "Context") -> bool:
    """Return whether an Indexed Job next to this one also mentions the ConfigMap: the script may be for both."""
    for source in ctx.corpus.naming(name):
        for document in ctx.corpus.documents(source) if INDEXED in source.text else ():
            own = document is ctx.manifest.document or document is manifest.document
            if not own and name in document.text and INDEXED in document.text:
                return True
    return False
