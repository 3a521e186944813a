"""`--render`: the output of helm or kustomize for directories that are charts or kustomizations."""

import glob
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from joblint.cli.inputs import STDIN, Inputs, Rendering
from joblint.manifests.languages import HELM
from joblint.manifests.template import UNKNOWN
from joblint.project import render
from joblint.project.charts import chart_of_file
from joblint.project.config.inforce import ConfigError
from joblint.report import LeftAlone, Note, stderr
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.cli.call import Call
    from joblint.manifests.template.values import Layer
    from joblint.project.render.values import Values

_WHY = "cannot be read without values"
_CI, _VALUES = "ci", "*-values.yaml"  # as chart-testing looks for them (ct, pkg/chart/chart.go)
_NAMED = 3  # charts that a hint names


def take(
    inputs: Inputs, paths: Sequence[str], settings: Settings, values: "Values | None" = None, *, once: bool = False
) -> list[str]:
    """Render the charts and kustomizations among some paths into the inputs of a run, and return the other paths.

    A chart is rendered for the newest minor that its settings name; without a configuration, these are `settings`.
    Unless `once`, it is also rendered with each of its `ci/*-values.yaml`. Charts and kustomizations that cannot be
    rendered are noted as errors.
    """
    rest = []
    for path in dict.fromkeys(paths):
        kind = "" if path == STDIN else render.kind_of(path)
        if kind:
            _take(inputs, path, kind, settings, values, once)
        else:
            rest.append(path)
    return rest


def _take(inputs: Inputs, path: str, kind: str, settings: Settings, values: "Values | None", once: bool) -> None:
    from joblint.project.render.contained import RenderError

    configuration = inputs.configuration
    excluded = configuration.excludes(path) if configuration else ""
    if excluded:
        inputs.passed_over(path, f"is excluded by {excluded}")
        return
    try:
        if configuration is not None:
            settings = configuration.settings(os.path.join(path, ""))
    except ConfigError as error:
        inputs.trouble(path, str(error))
        return
    sets = _values_for_tests(inputs, path, values) if kind == render.HELM and not once else []
    default: RenderError | None = None
    taken = False
    for file, added in [("", values), *sets]:
        given = _with_configured(settings, added)
        try:
            output = render.render(path, kind, settings.minors[-1], given)
        except RenderError as error:
            if not file and sets:  # its default values may be incomplete
                default = error
            elif default is None or str(error) != str(default):
                inputs.trouble(error.path or file or path, str(error))
            continue
        output.rendered.values = file
        name = f"{path} with {file}" if taken else path
        inputs.add_rendered(name, output, settings, Rendering(path, given), again=taken)
        taken = True
    if default is not None and taken:
        inputs.passed_over(default.path or path, f"is only rendered with the values in `{_CI}`: {default}")
    elif default is not None:
        inputs.trouble(default.path or path, str(default))


def _values_for_tests(inputs: Inputs, path: str, values: "Values | None") -> list[tuple[str, "Values"]]:
    """Return the files of values with which chart-testing installs a chart, each with the values of the call."""
    from joblint.project.render.contained import RenderError
    from joblint.project.render.values import Values, load

    found: list[tuple[str, Values]] = []
    for file in sorted(glob.glob(os.path.join(glob.escape(path), _CI, _VALUES))):
        try:
            one = load([file], (), ())
        except RenderError as error:
            inputs.trouble(error.path or file, str(error))
            continue
        more = values or Values()
        found.append((os.path.normpath(file), more._replace(files=(*one.files, *more.files))))
    return found


def _with_configured(settings: Settings, values: "Values | None") -> "Values | None":
    """Return the values for a chart, with the files of its configuration first."""
    if not settings.given:
        return values
    from joblint.project.render.values import Values

    files = [(layer.source.path, layer.source.text.encode()) for layer in reversed(settings.given)]
    values = values or Values()
    return values._replace(files=(*files, *values.files))


def values(call: "Call") -> "tuple[Values | None, tuple[Layer, ...]]":
    """Return the values that a call adds to those of charts, or None, also as layers. Raises Refused."""
    if not call.rendering.values and not call.rendering.set_values and not call.rendering.set_strings:
        return None, ()
    from joblint.cli.call import Refused
    from joblint.project.given import layers
    from joblint.project.render.contained import RenderError
    from joblint.project.render.values import load

    try:
        found = load(call.rendering.values, call.rendering.set_values, call.rendering.set_strings)
        if call.rendering.render:  # helm says itself what is wrong with them
            with suppress(RenderError):
                return found, layers(found)
            return found, ()
        return found, layers(found)
    except RenderError as error:
        raise Refused(Note(error.path, str(error))) from None


def warn_of_no_template(call: "Call", inputs: Inputs) -> None:
    """Print a warning if the values that the command line gives have no effect."""
    if not call.rendering.render and not any(source.language == HELM for source in inputs.sources):
        stderr.complain("--values and --set have no effect: no template of a Helm chart with a Job was found")


def hint(left_alone: Sequence[LeftAlone]) -> str:
    """Return what to do about the templates of charts that could not be read; empty if there are none."""
    found = dict.fromkeys(_chart(one.path) for one in left_alone if one.why.startswith(UNKNOWN))
    charts = [chart for chart in found if chart]
    if not charts:
        return ""
    if len(charts) == 1:
        return f"some templates of the Helm chart {charts[0]} {_WHY}; to check them, use --render {charts[0]}"
    more = ", ..." if len(charts) > _NAMED else ""
    named = ", ".join(charts[:_NAMED]) + more
    return f"some templates of {len(charts)} Helm charts ({named}) {_WHY}; to check them, use --render CHART"


def _chart(path: str) -> str:
    """Return the path of the chart that a template belongs to, in the form of the template's; empty if none."""
    chart = chart_of_file(path)
    return chart if not chart or os.path.isabs(path) else os.path.relpath(chart)
