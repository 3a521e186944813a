"""Copy what a kustomization reads for kustomize, which sees nothing else.

What kustomize does with a kustomization depends on how it reads it: keys in any case, merge keys, escapes, tags, what
is a path and what is a URL. So joblint reads each kustomization itself (joblint/project/render/fields.py) and writes
the result as JSON, with each path checked and written as `./…`. Other files are copied as they are. Everything in the
copy has been checked, and later changes of the originals have no effect.
"""

import json
import os

from joblint.manifests.corpus import kustomization
from joblint.manifests.yaml.tree import Mapping
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError, write_copy
from joblint.project.render.fields import Fields
from joblint.project.render.plain import Text


class Stage:
    """The copy: `tree` is the path in it of the tree of the bounds, `top` that of the kustomization to build."""

    def __init__(self, bounds: Bounds, made: str) -> None:
        """Prepare a copy in `made`, the workplace of the run."""
        self.bounds, self.made = bounds, made
        self.tree = os.path.join(made, "tree")
        self.top = self._staged(bounds.real)
        self._todo: list[tuple[str, str]] = []
        self._seen: set[tuple[str, str]] = set()
        self._changed: dict[str, str] = {}  # texts to write that are not copies, by path in the stage

    def take_all(self) -> None:
        """Copy the kustomization and all that it reads, other kustomizations included. Raises RenderError."""
        self.queue(self.bounds.real)
        while self._todo:
            self._take(*self._todo.pop())
        for path, text in self._changed.items():  # last, so that no copy replaces one
            write_copy(path, text.encode())

    def around(self) -> str:
        """Write a kustomization around the one to build, which only adds origin annotations; return its directory."""
        place = os.path.join(self.made, "around")
        target = os.path.relpath(self.top, place).replace(os.sep, "/")
        around = {"resources": [target], "buildMetadata": ["originAnnotations"]}
        write_copy(os.path.join(place, kustomization.NAMES[0]), json.dumps(around).encode())
        return place

    def name(self, told: str) -> str:
        """Return a path relative to the kustomization around as the user would name it."""
        whole = os.path.normpath(os.path.join(self.made, "around", told))
        return self.bounds.shown(os.path.join(self.bounds.tree, os.path.relpath(whole, self.tree)))

    def queue(self, directory: str, loads_from: str = "") -> None:
        """Copy a kustomization later, given the real path of its directory.

        `loads_from`: its resources configure plugins, which read their files from this directory.
        """
        if (directory, loads_from) not in self._seen:
            self._seen.add((directory, loads_from))
            self._todo.append((directory, loads_from))

    def copy(self, path: str) -> None:
        """Copy a file as it is. Raises RenderError."""
        staged = self._staged(path)
        if not os.path.lexists(staged):
            write_copy(staged, self.bounds.read(path))

    def write(self, path: str, text: str) -> None:
        """Write a file of the tree with another text."""
        self._changed[self._staged(path)] = text

    def _take(self, directory: str, loads_from: str) -> None:
        text = Text(source := self.bounds.source(self._kustomization(directory)), source.text)
        node = text.root()
        if not isinstance(node, Mapping):
            raise RenderError("cannot be rendered: a kustomization must be a mapping", source.path)
        made = Fields(self, text, directory, loads_from).kustomization(node)
        self.write(os.path.join(directory, kustomization.NAMES[0]), json.dumps(made))

    def _kustomization(self, directory: str) -> str:
        """Return the path of the only kustomization in a directory. Raises RenderError."""
        found = [name for name in kustomization.NAMES if os.path.lexists(os.path.join(directory, name))]
        if len(found) != 1:
            what = f"more than one kustomization: {', '.join(found)}" if found else "no kustomization"
            raise RenderError(f"cannot be rendered: it has {what}", self.bounds.shown(directory))
        path = os.path.join(directory, found[0])
        real = os.path.realpath(path)
        if self.bounds.leaves(real):
            raise RenderError(self.bounds.link("it", real), self.bounds.shown(path))
        return path

    def _staged(self, path: str) -> str:
        """Return the path in the copy of a file or directory of the tree."""
        return os.path.normpath(os.path.join(self.tree, os.path.relpath(path, self.bounds.tree)))
