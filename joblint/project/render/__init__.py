"""Run helm or kustomize on a directory, contained, and return what it prints.

    render(path, kind_of(path), minor)      the output, as bytes, and how it names templates

The arguments are fixed, except for a chart's values: no plugins, no network. Users who need others pipe the output to
`joblint check -`. docs/security.md says what joblint guarantees about this.
"""

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from joblint.manifests.origin import Rendered
from joblint.manifests.source import Source
from joblint.project import kustomize
from joblint.project.charts import CHART

if TYPE_CHECKING:
    from joblint.manifests.origin import Find
    from joblint.project.render.bounds import Bounds, Past
    from joblint.project.render.values import Values

HELM, KUSTOMIZE = "helm", "kustomize"  # what a directory is rendered with


class Output(NamedTuple):
    """The output of a program, and how it names templates."""

    data: bytes
    rendered: Rendered


def kind_of(path: str) -> str:
    """Return HELM for the directory of a chart, KUSTOMIZE for that of a kustomization, and "" for any other path."""
    if os.path.isfile(os.path.join(path, CHART)):
        return HELM
    return KUSTOMIZE if kustomize.is_one(path) else ""


def render(path: str, kind: str, minor: int, values: "Values | None" = None, past: "Past | None" = None) -> Output:
    """Return the manifests that a chart or a kustomization produces for a minor of Kubernetes (29 for 1.29).

    `values` are added to a chart's own. `past`: the path is in the tree of a revision. Problems with the directory
    itself are found before a program starts. Raises contained.RenderError.
    """
    from joblint.project.render.bounds import Bounds
    from joblint.project.render.contained import workplace

    bounds = Bounds(path, past)
    with workplace() as made:
        return _chart(bounds, minor, made, values) if kind == HELM else _kustomization(bounds, made)


def _chart(bounds: "Bounds", minor: int, made: str, values: "Values | None") -> Output:
    from joblint.project.render.chart import Chart

    chart = Chart(bounds, minor, made, values)
    data = chart.render()

    def name(told: str) -> str:
        """Return the path of `chart/templates/job.yaml`, which begins with the chart's own name."""
        return os.path.normpath(os.path.join(bounds.path, told.partition("/")[2]))

    def places(text: str, paths: Collection[str]) -> "Find | None":
        from joblint.project.render.lines import find_lines

        return find_lines(bounds, minor, values, Source(bounds.path, text, rendered=rendered), paths)

    rendered = Rendered(name, bounds.path, places, by_helm=True)
    return Output(data, rendered)


def _kustomization(bounds: "Bounds", made: str) -> Output:
    from joblint.project.render.contained import LimitError, RenderError, run
    from joblint.project.render.stage import Stage

    program = bounds.program(KUSTOMIZE, "kubectl")
    command = "build" if os.path.basename(program).startswith(KUSTOMIZE) else KUSTOMIZE
    shown = f"{os.path.splitext(os.path.basename(program))[0]} {command}"
    stage = Stage(bounds, made)
    stage.take_all()

    def places(text: str, paths: Collection[str]) -> "Find | None":
        from joblint.project.render.unchanged import find_unchanged

        return find_unchanged(bounds, Source(bounds.path, text, rendered=rendered), paths)

    def build(directory: str) -> bytes:
        return run((program, command, directory), shown, made, bounds.reviewed)

    rendered = Rendered(stage.name, bounds.path, places)
    try:
        try:
            return Output(build(stage.around()), rendered)
        except LimitError:
            raise
        except RenderError:  # it may be a component, the program may be old, or it is just wrong
            return Output(build(stage.top), Rendered(otherwise=bounds.path))
    except RenderError as error:
        error.args = (str(error).replace(stage.tree, bounds.tree),)
        raise
