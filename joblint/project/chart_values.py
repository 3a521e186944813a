"""The files with the values of a chart: its own, those of the charts that it is a part of, of its tests, their schema.

Source: helm 3.22, pkg/chartutil/dependencies.go (processDependencyEnabled). Each file is read once until it is changed,
because an editor asks for it at each keystroke.
"""

import os
from collections.abc import Iterator
from functools import lru_cache

from joblint.manifests import disk
from joblint.manifests.boundary import inside, tree_of
from joblint.manifests.languages import HELM
from joblint.manifests.source import ChartValues, NotText, Source, decode
from joblint.manifests.template.values import root_of
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target
from joblint.project.charts import CHART, chart_of_file

VALUES, SCHEMA = "values.yaml", "values.schema.json"
_TESTS, _OF_TEST = "ci", "-values.yaml"
_PARTS, _REQUIREMENTS = "charts", "requirements.yaml"
MAX_BYTES = 1 << 20  # of one file, and of all files of tests
_MAX_DEPTH, _MAX_TESTS = 10, 20
_IMPORTS = "import-values"


def template_of(source: Source) -> Source:
    """Return a file with the values of its chart, if it is a template of one."""
    if source.language == HELM:
        chart = chart_of_file(source.path)
        source.values = read_values(chart, source.path) if chart else None
    return source


def read_values(chart: str, path: str) -> ChartValues | None:
    """Return the values of a chart; `path` is that of a template as the user named it. None: they are not known."""
    charts, names = [chart], list[str]()
    while above := _above(charts[0]):
        name = _name_in(above, charts[0]) if len(charts) < _MAX_DEPTH else ""
        if not name:
            return None
        charts.insert(0, above)
        names.insert(0, name)
    is_absolute = os.path.isabs(path)
    own = tuple(_read(os.path.join(one, VALUES), is_absolute) for one in charts)
    # The values of a part's tests are for that chart on its own.
    tests = () if names else tuple(_tests(chart, is_absolute))
    schema = _read(os.path.join(chart, SCHEMA), is_absolute)
    imports = any(_IMPORTS in part for part in _dependencies(chart))
    return ChartValues(own, tuple(names), tests, schema, imports)


def _above(chart: str) -> str:
    """Return the chart that a chart is a part of; empty if there is none."""
    above, name = os.path.split(os.path.dirname(chart))
    return above if name == _PARTS and os.path.exists(os.path.join(above, CHART)) else ""


def _name_in(above: str, chart: str) -> str:
    """Return the name under which a chart finds the values of one of its parts; empty if there are several."""
    name = _text(_fields(os.path.join(chart, CHART)).get("name"))
    names = {
        _text(part.get("alias")) or name for part in _dependencies(above) if name and _text(part.get("name")) == name
    }
    return min(names or {name}) if len(names) < 2 else ""


def _dependencies(chart: str) -> Iterator[dict[str, Node]]:
    """Yield the entries of each dependency of a chart."""
    for file in (CHART, _REQUIREMENTS):
        listed = _fields(os.path.join(chart, file)).get("dependencies")
        for item in listed.items if isinstance(listed, Sequence) else ():
            yield _entries(target(item))


def _tests(chart: str, is_absolute: bool) -> Iterator[Source]:
    """Yield the files that chart-testing installs a chart with."""
    directory = os.path.join(chart, _TESTS)
    try:
        names = sorted(name for name in os.listdir(directory) if name.endswith(_OF_TEST))
    except OSError:
        return
    room = MAX_BYTES
    for name in names[:_MAX_TESTS]:
        found = _read(os.path.join(directory, name), is_absolute)
        room -= len(found.text) if found is not None else 0
        if found is not None and room >= 0:
            yield found


def _fields(file: str) -> dict[str, Node]:
    """Return the fields of a YAML file; none if it cannot be read."""
    source = _read(file, True)
    return _entries(root_of(source)) if source is not None else {}


def _entries(node: Node | None) -> dict[str, Node]:
    return {entry.name: target(entry.value) for entry in node.entries} if isinstance(node, Mapping) else {}


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _read(file: str, is_absolute: bool) -> Source | None:
    """Return a file of a chart; None if it cannot be read, or is a link out of the repository."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    shown = file if is_absolute else os.path.relpath(file)
    return _unchanged(file, shown, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=128)
def _unchanged(file: str, shown: str, changed: int, size: int) -> Source | None:
    """Return a file as it was when it was changed last."""
    try:
        if os.path.islink(file) and not inside(os.path.realpath(file), tree_of(file)):
            return None
        return Source(shown, decode(disk.read(file))) if size <= MAX_BYTES else None
    except (OSError, disk.ReadError, NotText):
        return None
