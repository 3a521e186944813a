"""Build the oracles: `python -m conformance.build [1.37 ...]`, each in its own directory outside the checkout.

This needs Go (as new as the go.mod of the release requires; 1.26 builds all), and the network for modules that are not
in Go's cache. The first build of a minor takes one to five minutes and 150 MB; later, Go's own cache reduces it to
seconds.
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
FIRST_TAG = 22  # the oldest minor with a build tag `kube1.NN`
# Packages whose coverage is counted: all that check a Job, a CronJob or a pod template. The program itself must be one
# of them, or nothing is written.
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
    """Return the default directory for the oracles: they are large, and not part of the checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "joblint-oracles"


def build(minor: int, into: Path, coverage: bool = False) -> Path:
    """Return the program of one minor, in a directory below `into`; build it if it is not up to date.

    Raises KeyError for a minor that is not in versions.txt, and CalledProcessError if Go fails.
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
    """Yield the lines of a go.mod with exactly the modules that the release was built with.

    k8s.io/kubernetes requires its own parts (staging/) at v0.0.0, from a directory next to it; as modules they are
    published as v0.MINOR.PATCH. Those of samples are never imported and not always published: they are replaced by
    empty ones.
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
    """Write a file only if its content changes: Go completes a go.mod, and does not need to do so twice."""
    made_of = file.with_suffix(".made-of")
    if file.exists() and made_of.exists() and made_of.read_text() == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    made_of.write_text(text)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options of all commands that need oracles."""
    parser.add_argument(
        "--into", type=Path, default=cache(), metavar="DIR", help=f"where to build (default: {cache()})"
    )


def minors(words: list[str]) -> list[int]:
    """Return 37 for 1.37; all of versions.txt if none is named. Exits if one is not in versions.txt."""
    known = {f"1.{minor}": minor for minor in versions()}
    unknown = [word for word in words if word not in known]
    if unknown:
        sys.exit(f"not in versions.txt: {', '.join(unknown)}")
    return [known[word] for word in words or known]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minor", nargs="*", help="1.37; default: all")
    parser.add_argument("--coverage", action="store_true", help="with coverage counters: see conformance/coverage.py")
    options(parser)
    asked = parser.parse_args()
    for minor in minors(asked.minor):
        print(build(minor, asked.into, asked.coverage), flush=True)


if __name__ == "__main__":
    main()
