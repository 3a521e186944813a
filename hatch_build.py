"""The build hook, which puts `schemas/`, `rules/` and the bundles made from them into the package of a wheel.

They stay at the top level of the repository. In an editable install the package reads them there, so nothing is added.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface[BuilderConfig]):
    """The hook that hatchling finds by its base class, and calls once for each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the data to a `standard` wheel, and nothing to an `editable` one.

        The bundles are made outside the tree, and again for each build: those that a checkout keeps may be old.
        """
        if version != "standard":
            return
        root = Path(self.root)
        self._made = tempfile.TemporaryDirectory(prefix="joblint-build-")
        sources = [root / "schemas", root / "rules"]
        for name, content in make_bundles(root).items():
            sources.append(Path(self._made.name, name))
            sources[-1].write_bytes(content)
        for source in sources:
            build_data["force_include"][str(source)] = f"joblint/{source.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the files that `initialize` created."""
        if version == "standard":
            self._made.cleanup()


def make_bundles(root: Path) -> dict[str, bytes]:
    """Make the bundles with the package's own code from the source tree: joblint is not installed here."""
    sys.path.insert(0, str(root))
    try:
        from joblint.kube.minors.bundle import build, build_fields
    finally:
        sys.path.remove(str(root))
    return {"_bundle.json": build(root), "_fields.json": build_fields(root)}
