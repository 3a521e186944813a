"""Build the oracles: `python -m conformance.build [1.37 ...]`, each in a directory of its own outside the checkout.

Needs Go (as new as the go.mod of the release asks for; 1.26 builds all), and for modules that are not in Go's cache the
network. The first build of a minor takes one to five minutes and 150 MB; after that Go's own cache makes it seconds.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.schemas.source import KUBERNETES, download, versions

SOURCE = Path(__file__).parent / "oracle"
PROGRAM = "oracle"
FIRST_TAG = 22  # the oldest minor that something is said `kube1.NN` of
# What coverage is counted in: all that judges a Job, a CronJob or a pod template. The program itself must be among
# them, or nothing is written.
COVERED = (
    PROGRAM,
    "k8s.io/kubernetes/pkg/apis/batch/...",
    "k8s.io/kubernetes/pkg/apis/core/validation",
    "k8s.io/kubernetes/pkg/apis/core/v1/...",
    "k8s.io/kubernetes/pkg/registry/batch/...",
    "k8s.io/kubernetes/pkg/api/pod",
    "k8s.io/kubernetes/pkg/api/job",
    "k8s.io/apimachinery/pkg/apis/meta/v1/validation",
    "k8s.io/apimachinery/pkg/api/validation/...",
    "k8s.io/apimachinery/pkg/api/validate/...",
    "k8s.io/apimachinery/pkg/util/validation/...",
)


def cache() -> Path:
    """Where the oracles are built unless another place is named: they are large, and no part of the checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "joblint-oracles"


def build(minor: int, into: Path, coverage: bool = False) -> Path:
    """The program of one minor, made or found up to date in a directory below `into`.

    Raises KeyError for a minor that versions.txt lacks, CalledProcessError where Go cannot do it.
    """
    version = versions()[minor]
    folder = (into / f"1.{minor}{'-coverage' if coverage else ''}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.go"):
        old.unlink()
    for file in SOURCE.glob("*.go"):
        shutil.copy(file, folder)
    _write(folder / "go.mod", "\n".join(go_mod(version, folder)) + "\n")
    tags = ",".join(f"kube1.{known}" for known in range(FIRST_TAG, minor + 1))
    command = ["go", "build", "-mod=mod", f"-tags={tags}", f"-ldflags=-X main.minor={minor}", "-o", PROGRAM]
    if coverage:
        command += ["-cover", "-covermode=set", "-coverpkg=" + ",".join(COVERED)]
    subprocess.run([*command, "."], cwd=folder, check=True, env={**os.environ, "GOWORK": "off"})
    return folder / PROGRAM


def go_mod(version: str, folder: Path) -> Iterator[str]:
    """The lines of a go.mod that has exactly the modules which the release was made with.

    k8s.io/kubernetes asks for its own parts (staging/) at v0.0.0, to be found beside it; as modules they are published
    as v0.MINOR.PATCH. Those of samples are never imported and not always published: empty ones stand in.
    """
    found = _parsed(download(KUBERNETES, version).root / "go.mod")
    replaced = {one["Old"]["Path"]: one["New"] for one in found.get("Replace") or ()}
    required = {one["Path"]: one["Version"] for one in found["Require"]}
    staging = {path for path, asked in required.items() if asked == "v0.0.0"}
    staging |= {path for path, new in replaced.items() if new["Path"].startswith("./staging/")}
    yield from ("module oracle", f"go {found['Go']}", f"require {KUBERNETES} {version}")
    yield from (f"require {path} {asked}" for path, asked in required.items() if path not in staging)
    for path in sorted(staging):
        if "/sample-" in path:
            _write(folder / "empty" / path / "go.mod", f"module {path}\n")
            yield f"replace {path} => ./empty/{path}"
        else:
            published = version.replace("v1.", "v0.", 1)
            yield from (f"require {path} {published}", f"replace {path} => {path} {published}")
    for path, new in replaced.items():
        if path not in staging and "Version" in new:
            yield f"replace {path} => {new['Path']} {new['Version']}"


def _parsed(go_mod: Path) -> dict[str, Any]:
    shown = subprocess.run(["go", "mod", "edit", "-json", str(go_mod)], check=True, stdout=subprocess.PIPE)
    parsed: dict[str, Any] = json.loads(shown.stdout)
    return parsed


def _write(file: Path, text: str) -> None:
    """Leave a file alone that says the same: go completes a go.mod, and needs not do it twice."""
    made_of = file.with_suffix(".made-of")
    if file.exists() and made_of.exists() and made_of.read_text() == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    made_of.write_text(text)


def options(parser: argparse.ArgumentParser) -> None:
    """What all commands that need oracles take."""
    parser.add_argument(
        "--into", type=Path, default=cache(), metavar="DIR", help=f"where to build (default: {cache()})"
    )


def minors(words: list[str]) -> list[int]:
    """1.37 -> 37; all of versions.txt where nothing is named. Exits where one is not in it."""
    known = {f"1.{minor}": minor for minor in versions()}
    unknown = [word for word in words if word not in known]
    if unknown:
        sys.exit(f"not in versions.txt: {', '.join(unknown)}")
    return [known[word] for word in words or known]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minor", nargs="*", help="1.37; default: all")
    parser.add_argument("--coverage", action="store_true", help="counting what is reached: see conformance/coverage.py")
    options(parser)
    asked = parser.parse_args()
    for minor in minors(asked.minor):
        print(build(minor, asked.into, asked.coverage), flush=True)


if __name__ == "__main__":
    main()
