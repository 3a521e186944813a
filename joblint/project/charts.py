"""Which files are templates of a Helm chart, and so in which language a file of a tree is read."""

import os
from typing import Final

from joblint.manifests.languages import (
    ERB,
    GO,
    HELM,
    JINJA,
    LANGUAGES,
    YAML,
    YTT,
    language_by_suffix,
    template_of_something,
)

CHART = "Chart.yaml"
TEMPLATES = "templates"
NOT_READ: Final = ""  # the language of a file that only a chart makes sense of, and that is in none
_MANIFESTS = frozenset(language.name for language in LANGUAGES.values() if not language.embeds)
# Languages of templates that need no chart, and what a text has that is one.
_RENDERED = {GO: ("{{",), JINJA: ("{{", "{%", "{#"), ERB: ("<%",)}
_TERRAFORM = ("%{ if", "%{if", "%{ for", "%{for", "%{~")  # such a `.tpl` file is none of Go


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
    """Return the language of a file by its suffixes, its content and the tree around it; NOT_READ if it is not read.

    A YAML or JSON file in the `templates` of a chart is a Go template if it has an action. A `.tpl` file is only read
    there. A template of anything but YAML and JSON (`nginx.conf.j2`) is not read.
    """
    language = language_by_suffix(path)
    if not language:
        language, is_other = template_of_something(path)
        if language and is_other:
            return NOT_READ
    return _by_content(language or YAML.name, path, content)


def language_of_text(language: str, path: str, content: str | bytes) -> str:
    """Return the language of a text whose suffix or editor says that it is in `language`. See language_in_tree()."""
    if language in _MANIFESTS:  # an editor may say so of `job.yaml.j2`
        named = language_by_suffix(path)
        language = named if named in _RENDERED else language
    return _by_content(language, path, content)


def _by_content(language: str, path: str, content: str | bytes) -> str:
    """Return the language of a text, of which one is known so far."""
    if language not in _MANIFESTS and not LANGUAGES[language].dialect:
        return language
    acts = _has(content, "{{")
    if acts and language not in (JINJA, ERB) and chart_of_file(path):
        return HELM
    if language in (YAML.name, YTT):
        return YTT if _has(content, "#@") and (language == YTT or _is_ytt(content)) else YAML.name
    if language in _MANIFESTS:
        return language
    if language == HELM or (language == GO and any(_has(content, mark) for mark in _TERRAFORM)):
        return NOT_READ
    return language if any(_has(content, sign) for sign in _RENDERED[language]) else _inner(path)


def _has(content: str | bytes, word: str) -> bool:
    return word in content if isinstance(content, str) else word.encode() in content


def _is_ytt(content: str | bytes) -> bool:
    from joblint.manifests.template import ytt

    return ytt.is_template(content if isinstance(content, str) else content.decode("latin-1"))


def _inner(path: str) -> str:
    """Return the language of a template that has nothing to be rendered."""
    return "json" if os.path.splitext(path.lower())[0].endswith(".json") else YAML.name
