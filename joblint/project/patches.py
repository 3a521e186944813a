"""Decide whether an object is a strategic merge patch by its file name or directory, or by its directives."""

import os
import re

from joblint.manifests.document import Manifest
from joblint.manifests.yaml.tree import Mapping, Node, Sequence, target
from joblint.project.kustomize import Kustomizations, is_one

_WORDS = frozenset(("patch", "patches", "overlay", "overlays", "strategicmerge", "strategicmerges"))
_PAIR = r"(?i)strategic[-_. ]?merges?"
_COMPONENTS = ("component", "components")  # a common word: it counts only next to a kustomization
_LEVELS = 5  # directories above a file that are checked, but not beyond the top of its repository
_DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")


def has_directive(manifest: Manifest) -> bool:
    """Check whether an object has a directive of a strategic merge patch at any level; whole objects cannot have one.

    Source: apimachinery pkg/util/strategicpatch/patch.go.
    """
    text, root = manifest.document.text, manifest.node
    if not any(text.find(name, root.start, root.end) >= 0 for name in _DIRECTIVES):
        return False
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            if any(entry.name.startswith(_DIRECTIVES) for entry in node.entries):
                return True
            todo += [entry.value for entry in node.entries]
        elif isinstance(node, Sequence):
            todo += node.items
    return False


def is_patch(manifest: Manifest, kustomizations: Kustomizations) -> bool:
    """Check whether an object is a patch: by its file's name or directory, and because it is not a whole object.

    What a kustomization names as a resource is an object, wherever it is.
    """
    path = manifest.document.source.path
    return not _is_whole(manifest) and _among_patches(path) and not kustomizations.resources(path)


def _is_whole(manifest: Manifest) -> bool:
    """Check whether there are containers, and each has an image."""
    way = ("template", "spec", "containers")
    found = manifest.field("spec", *way) or manifest.field("spec", "jobTemplate", "spec", *way)
    containers = [target(item) for item in found.items] if isinstance(found, Sequence) else []
    return bool(containers) and all(_has_image(one) for one in containers)


def _has_image(container: object) -> bool:
    return isinstance(container, Mapping) and any(entry.name == "image" for entry in container.entries)


def _among_patches(path: str) -> bool:
    whole = os.path.abspath(path)
    if _says_patch(os.path.splitext(os.path.basename(whole))[0]):
        return True
    directory = os.path.dirname(whole)
    for _ in range(_LEVELS):
        if os.path.lexists(os.path.join(directory, ".git")):
            return False
        above, name = os.path.split(directory)
        if _says_patch(name) or (name in _COMPONENTS and is_one(os.path.dirname(whole))):
            return True
        if above == directory:
            return False
        directory = above
    return False


def _says_patch(name: str) -> bool:
    """Check whether one of the words of a name says so: `patch-job`, `increase_memory_patch`, but not `dispatch`."""
    words = re.split(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", name)
    return any(word.lower() in _WORDS for word in words) or re.search(_PAIR, name) is not None
