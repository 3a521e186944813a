"""tools/floors.py: what CI runs the tests with a second time."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.floors import floors


def project(*dependencies: str, build: str = "b>=1", extra: str = "e>=2") -> dict[str, Any]:
    about = {"name": "p", "dependencies": list(dependencies), "optional-dependencies": {"x": [extra], "y": ["p[x]"]}}
    return {"build-system": {"requires": [build]}, "project": about}


def test_the_lowest_of_every_group() -> None:
    found = floors(project("a >= 1.2.3, <2", "c[d]>=3,!=3.1 ; sys_platform == 'win32'", "f==0.3.0"))
    assert found == {"a": "1.2.3", "b": "1", "c": "3", "e": "2", "f": "0.3.0"}


@pytest.mark.parametrize("dependencies", [("a",), ("a<2",), ("a~=1.0",), ("a>=1", "a>=2"), ("",)])
def test_no_lowest_version(dependencies: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="lowest version"):
        floors(project(*dependencies))


def test_ours_all_have_one(root: Path) -> None:
    ours = tomllib.loads((root / "pyproject.toml").read_text())
    found = floors(ours)
    assert found["pyyaml"] == "6.0.2"
    assert {line.partition(">")[0] for line in ours["project"]["dependencies"]} <= set(found)


def test_young_extras_have_an_upper_bound(root: Path) -> None:
    """Those whose next release may be another library: what is below 1.0, or was rewritten last year."""
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert all("<" in line for line in extras["cel"] + extras["lsp"])
