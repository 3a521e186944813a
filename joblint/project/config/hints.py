"""The Kubernetes versions that a Helm chart or a kustomization names itself, if it does so unambiguously.

A chart: `kubeVersion: ">=1.25.0-0"` in its Chart.yaml, with an upper bound or without. Both ends are checked. A
kustomization: `kubeVersion` of its `helmCharts`, if all that have one agree.
"""

import os
import re
from collections.abc import Iterable, Sequence

from joblint.kube.minors.minor import NEWEST, OLDEST
from joblint.kube.minors.versions import foreseen
from joblint.manifests import disk
from joblint.manifests.corpus.kustomization import NAMES
from joblint.manifests.document import field
from joblint.manifests.source import NotText, decode
from joblint.manifests.yaml import tree
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Node, Problem, Scalar, target
from joblint.project.config.find import CHART
from joblint.project.config.read import Given, relative

_KEY = "kubeVersion"
_VERSION = r"v?1\.(\d{1,3})(?:\.(\d+|x|\*))?(?:-[\w.]+)?"
_BOUNDS = rf"(?:>=|\^) ?{_VERSION}(?:,? *(<=?) ?{_VERSION})?"
_ONE = rf"[=~]? ?{_VERSION}"
_MAX_BYTES = 1 << 20


def layer(directories: Iterable[str]) -> Sequence[Given]:
    """Return the versions that the first of some directories names, as configuration values."""
    for directory in directories:
        path, minors = versions(directory)
        if minors:
            origin = f"{_KEY} in {relative(path)}"
            return [Given("kube-version", f"1.{minor}", origin) for minor in minors]
    return ()


def versions(directory: str) -> tuple[str, list[int]]:
    """Return the file in a directory that names versions, and its minors, oldest first; empty if there is none."""
    for name, look in ((CHART, _chart), *((name, _kustomization) for name in NAMES)):
        path = os.path.join(directory, name)
        root = _root(path)
        minors = look(root) if root is not None else []
        if minors and all(map(foreseen, minors)):
            return path, minors
    return "", []


def _root(path: str) -> Node | None:
    """Return the root of a file that has the key; None if it cannot be read, which is reported elsewhere."""
    try:
        data = disk.read(path)
        if _KEY.encode() not in data or len(data) > _MAX_BYTES:
            return None
        root = parse(decode(data))
    except (OSError, disk.ReadError, NotText, Problem):
        return None
    return None if root is None else target(root)


def _chart(root: Node) -> list[int]:
    node = field(root, _KEY)
    text = node.text.strip() if isinstance(node, Scalar) else ""
    one, bounds = re.fullmatch(_ONE, text), re.fullmatch(_BOUNDS, text)
    if one:
        return [int(one[1])]
    if not bounds:
        return []
    least = max(int(bounds[1]), OLDEST)
    if least > NEWEST:  # the chart is for newer versions only
        return [least]
    most = NEWEST
    if bounds[4] is not None:
        without = bounds[3] == "<" and (bounds[5] or "0") == "0"  # `<1.30.2` leaves 1.30 in
        most = min(int(bounds[4]) - without, NEWEST)
    return sorted({least, most}) if least <= most else []


def _kustomization(root: Node) -> list[int]:
    charts = field(root, "helmCharts")
    found = set()
    for item in charts.items if isinstance(charts, tree.Sequence) else ():
        node = field(target(item), _KEY)
        if isinstance(node, Scalar):
            one = re.fullmatch(_ONE, node.text.strip())
            found.add(int(one[1]) if one else 0)
    return list(found) if len(found) == 1 else []
