#!/usr/bin/env python3
"""Make or check schemas/: what each minor of Kubernetes knows of Job and CronJob.

    python tools/schemas/make.py --update    from the Go modules named in versions.txt (needs Go; the network if they are not here)
    python tools/schemas/make.py --check     compares schemas/ with its lock file, and makes anew what needs no module

Exits 1 where --check finds a difference, and names the file.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))

import features
import openapi
import sources_md
from source import GATE_TABLES, HERE, KUBERNETES, OPENAPI, OPENAPI_GO, Module, digest, download, versions
from text import dump

ROOT = HERE.parents[1] / "schemas"
LOCK = "lock.json"
INPUTS = (OPENAPI, OPENAPI_GO, *GATE_TABLES)


def corrections() -> dict[str, Any]:
    """corrections.yaml: where the published document is not what the server does, each with its source."""
    content: dict[str, Any] = yaml.safe_load((HERE / "corrections.yaml").read_text())
    return content


def made(modules: dict[int, Module]) -> dict[str, str]:
    """File name -> text of every file that is made from the modules."""
    documents = {minor: json.loads(module.read(OPENAPI) or b"") for minor, module in modules.items()}
    served = {minor: openapi.roots(doc["definitions"], doc["paths"]) for minor, doc in documents.items()}
    names = openapi.short_names(
        {n for minor, doc in documents.items() for n in openapi.reach(doc["definitions"], served[minor])}
    )
    required = corrections()["required"]
    files = {}
    for minor, module in modules.items():
        enums = openapi.enums((module.read(OPENAPI_GO) or b"").decode())
        converter = openapi.Converter(names, required, enums)
        schema = converter.document(minor, documents[minor]["definitions"], served[minor])
        files[f"v1.{minor}.json"] = dump(schema) + "\n"
    tables = {minor: features.read(module, minor) for minor, module in modules.items()}
    files["features.yaml"] = features.render(features.document(tables))
    return files


def lock(modules: dict[int, Module], files: dict[str, str]) -> dict[str, Any]:
    """The versions that were read, the digests of what was read in them, and those of what was made."""
    return {
        "inputs": {
            f"1.{minor}": {
                "version": module.version,
                "sum": module.sum,
                "files": {name: digest(data) for name in INPUTS if (data := module.read(name)) is not None},
            }
            for minor, module in modules.items()
        },
        "outputs": {name: digest(text.encode()) for name, text in files.items()},
    }


def update(root: Path) -> None:
    """Make every file anew."""
    modules = {minor: download(KUBERNETES, version) for minor, version in versions().items()}
    files = made(modules)
    files["SOURCES.md"] = sources_md.render(corrections(), versions())
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).write_text(text)
    (root / LOCK).write_text(dump(lock(modules, files)) + "\n")


def check(root: Path) -> list[str]:
    """What is wrong with the files in root: one line each, naming the file; empty where all is well."""
    try:
        locked = json.loads((root / LOCK).read_text())
    except (OSError, ValueError) as error:
        return [f"{LOCK}: {error}"]
    wrong = [name for name, value in locked["outputs"].items() if digest_of(root / name) != value]
    problems = [f"{name}: differs from {LOCK}" for name in wrong]
    problems += [
        f"{file.name}: not in {LOCK}" for file in sorted(root.iterdir()) if file.name not in {*locked["outputs"], LOCK}
    ]
    if {f"1.{minor}": version for minor, version in versions().items()} != {
        m: i["version"] for m, i in locked["inputs"].items()
    }:
        problems.append(f"{LOCK}: its versions are not those of versions.txt")
    if not problems:
        problems = [f"{name}: not what tools/schemas makes of its inputs" for name in stale(root)]
    return problems


def stale(root: Path) -> list[str]:
    """The files that differ from what can be made of them without a module."""
    found = []
    if (root / "SOURCES.md").read_text() != sources_md.render(corrections(), versions()):
        found.append("SOURCES.md")
    if (root / "features.yaml").read_text() != features.again((root / "features.yaml").read_text()):
        found.append("features.yaml")
    required = corrections()["required"]
    for minor in versions():
        name = f"v1.{minor}.json"
        text = (root / name).read_text()
        schema = json.loads(text)
        if dump(openapi.again(schema, required)) + "\n" != text:
            found.append(name)
    return found


def digest_of(file: Path) -> str | None:
    """The digest of a file, None where there is none."""
    return digest(file.read_bytes()) if file.is_file() else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--update", action="store_true", help="make schemas/ anew")
    what.add_argument("--check", action="store_true", help="compare schemas/ with its lock file")
    parser.add_argument("--root", type=Path, default=ROOT, help="the directory of the files (default: schemas/)")
    options = parser.parse_args(arguments)
    if options.update:
        update(options.root)
    problems = check(options.root)
    print("\n".join(problems) or f"{options.root.name}: {len(versions())} minors, as locked")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
