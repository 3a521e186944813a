"""`--render`: directories that are charts or kustomizations, as what helm or kustomize makes of them."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from joblint.cli.inputs import STDIN, Inputs
from joblint.manifests.template import UNKNOWN
from joblint.project import render
from joblint.project.charts import chart_of_file
from joblint.project.config.inforce import ConfigError
from joblint.report import LeftAlone, Note
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.cli.call import Call
    from joblint.project.render.values import Values

_WHY = "cannot be read without values"
_NAMED = 3  # charts that a hint names


def take(inputs: Inputs, paths: Sequence[str], settings: Settings, values: "Values | None" = None) -> list[str]:
    """Render those paths that can be, into the inputs of a run, and give the others.

    A chart is rendered for the newest minor that its settings name; where there is no configuration, `settings` hold.
    What cannot be rendered is noted as trouble.
    """
    rest = []
    for path in dict.fromkeys(paths):
        kind = "" if path == STDIN else render.kind_of(path)
        if kind:
            _take(inputs, path, kind, settings, values)
        else:
            rest.append(path)
    return rest


def _take(inputs: Inputs, path: str, kind: str, settings: Settings, values: "Values | None") -> None:
    from joblint.project.render.contained import RenderError

    configuration = inputs.configuration
    excluded = configuration.excludes(path) if configuration else ""
    if excluded:
        inputs.passed_over(path, f"is excluded by {excluded}")
        return
    try:
        if configuration is not None:
            settings = configuration.settings(os.path.join(path, ""))
        output = render.render(path, kind, settings.minors[-1], values)
    except ConfigError as error:
        inputs.trouble(path, str(error))
        return
    except RenderError as error:
        inputs.trouble(error.path or path, str(error))
        return
    inputs.add_rendered(path, output.data, output.rendered, settings)


def values(call: "Call") -> "Values | None":
    """What a call gives charts besides their own values; None: nothing. Raises Refused."""
    if not call.values and not call.set_values and not call.set_strings:
        return None
    from joblint.cli.call import Refused
    from joblint.project.render.contained import RenderError
    from joblint.project.render.values import load

    try:
        return load(call.values, call.set_values, call.set_strings)
    except RenderError as error:
        raise Refused(Note(error.path, str(error))) from None


def hint(left_alone: Sequence[LeftAlone]) -> str:
    """Return what to do about the templates of charts that could not be read; empty if there are none."""
    found = dict.fromkeys(_chart(one.path) for one in left_alone if one.why.startswith(UNKNOWN))
    charts = [chart for chart in found if chart]
    if not charts:
        return ""
    if len(charts) == 1:
        return f"some templates of the Helm chart {charts[0]} {_WHY}; --render {charts[0]} has helm render them"
    more = ", ..." if len(charts) > _NAMED else ""
    named = ", ".join(charts[:_NAMED]) + more
    return f"some templates of {len(charts)} Helm charts ({named}) {_WHY}; --render CHART has helm render them"


def _chart(path: str) -> str:
    """The chart that a template belongs to, told as the template's path is; empty where it belongs to none."""
    chart = chart_of_file(path)
    return chart if not chart or os.path.isabs(path) else os.path.relpath(chart)
