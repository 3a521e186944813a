"""Handle the fields of a kustomization that read files or start programs: copy local files, and refuse the rest.

Source: sigs.k8s.io/kustomize/api v0.21.3: types/kustomization.go (the fields), internal/target/kusttarget.go (which are
a file, a directory, or text), internal/plugins/loader/loader.go and internal/builtins (what plugins read).
"""

import json
import os
from typing import Any, Protocol

from joblint.kube.names.names import short
from joblint.manifests.corpus import kustomization
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, merged, target
from joblint.project import kustomize
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError
from joblint.project.render.plain import MakeValue, Text, named, string, texts
from joblint.project.render.remote import is_remote, is_remote_text

_REMOTE = "is remote: --render works without a network and without git; keep a copy of it in the repository"
_HELM = (
    "Helm charts in a kustomization are not rendered: render the chart on its own, or pipe the output of "
    "`kustomize build --enable-helm` to `joblint check -`"
)
# Fields that read no file. `inventory` existed until 3.0; `helmGlobals` has no effect without `helmCharts`.
_PLAIN = (
    "apiVersion", "kind", "metadata", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels",
    "commonAnnotations", "images", "imageTags", "replicas", "vars", "sortOptions", "generatorOptions", "buildMetadata",
    "inventory", "helmGlobals",
)  # fmt: skip
_OF_PLUGINS = ("apiVersion", "kind", "metadata", "resources", "bases")  # the fields allowed in a directory of plugins
_BUILTIN = "builtin"  # the apiVersion of plugins that are part of kustomize: api/konfig/plugins.go
_PLAIN_PLUGINS = (
    "AnnotationsTransformer", "HashTransformer", "IAMPolicyGenerator", "ImageTagTransformer", "LabelTransformer",
    "NamespaceTransformer", "PrefixSuffixTransformer", "PrefixTransformer", "ReplicaCountTransformer",
    "SuffixTransformer",
)  # fmt: skip
_SHOWN = 100  # characters of a path in a message


class Copies(Protocol):
    """Where what a kustomization reads is copied to (joblint/project/render/stage.py)."""

    bounds: Bounds

    def queue(self, directory: str, loads_from: str = "") -> None:
        """Also read the kustomization of another directory."""

    def copy(self, path: str) -> None:
        """Copy a file."""

    def write(self, path: str, text: str) -> None:
        """Write a text in the place of a file's."""


