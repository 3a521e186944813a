"""Where the facts come from: the Go modules of Kubernetes, one release a minor, and the files in them that are read."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KUBERNETES = "k8s.io/kubernetes"
OPENAPI = "api/openapi-spec/swagger.json"
OPENAPI_GO = "pkg/generated/openapi/zz_generated.openapi.go"  # has the enums; from 1.24 on
GATE_TABLES = ("pkg/features/kube_features.go", "pkg/features/versioned_kube_features.go")
# The other modules whose gates kube-apiserver knows. A release has them as v0.MINOR.PATCH.
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
    """One version of a Go module: where it is unpacked, and its checksum as Go's own checksum database has it."""

    path: str
    version: str
    root: Path
    sum: str

    def read(self, name: str) -> bytes | None:
        """The bytes of a file of the module, None where this version has no such file."""
        file = self.root / name
        return file.read_bytes() if file.is_file() else None

    def files(self) -> dict[str, bytes]:
        """The files that are read in it, those that this version has."""
        return {name: data for name in FILES[self.path] if (data := self.read(name)) is not None}

    def go(self, name: str) -> list[Path]:
        """The Go files of a directory and of those below it, or one file; none where this version has no such."""
        place = self.root / name
        return sorted(place.rglob("*.go")) if place.is_dir() else [place] if place.is_file() else []


class Release(NamedTuple):
    """One minor: the kubernetes module, and the others that have gate tables."""

    kubernetes: Module
    others: tuple[Module, ...]

    def gate_tables(self) -> list[str]:
        """The text of every Go file that has a gate table or the names in one."""
        texts = [self.kubernetes.read(name) for name in GATE_TABLES]
        texts += [data for module in self.others for data in module.files().values()]
        return [data.decode() for data in texts if data is not None]

    def gate_readers(self) -> list[str]:
        """The text of every Go file, but the tests, that may ask for a gate on behalf of a Job."""
        modules = (self.kubernetes, *self.others)
        found = (path for module in modules for name in GATE_READERS.get(module.path, ()) for path in module.go(name))
        return [path.read_text() for path in found if not path.name.endswith("_test.go")]


def versions() -> dict[int, str]:
    """Minor (21 for 1.21) -> the release that is read for it, from versions.txt, oldest first."""
    lines = (line.split() for line in (HERE / "versions.txt").read_text().splitlines() if line.strip())
    return {int(minor.removeprefix("1.")): version for minor, version in lines}


def release(version: str) -> Release:
    """Locate the modules of a release with the go command, which fetches them if need be.

    Raises CalledProcessError where it cannot.
    """
    staged = version.replace("v1.", "v0.", 1)
    return Release(download(KUBERNETES, version), tuple(download(path, staged) for path in GATE_MODULES))


def download(path: str, version: str) -> Module:
    """Locate one module. Raises CalledProcessError where go cannot."""
    run = subprocess.run(["go", "mod", "download", "-json", f"{path}@{version}"], capture_output=True, check=True)
    found = json.loads(run.stdout)
    return Module(path, version, Path(found["Dir"]), found["Sum"])


def digest(data: bytes) -> str:
    """The SHA-256 of data, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
