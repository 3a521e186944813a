"""Where the facts come from: the Go modules of Kubernetes, one version a minor, and the files in them that are read."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
OPENAPI = "api/openapi-spec/swagger.json"
OPENAPI_GO = "pkg/generated/openapi/zz_generated.openapi.go"  # has the enums; from 1.24 on
GATE_TABLES = ("pkg/features/kube_features.go", "pkg/features/versioned_kube_features.go")
KUBERNETES = "k8s.io/kubernetes"


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


def versions() -> dict[int, str]:
    """Minor (21 for 1.21) -> the release that is read for it, from versions.txt, oldest first."""
    lines = (line.split() for line in (HERE / "versions.txt").read_text().splitlines() if line.strip())
    return {int(minor.removeprefix("1.")): version for minor, version in lines}


def download(path: str, version: str) -> Module:
    """Locate a module with the go command, which fetches it if need be. Raises CalledProcessError where it cannot."""
    run = subprocess.run(["go", "mod", "download", "-json", f"{path}@{version}"], capture_output=True, check=True)
    found = json.loads(run.stdout)
    return Module(path, version, Path(found["Dir"]), found["Sum"])


def digest(data: bytes) -> str:
    """The SHA-256 of data, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
