"""A copy of what a kustomization reads, which is all that kustomize gets to see.

What kustomize does with a kustomization depends on how it reads it: keys in any case, merge keys, escapes, tags, what
is a path and what is a URL. So joblint reads each kustomization itself (joblint/project/render/fields.py) and writes
what it understood as JSON, with each path checked and written as `./…`. Other files are copied as they are. Nothing
gets there that was not checked, and what changes in the meantime changes nothing.
"""

import json
import os

from joblint.manifests.corpus import kustomization
from joblint.manifests.yaml.tree import Mapping
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError
from joblint.project.render.fields import Fields
from joblint.project.render.plain import Text


class Stage:
    """The copy: `tree` is where the tree of the bounds is in it, `top` where the kustomization to build is."""

    def __init__(self, bounds: Bounds, made: str) -> None:
        """`made` is the workplace of the run."""
        self.bounds, self.made = bounds, made
        self.tree = os.path.join(made, "tree")
        self.top = self._staged(bounds.real)
        self._todo: list[tuple[str, str]] = []
        self._seen: set[tuple[str, str]] = set()
        self._changed: dict[str, str] = {}  # what is not a copy, by its place in the stage

    def take_all(self) -> None:
        """Copy the kustomization and all that it reads, other kustomizations included. Raises RenderError."""
        self.queue(self.bounds.real)
        while self._todo:
            self._take(*self._todo.pop())
        for path, text in self._changed.items():  # the last: no copy takes the place of one
            _write(path, text.encode())

    def around(self) -> str:
        """A kustomization around the one to build, which does nothing but ask for the origins of what comes out."""
        place = os.path.join(self.made, "around")
        target = os.path.relpath(self.top, place).replace(os.sep, "/")
        around = {"resources": [target], "buildMetadata": ["originAnnotations"]}
        _write(os.path.join(place, kustomization.NAMES[0]), json.dumps(around).encode())
        return place

    def name(self, told: str) -> str:
        """A path that is told from the kustomization around, as the user would name it."""
        whole = os.path.normpath(os.path.join(self.made, "around", told))
        return self.bounds.shown(os.path.join(self.bounds.tree, os.path.relpath(whole, self.tree)))

    def queue(self, directory: str, loads_from: str = "") -> None:
        """Take a kustomization, too, by the real path of its directory.

        `loads_from`: its resources configure plugins, which read their files from this directory.
        """
        if (directory, loads_from) not in self._seen:
            self._seen.add((directory, loads_from))
            self._todo.append((directory, loads_from))

    def copy(self, path: str) -> None:
        """Take a file as it is. Raises RenderError."""
        staged = self._staged(path)
        if not os.path.lexists(staged):
            _write(staged, self.bounds.read(path))

    def write(self, path: str, text: str) -> None:
        """Take a file of the tree with another text."""
        self._changed[self._staged(path)] = text

    def _take(self, directory: str, loads_from: str) -> None:
        text = Text(source := self.bounds.source(self._kustomization(directory)), source.text)
        node = text.root()
        if not isinstance(node, Mapping):
            raise RenderError("cannot be rendered: a kustomization must be a mapping", source.path)
        made = Fields(self, text, directory, loads_from).kustomization(node)
        self.write(os.path.join(directory, kustomization.NAMES[0]), json.dumps(made))

    def _kustomization(self, directory: str) -> str:
        """The one kustomization of a directory. Raises RenderError."""
        found = [name for name in kustomization.NAMES if os.path.lexists(os.path.join(directory, name))]
        if len(found) != 1:
            what = f"more than one kustomization in it: {', '.join(found)}" if found else "no kustomization in it"
            raise RenderError(f"cannot be rendered: there is {what}", self.bounds.shown(directory))
        path = os.path.join(directory, found[0])
        real = os.path.realpath(path)
        if self.bounds.leaves(real):
            raise RenderError(self.bounds.link("it", real), self.bounds.shown(path))
        return path

    def _staged(self, path: str) -> str:
        """Where a file or directory of the tree is in the copy."""
        return os.path.normpath(os.path.join(self.tree, os.path.relpath(path, self.bounds.tree)))


def _write(path: str, data: bytes) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise RenderError(f"cannot be copied to be rendered: {error.strerror}") from None