class Fields:
    """Reads a kustomization, or the configuration of a plugin."""

    def __init__(self, stage: Copies, text: Text, directory: str, loads_from: str = "") -> None:
        """Read a document whose paths are relative to `directory`.

        If its resources configure plugins, the plugins' paths are relative to `loads_from`. Both are real paths.
        """
        self.stage, self.text, self.directory, self.loads_from = stage, text, directory, loads_from
        self.bounds = stage.bounds

    def kustomization(self, node: Mapping) -> Any:
        """Return the value that a kustomization gets in the stage. Raises RenderError."""
        changes = self._changes()
        seen: dict[str, str] = {}
        for entry, _ in merged(node):
            name = named(entry.name, changes)
            if name not in changes:
                raise self.text.refuse(entry.key, f"`{short(entry.name, _SHOWN)}` is not a field of a kustomization")
            if self.loads_from and name not in _OF_PLUGINS:
                raise self.text.refuse(entry.key, f"--render does not support `{name}` in a directory of plugins")
            if seen.setdefault(name, entry.name) != entry.name:  # which one is used depends on the release
                raise self.text.refuse(entry.key, f"`{name}` is set twice")
        return self.text.changed(node, changes)

    def _changes(self) -> dict[str, MakeValue]:
        each = self.text.each
        resources = each(self._plugin if self.loads_from else self._resource)
        return {
            **dict.fromkeys(_PLAIN, self._plain),
            **dict.fromkeys(("resources", "bases"), resources),
            **dict.fromkeys(("crds", "configurations"), each(self._file)),
            **dict.fromkeys(("generators", "transformers", "validators"), each(self._plugin)),
            **dict.fromkeys(("configMapGenerator", "secretGenerator"), each(self._generator)),
            **dict.fromkeys(("patches", "patchesJson6902", "replacements"), each(self._item)),
            **dict.fromkeys(("helmCharts", "helmChartInflationGenerator"), self._helm),
            "components": each(self._directory),
            "patchesStrategicMerge": each(self._file_or_text),
            "openapi": self._item,
        }

    def _plain(self, node: Node) -> Any:
        return self.text.plain(node, 1)

    def _helm(self, node: Node) -> Any:
        found = target(node)
        if isinstance(found, Sequence) and not found.items:
            return []
        raise self.text.refuse(node, _HELM)

    # -- files and directories

    def _resource(self, node: Node) -> Any:
        path = string(node)
        if path is None:
            return self._plain(node)
        return self._directory(node) if os.path.isdir(self._local(node, path)) else self._copied(node, path)

    def _directory(self, node: Node, loads_from: str = "") -> Any:
        path = string(node)
        if path is None:
            return self._plain(node)
        real = os.path.realpath(self._local(node, path))
        if not kustomize.is_one(real):
            raise self.text.refuse(node, f"`{short(path, _SHOWN)}` is not a directory with a kustomization")
        self.stage.queue(real, loads_from)
        return self._written_as(real)

    def _file(self, node: Node) -> Any:
        path = string(node)
        return self._plain(node) if path is None else self._copied(node, path)

    def _copied(self, node: Node, path: str) -> str:
        whole = self._local(node, path)
        if not os.path.isfile(whole):
            what = "a directory" if os.path.isdir(whole) else "not a regular file"
            raise self.text.refuse(node, f"`{short(path, _SHOWN)}` must be a file, but is {what}")
        if os.path.basename(whole).lower() in _NAMES:
            raise self.text.refuse(node, f"`{short(path, _SHOWN)}` is a kustomization: name its directory instead")
        self.stage.copy(whole)
        return self._written_as(whole)

    def _generator(self, node: Node) -> Any:
        files = self.text.each(self._file)
        return self.text.changed(node, {"files": self.text.each(self._keyed), "envs": files, "env": self._file})

    def _keyed(self, node: Node) -> Any:
        """Return a `key=path` or a path, and copy its file."""
        text = string(node)
        if text is None:
            return self._plain(node)
        key, equals, path = text.partition("=")
        if is_remote(text):
            raise self._remote(node, text)
        return f"{key}={self._copied(node, path)}" if equals else self._copied(node, text)

    def _item(self, node: Node) -> Any:
        """Return a mapping with a `path`; in `patches`, kustomize 1 and 2 also read a plain path."""
        if string(node) is not None:
            return self._file_or_text(node)
        return self.text.changed(node, {"path": self._optional})

    def _optional(self, node: Node) -> Any:
        return self._file(node) if string(node) else self._plain(node)  # an empty path counts as not set

    def _file_or_text(self, node: Node) -> Any:
        """Return a patch, or the path of one."""
        text = string(node)
        if text is None:
            return self._plain(node)
        if is_remote_text(text):
            raise self._remote(node, text)
        return text if self._is_document(text) else self._copied(node, text)

    def _is_document(self, text: str) -> bool:
        """Check whether a text is a document itself, and not a path."""
        if "\n" in text.strip():
            return True
        try:
            return isinstance(Text(self.text.source, text).root(), Mapping | Sequence)
        except RenderError:
            return False

    # -- plugins

    def _plugin(self, node: Node) -> Any:
        """Return the configuration of a generator, transformer or validator: inline, a file, or a directory of them."""
        text = string(node)
        if text is None:
            return self._plain(node)
        if self._is_document(text):
            return self._configurations(self.text.inner(node, text))
        whole = self._local(node, text)
        loads_from = self.loads_from or self.directory
        if os.path.isdir(whole):
            return self._directory(node, loads_from)
        written = self._copied(node, text)
        self.stage.write(whole, self._configurations(texts(self.bounds.source(whole))))
        return written

    def _configurations(self, found: list[Text]) -> str:
        """Return the text to write for the documents that configure plugins. Raises RenderError."""
        made = []
        for text in found:
            root = text.root()
            if root is not None:
                made.append(Fields(self.stage, text, self.loads_from or self.directory)._configuration(root))
        return "\n---\n".join(map(json.dumps, made))

    def _configuration(self, root: Node) -> Any:
        entries = list(merged(root)) if isinstance(root, Mapping) else []
        said = {entry.name: target(entry.value) for entry, _ in entries}
        version, kind = (value.value if isinstance(value := said.get(name), Scalar) else None for name in _IDENTITY)
        if version != _BUILTIN:
            raise self.text.refuse(
                root,
                f"--render supports only kustomize's own plugins (`apiVersion: {_BUILTIN}`): others start programs",
            )
        if kind == "HelmChartInflationGenerator":
            raise self.text.refuse(root, _HELM)
        changes = self._plugins().get(kind if isinstance(kind, str) else "")
        if changes is None:
            raise self.text.refuse(root, "this `kind` is not a built-in kustomize plugin that joblint knows")
        return self.text.changed(root, changes)

    def _plugins(self) -> dict[str, dict[str, MakeValue]]:
        """Return the fields of kustomize's own plugins that read files, by kind."""
        each = self.text.each
        generator: dict[str, MakeValue] = {"files": each(self._keyed), "envs": each(self._file), "env": self._optional}
        path: dict[str, MakeValue] = {"path": self._optional}
        return {
            **{kind: {} for kind in _PLAIN_PLUGINS},
            **dict.fromkeys(("ConfigMapGenerator", "SecretGenerator"), generator),
            **dict.fromkeys(("PatchTransformer", "PatchJson6902Transformer"), path),
            "PatchStrategicMergeTransformer": {"paths": each(self._file_or_text)},
            "ReplacementTransformer": {"replacements": each(self._item)},
            "ValueAddTransformer": {"targetFilePath": self._optional},
        }

    # -- paths

    def _local(self, node: Node, path: str) -> str:
        """Return the absolute path that a path names. Raises RenderError if that is not in the tree."""
        if is_remote(path):
            raise self._remote(node, path)
        whole = os.path.normpath(os.path.join(self.directory, path))
        if not path or "\0" in path:
            raise self.text.refuse(node, "this is not a valid path")
        if self.bounds.leaves(whole):
            raise self.text.refuse(node, self.bounds.outside(f"`{short(path, _SHOWN)}`", whole))
        real = os.path.realpath(whole)
        if self.bounds.leaves(real):
            raise self.text.refuse(node, self.bounds.link(f"`{short(path, _SHOWN)}`", real))
        if not os.path.exists(whole):
            raise self.text.refuse(node, f"`{short(path, _SHOWN)}` does not exist")
        return whole

    def _remote(self, node: Node, path: str) -> RenderError:
        return self.text.refuse(node, f"`{short(path, _SHOWN)}` {_REMOTE}")

    def _written_as(self, whole: str) -> str:
        """Return a path in a spelling that every release of kustomize reads as a path."""
        return f"./{os.path.relpath(whole, self.directory).replace(os.sep, '/')}"


_NAMES = frozenset(name.lower() for name in kustomization.NAMES)
_IDENTITY = ("apiVersion", "kind")
