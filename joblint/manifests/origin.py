"""Which template a manifest was rendered from, as the output of helm and kustomize tells it.

Helm writes `# Source: chart/templates/job.yaml` above each manifest; kustomize, where `buildMetadata` asks for
`originAnnotations`, an annotation. Pure: texts in, paths out. The programs are run by joblint/render.py.
"""

import re
from collections.abc import Callable

# helm: pkg/action/action.go, renderResources. The files of a chart that become manifests all lie in a `templates`.
_SOURCE = r"\s*# Source: (\S.*/templates/.*\S)"
# kustomize: api/resource/origin.go. What a generator made has no path, but a kustomization that it is configured in.
_ANNOTATION = r"config\.kubernetes\.io/origin: \|-?\n( +)(?:.*\n\1){0,4}?(?:path|configuredIn): *['\"]?([^'\"\n]*)"
_SIGN = r"(?m)^# Source: \S.*/templates/|^ *config\.kubernetes\.io/origin: \|"


def _as_told(path: str) -> str:
    return path


class Rendered:
    """An output of helm or kustomize: a text that stands in no file of the user's."""

    __slots__ = ("name", "otherwise")

    def __init__(self, name: Callable[[str], str] = _as_told, otherwise: str = "") -> None:
        """`name` turns the path that the output tells into the user's; `otherwise` is for what tells none."""
        self.name, self.otherwise = name, otherwise

    def origin(self, text: str) -> str:
        """The path of the template that a document was rendered from; empty where nobody says it."""
        found = re.match(_SOURCE, text)
        if found:
            return self.name(found[1])
        found = re.search(_ANNOTATION, text)
        return self.name(found[2]) if found else self.otherwise


def piped(text: str) -> Rendered | None:
    """Whether a text that came through a pipe is such an output, by what it tells of itself."""
    if "# Source: " not in text and "config.kubernetes.io/origin" not in text:
        return None
    return Rendered() if re.search(_SIGN, text) else None
