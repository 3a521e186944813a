"""Print the lowest versions that pyproject.toml allows, as constraints for pip.

    python tools/floors.py > floors.txt
    PIP_CONSTRAINT=floors.txt pip install -e '.[dev]'    (the variable also applies to build requirements)

Every requirement in pyproject.toml must have a lowest version.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?P<extras>\[[\w,-]+\])?(?P<bounds>[^;]*)")
_FLOOR = re.compile(r"(?:>=|==)\s*([\w.]+)")


def requirements(project: dict[str, Any]) -> Iterator[str]:
    """Yield the requirements in pyproject.toml: to build, to run, and of each extra, without the project itself."""
    extras = project["project"]["optional-dependencies"].values()
    groups = [project["build-system"]["requires"], project["project"]["dependencies"], *extras]
    for line in (line for group in groups for line in group):
        if not line.startswith(project["project"]["name"] + "["):
            yield line


def floors(project: dict[str, Any]) -> dict[str, str]:
    """Return the lowest version of each package, by its name. Raises ValueError if there is none, or two."""
    found: dict[str, str] = {}
    for line in requirements(project):
        parts = _REQUIREMENT.match(line)
        floor = _FLOOR.search(parts["bounds"]) if parts else None
        if parts is None or floor is None:
            raise ValueError(f"`{line}` has no lowest version")
        if found.setdefault(parts["name"], floor[1]) != floor[1]:
            raise ValueError(f"`{parts['name']}` has two lowest versions")
    return found


def main() -> int:
    try:
        found = floors(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    except ValueError as error:
        print(f"pyproject.toml: {error}", file=sys.stderr)
        return 1
    for name, version in sorted(found.items(), key=lambda one: one[0].lower()):
        print(f"{name}=={version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
