"""Generate or check schemas/: what each minor of Kubernetes knows about Job and CronJob.

    python tools/schemas/make.py --update    from the Go modules in versions.txt (needs Go, and the network once)
    python tools/schemas/make.py --check     compare schemas/ with its lock file, and with what needs no module

--check exits with 1 if there is a difference, and names the file.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.schemas import corrections, features, openapi, sources_md
from tools.schemas.source import HERE, OPENAPI, OPENAPI_GO, Release, digest, release, versions
from tools.schemas.text import dump

ROOT = HERE.parents[1] / "schemas"
LOCK, FEATURES, SOURCES = "lock.json", "features.yaml", "SOURCES.md"
OWN = (".schema.json", "fields")  # joblint's own report, configuration and field descriptions: not from Kubernetes

Releases = Mapping[int, Release]


def generated_files(releases: Releases) -> dict[str, str]:
    """Return the text of every file. Raises ValueError if something is new and needs a decision."""
    features.judge(releases.values())
    tables = {minor: features.read(release, minor) for minor, release in releases.items()}
    return {
        **schemas(releases),
        FEATURES: features.render(features.document(tables)),
        SOURCES: sources_md.render(corrections.load(), versions()),
    }


def schemas(releases: Releases) -> dict[str, str]:
    """Return the schema of each minor. Raises ValueError if corrections.yaml does not fit the documents."""
    documents = {minor: json.loads(one.kubernetes.read(OPENAPI) or b"{}") for minor, one in releases.items()}
    definitions = {minor: document["definitions"] for minor, document in documents.items()}
    served = {minor: openapi.roots(document["definitions"], document["paths"]) for minor, document in documents.items()}
    names = openapi.short_names({n for m, d in definitions.items() for n in openapi.reach(d, served[m])})
    judged = corrections.load()
    published = {full for d in definitions.values() for full in openapi.published(d, names)}
    corrections.judge(judged, published, {full for d in definitions.values() for full in openapi.fields(d, names)})
    files = {}
    for minor, one in releases.items():
        enums = openapi.enums((one.kubernetes.read(OPENAPI_GO) or b"").decode())
        converter = openapi.Converter(names, corrections.required(judged, minor), enums)
        files[schema_name(minor)] = dump(converter.document(minor, definitions[minor], served[minor])) + "\n"
    return files


def schema_name(minor: int) -> str:
    """Return the file name of a minor's schema."""
    return f"v1.{minor}.json"


def lock(releases: Releases, files: Mapping[str, str]) -> dict[str, Any]:
    """Return the versions that were read, the digests of the files that were read, and those of the generated files."""
    inputs = {
        f"1.{minor}": {
            module.path: {
                "version": module.version,
                "sum": module.sum,
                "files": {name: digest(data) for name, data in module.files().items()},
            }
            for module in (one.kubernetes, *one.others)
        }
        for minor, one in releases.items()
    }
    return {"inputs": inputs, "outputs": {name: digest(text.encode()) for name, text in files.items()}}


def update(root: Path) -> None:
    """Generate every file again."""
    releases = {minor: release(version) for minor, version in versions().items()}
    files = generated_files(releases)
    root.mkdir(exist_ok=True)
    for name, text in {**files, LOCK: dump(lock(releases, files)) + "\n"}.items():
        (root / name).write_text(text, encoding="utf-8")


def check(root: Path) -> list[str]:
    """Return the problems with the files in root, one line each with the name of the file; empty if there are none."""
    try:
        locked = json.loads((root / LOCK).read_bytes())
        outputs, inputs = locked["outputs"], locked["inputs"]
        releases = {m: modules["k8s.io/kubernetes"]["version"] for m, modules in inputs.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{LOCK}: {error!r}"]
    problems = [f"{name}: differs from {LOCK}" for name, value in outputs.items() if file_digest(root / name) != value]
    there = {file.name for file in root.iterdir() if not file.name.endswith(OWN)}
    problems += [f"{name}: is not in {LOCK}" for name in sorted(there - {*outputs, LOCK})]
    if releases != {f"1.{minor}": version for minor, version in versions().items()}:
        problems.append(f"{LOCK}: its releases are not those of versions.txt")
    return problems or [f"{name}: not what tools/schemas makes now; run --update" for name in stale(root)]


def stale(root: Path) -> list[str]:
    """Return the files that differ from what gates.yaml and corrections.yaml give, without the Go modules."""
    judged = corrections.load()
    texts = {name: (root / name).read_text(encoding="utf-8") for name in outputs_of(versions())}
    again = {
        SOURCES: sources_md.render(judged, versions()),
        FEATURES: features.regenerated(texts[FEATURES]),
    }
    for minor in versions():
        schema = json.loads(texts[schema_name(minor)])
        again[schema_name(minor)] = dump(openapi.with_required(schema, corrections.required(judged, minor))) + "\n"
    return [name for name, text in again.items() if text != texts[name]]


def outputs_of(minors: Mapping[int, str]) -> list[str]:
    """Return the names of all files but the lock."""
    return [SOURCES, FEATURES, *(schema_name(minor) for minor in minors)]


def file_digest(file: Path) -> str | None:
    """Return the digest of a file, or None if it does not exist."""
    return digest(file.read_bytes()) if file.is_file() else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--update", action="store_true", help="generate schemas/ again")
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
