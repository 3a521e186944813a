"""Which files are templates of a Helm chart, and so in which language a file of a tree is read."""

import os
from typing import Final

from joblint.manifests.languages import BY_SUFFIX, HELM, LANGUAGES, YAML

CHART = "Chart.yaml"
TEMPLATES = "templates"
NOT_READ: Final = ""  # the language of a file that only a chart makes sense of, and that is in none
_MANIFESTS = frozenset(language.name for language in LANGUAGES.values() if not language.embeds)


def chart_of(directory: str) -> str:
    """Return the Helm chart in whose `templates` a directory is, as an absolute path; empty if there is none."""
    above, last = directory, ""
    while last != TEMPLATES and above != os.path.dirname(above):
        above, last = os.path.split(above)
    return above if last == TEMPLATES and os.path.exists(os.path.join(above, CHART)) else ""


def chart_of_file(path: str) -> str:
    """Return the Helm chart that a file is a template of, as an absolute path; empty if there is none."""
    return chart_of(os.path.dirname(os.path.abspath(path)))


def language_in_tree(path: str, content: str | bytes) -> str:
    """Return the language of a file by its suffix, its content and the tree around it; NOT_READ if it is not read.

    A YAML or JSON file in the `templates` of a chart is a Go template if it has an action. A `.tpl` file is only read
    there.
    """
    language = BY_SUFFIX.get(os.path.splitext(path)[1].lower(), YAML.name)
    return language_of_text(language, path, content)


def language_of_text(language: str, path: str, content: str | bytes) -> str:
    """Return the language of a text whose suffix or editor says that it is in `language`. See language_in_tree()."""
    if language not in _MANIFESTS and language != HELM:
        return language
    acts = "{{" in content if isinstance(content, str) else b"{{" in content
    if acts and chart_of_file(path):
        return HELM
    return NOT_READ if language == HELM else language
