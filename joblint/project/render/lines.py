"""The lines of a chart's templates for the lines of helm's output: the chart is rendered again, with marks in it.

helm gets a new copy of the chart, in which the templates that findings are about have marks at their line ends
(joblint/manifests/template/marks.py). The marks are comments; if helm rejects a template with them, because it has a
scalar of several lines without quotes, that template is left without.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

from joblint.manifests.languages import HELM
from joblint.manifests.origin import File, Find, Place
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.template.aligned import SEPARATOR, origins
from joblint.manifests.template.helpers import Helpers
from joblint.manifests.template.marks import mark
from joblint.manifests.template.traced import Template, Trace, Written
from joblint.manifests.yaml.tree import Problem
from joblint.project.charts import TEMPLATES
from joblint.project.render.bounds import Bounds
from joblint.project.render.chart import Chart
from joblint.project.render.contained import LimitError, RenderError, workplace, write_copy
from joblint.project.render.values import Values

_TRIES = 3  # times that helm is run if it rejects marks
_REJECTED = re.compile(r"YAML parse error on \S*?/(templates/\S+?):")
_MANIFESTS = (".yaml", ".yml", ".json")
_MAX_MARKED = 1 << 20  # characters of a template
_PARTIAL = "_"  # with it begins the name of a template that writes no manifest itself


def find_lines(
    bounds: Bounds, minor: int, values: Values | None, output: Source, paths: Collection[str]
) -> Find | None:
    """Return what finds the places of an output of helm in the templates of a chart, or None if nothing can.

    `paths` are the templates that matter, as the user names them; the others get no marks.
    """
    try:
        with workplace() as made:
            chart = Chart(bounds.anew(), minor, made, values)
            sources = dict(_templates(chart))
            parts = {_part(one) for one in paths}  # the chart in `charts/` may have another name in the output
            wanted = [copy for copy, one in sources.items() if _part(copy) in parts and _may_be_marked(copy, one)]
            templates, marked = _marked(chart, sources, wanted)
    except RenderError:  # it was rendered before: it is being changed now, or the marks are too much for it
        return None
    return _Lines(output, marked, templates, Helpers(sources.values())).find if templates else None


def _templates(chart: Chart) -> Iterator[tuple[str, Source]]:
    """Yield the templates of a chart and of those in it, by the paths of their copies, with the user's names."""
    for directory, _, names in os.walk(chart.copy):
        inside = os.path.relpath(directory, chart.copy)
        if TEMPLATES not in inside.split(os.sep):
            continue
        for name in sorted(names):
            copy = os.path.join(directory, name)
            try:
                with open(copy, "rb") as file:
                    text = decode(file.read())
            except (OSError, NotText):
                continue
            yield copy, Source(os.path.normpath(os.path.join(chart.bounds.path, inside, name)), text, HELM)


def _part(path: str) -> str:
    """Return the path of a template in the `templates` of its chart."""
    return f"/{path}".replace(os.sep, "/").rpartition(f"/{TEMPLATES}/")[2]


def _may_be_marked(copy: str, source: Source) -> bool:
    name = os.path.basename(copy)
    return len(source.text) <= _MAX_MARKED and name.lower().endswith(_MANIFESTS) and not name.startswith(_PARTIAL)


def _marked(chart: Chart, sources: Mapping[str, Source], wanted: list[str]) -> tuple[dict[int, Template], str]:
    """Return the templates that helm accepts with marks, by their numbers, and its output. Raises RenderError."""
    for attempt in range(1, _TRIES + 1):
        templates = {}
        for number, copy in enumerate(wanted):
            try:
                made = mark(sources[copy].text, number)
            except Problem:
                continue
            templates[number] = Template(sources[copy], made.spots)
            write_copy(copy, made.text.encode())
        try:
            return templates, chart.render().decode("utf-8", "replace") if templates else ""
        except LimitError:
            raise
        except RenderError as error:
            found = _REJECTED.search(str(error))
            rejected = [copy for copy in wanted if found and copy.replace(os.sep, "/").endswith(found[1])]
            if attempt == _TRIES or not rejected:
                raise
            for copy in rejected:
                wanted.remove(copy)
                write_copy(copy, sources[copy].text.encode())
    return {}, ""


def _file(source: Source) -> File:
    return File(source.path, source.text, source.language)


class _Lines:
    """The lines of an output, and what has written them."""

    def __init__(self, output: Source, marked: str, templates: Mapping[int, Template], helpers: Helpers) -> None:
        self.text = output.text
        self.lines = self.text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.origins = origins(self.text, marked)
        self.written = {number: Written(template) for number, template in templates.items()}
        self.helpers, self.rendered = helpers, output.rendered
        self.separators = [0, *(at for at, line in enumerate(self.lines) if line == SEPARATOR), len(self.lines)]
        self.whole: dict[int, tuple[Written | None, Trace | None]] = {}  # by the first line of a document

    def find(self, start: int, end: int) -> Place | None:
        """Return the place of a span of the output in a template, or None if it is not known."""
        at = bisect_right(self.starts, start) - 1
        if at >= len(self.lines):
            return None
        origin, line, first = self.origins[at], self.lines[at].removesuffix("\r"), self.starts[at]
        if origin is None:
            written, trace = self._whole(at)
        else:
            column, last = min(start - first, len(line)), min(end - first, len(line))
            written = self.written.get(origin.template)
            trace = written.trace(origin, line, column, max(last, column)) if written is not None else None
        if written is None or trace is None:
            return None
        related = self.helpers.written(trace.action.inside(written.text), line) if trace.action is not None else ()
        others = ((_file(source), begin, stop, text) for source, begin, stop, text in related)
        return Place(_file(written.source), trace.start, trace.end, trace.exact, tuple(others))

    def _whole(self, at: int) -> tuple[Written | None, Trace | None]:
        """Return what has written a whole document without marks: one of several that one action inserts."""
        number = bisect_right(self.separators, at)
        start = self.separators[number - 1]
        if start not in self.whole:
            self.whole[start] = self._inserted(start, self.separators[number])
        return self.whole[start]

    def _inserted(self, start: int, end: int) -> tuple[Written | None, Trace | None]:
        if any(self.origins[start:end]) or self.rendered is None:
            return None, None
        path = self.rendered.origin("\n".join(self.lines[start + 1 : start + 2]))
        written = next((one for one in self.written.values() if one.source.path == path), None)
        return written, written.only_insertion if written is not None else None
