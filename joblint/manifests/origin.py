"""Which template a manifest was rendered from, according to the output of helm and kustomize.

Helm writes `# Source: chart/templates/job.yaml` above each manifest; kustomize adds an annotation if `buildMetadata`
has `originAnnotations`. Pure functions: texts in, paths out. The programs are run by joblint/project/render/.
"""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

# helm: pkg/action/action.go, renderResources. The files of a chart that become manifests are all in `templates`.
_SOURCE = r"\s*# Source: (\S.*/templates/.*\S)"
# kustomize: api/resource/origin.go. What a generator made has no path, but the kustomization that configures it.
_ANNOTATION = r"config\.kubernetes\.io/origin: \|-?\n( +)(?:.*\n\1){0,4}?(?:path|configuredIn): *['\"]?([^'\"\n]*)"
_SIGN = r"(?m)^# Source: \S.*/templates/|^ *config\.kubernetes\.io/origin: \|"


def _as_told(path: str) -> str:
    return path


class File(NamedTuple):
    """A file of the user that a part of the output comes from."""

    path: str
    text: str
    language: str


class Place(NamedTuple):
    """A place that a part of the output comes from: the file, and the span in its text.

    `exact`: the file has the text itself; otherwise an action of a template has written some of it. `related` are other
    places, each with a message.
    """

    file: File
    start: int
    end: int
    exact: bool
    related: tuple[tuple[File, int, int, str], ...] = ()


Find = Callable[[int, int], Place | None]  # by a span of the output
# A way to find places of an output, given its text, in some files, given their paths: None if there is none.
Places = Callable[[str, Collection[str]], Find | None]


class Rendered:
    """An output of helm or kustomize: a text that is not in any of the user's files."""

    __slots__ = ("by_helm", "name", "otherwise", "places", "values")

    def __init__(
        self,
        name: Callable[[str], str] = _as_told,
        otherwise: str = "",
        places: Places | None = None,
        *,
        by_helm: bool = False,
    ) -> None:
        """Create it. `name` turns a path in the output into the user's path; `otherwise` is used if there is none.

        `places` finds what the output comes from in the user's files. It may be slow, and is only needed for findings.
        `by_helm`: helm rendered it, and so decodes it. `values` is the file of the values that a chart was rendered
        with, if it has several renderings.
        """
        self.name, self.otherwise, self.places, self.by_helm = name, otherwise, places, by_helm
        self.values = ""

    def origin(self, text: str) -> str:
        """Return the path of the template that a document was rendered from; empty if it is not known."""
        match = re.match(_SOURCE, text)
        if match:
            return self.name(match[1])
        match = re.search(_ANNOTATION, text)
        return self.name(match[2]) if match else self.otherwise


def piped(text: str) -> Rendered | None:
    """Return a text from a pipe as the output of helm or kustomize if it has their marks; otherwise None."""
    if "# Source: " not in text and "config.kubernetes.io/origin" not in text:
        return None
    return Rendered() if re.search(_SIGN, text) else None
