"""The Go modules of Kubernetes, one release per minor, and the files that are read from them."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KUBERNETES = "k8s.io/kubernetes"
OPENAPI = "api/openapi-spec/swagger.json"
OPENAPI_GO = "pkg/generated/openapi/zz_generated.openapi.go"  # contains the enums; since 1.24
GATE_TABLES = ("pkg/features/kube_features.go", "pkg/features/versioned_kube_features.go")
# The other modules whose gates kube-apiserver knows. Their version is v0.MINOR.PATCH.
GATE_MODULES = {
    "k8s.io/apiextensions-apiserver": ("pkg/features/kube_features.go",),
    "k8s.io/apiserver": ("pkg/features/kube_features.go",),
    "k8s.io/client-go": ("features/known_features.go",),
    "k8s.io/component-base": (
        "logs/api/v1/kube_features.go",
        "logs/kube_features.go",
        "metrics/features/kube_features.go",
        "zpages/features/kube_features.go",
    ),
}
# Where the API server asks for a gate when it is given a Job, a CronJob or a pod template: files and directories.
GATE_READERS = {
    KUBERNETES: (
        "pkg/api/job",
        "pkg/api/node",
        "pkg/api/persistentvolumeclaim",
        "pkg/api/pod",
        "pkg/apis/batch",
        "pkg/apis/core",
        "pkg/registry/batch/cronjob",
        "pkg/registry/batch/job",
    ),
    "k8s.io/apiserver": (
        "pkg/endpoints/handlers/create.go",
        "pkg/endpoints/handlers/rest.go",
        "pkg/registry/rest/create.go",
        "pkg/registry/rest/meta.go",
        "pkg/registry/rest/update.go",
        "pkg/registry/rest/validate.go",
    ),
}
FILES = {KUBERNETES: (OPENAPI, OPENAPI_GO, *GATE_TABLES), **GATE_MODULES}


class Module(NamedTuple):
    """One version of a Go module: where it is unpacked, and its checksum in Go's checksum database."""

    path: str
    version: str
    root: Path
    sum: str

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file of the module, or None if this version has no such file."""
        file = self.root / name
        return file.read_bytes() if file.is_file() else None

    def files(self) -> dict[str, bytes]:
        """Return the files that are read from the module, if this version has them."""
        return {name: data for name in FILES[self.path] if (data := self.read(name)) is not None}

    def go(self, name: str) -> list[Path]:
        """Return the Go files in and below a directory, or one file; none if this version does not have it."""
        place = self.root / name
        return sorted(place.rglob("*.go")) if place.is_dir() else [place] if place.is_file() else []


class Release(NamedTuple):
    """One minor: the kubernetes module, and the others that have gate tables."""

    kubernetes: Module
    others: tuple[Module, ...]

    def gate_tables(self) -> list[str]:
        """Return the text of every Go file with a gate table or the names in one."""
        texts = [self.kubernetes.read(name) for name in GATE_TABLES]
        texts += [data for module in self.others for data in module.files().values()]
        return [data.decode() for data in texts if data is not None]

    def gate_readers(self) -> list[str]:
        """Return the text of every Go file, except tests, that may ask for a gate on behalf of a Job."""
        modules = (self.kubernetes, *self.others)
        found = (path for module in modules for name in GATE_READERS.get(module.path, ()) for path in module.go(name))
        return [path.read_text() for path in found if not path.name.endswith("_test.go")]


def versions() -> dict[int, str]:
    """Return the release that is read for each minor (21 for 1.21), from versions.txt, oldest first."""
    lines = (line.split() for line in (HERE / "versions.txt").read_text().splitlines() if line.strip())
    return {int(minor.removeprefix("1.")): version for minor, version in lines}


def release(version: str) -> Release:
    """Locate the modules of a release with the go command, which downloads them if necessary.

    Raises CalledProcessError if it cannot.
    """
    staged = version.replace("v1.", "v0.", 1)
    return Release(download(KUBERNETES, version), tuple(download(path, staged) for path in GATE_MODULES))


def download(path: str, version: str) -> Module:
    """Locate one module. Raises CalledProcessError if go cannot."""
    run = subprocess.run(["go", "mod", "download", "-json", f"{path}@{version}"], capture_output=True, check=True)
    found = json.loads(run.stdout)
    return Module(path, version, Path(found["Dir"]), found["Sum"])


def digest(data: bytes) -> str:
    """Return the SHA-256 of data, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
