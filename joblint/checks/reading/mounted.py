"""The script that a container starts from a ConfigMap of the same files.

It is started as `sh /scripts/load.sh`, `python3 /scripts/load.py`, or directly, with its interpreter in the first line.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from joblint.checks.pattern.configmap import Use, data, other_namespace, uses
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import PYTHON, Program, basename, program, python_script
from joblint.kube.shellwords import SHELLS
from joblint.manifests.corpus.corpus import CONFIG_MAP
from joblint.manifests.document import Manifest
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.report import Report
from joblint.rule.value import Opaque, Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_SHEBANG = r"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(\S+)([^\n]*)"
_PATH = r"/[\w./-]+"


class Mounted(NamedTuple):
    """A script of a ConfigMap: the word that names its file, its text, its interpreter's options, and where it is.

    `language` is "shell" or "python".
    """

    word: Value
    text: str
    options: str
    language: str
    manifest: Manifest
    scalar: Scalar

    def point(self, report: Report, span: tuple[int, int], message: str) -> None:
        """Make a report at the word that names the script point into the script."""
        from joblint.checks.reading.content import Content

        document = self.manifest.document
        place = Content(document.text, self.scalar).span(*span)
        report.script = (document, Node(*place), message)


def mounted(container: Value, ctx: "Context", language: str = "shell") -> Mounted | None:
    """Return the script in a language that a container's first process runs; None if it is not in these files.

    Raises Opaque.
    """
    if not mentions(ctx, CONFIG_MAP):
        return None
    started, pod = _started(program(container)), container.up("PodSpec")
    if started is None or pod is None or started[2] not in ("", language):
        return None
    word, options, reader = started
    path = str(word.scalar()).strip()
    for use in uses(container, pod):
        file = _find(use, path, ctx) if use.directory else None
        if file is None:
            continue
        manifest, scalar = file
        if manifest.document.source.language in TEMPLATES and not _is_literal(manifest, scalar):
            raise Opaque
        own, more = ("", "") if reader else _shebang(scalar.text)
        if language in (reader, own):
            return Mounted(word, scalar.text, f"{options} {more}", language, manifest, scalar)
    return None


def _is_literal(manifest: Manifest, scalar: Scalar) -> bool:
    """Return whether a template has the whole text of a script, under no condition."""
    from joblint.manifests.corpus.charted import is_literal

    return not is_open(scalar.text) and is_literal(manifest.document, scalar)


def _shebang(text: str) -> tuple[str, str]:
    """Return the language in a script's first line, empty if it is not known here, and the options there."""
    match = re.match(_SHEBANG, text)
    name = basename(match[1]) if match else ""
    language = "shell" if name in SHELLS else "python" if re.fullmatch(PYTHON, name) else ""
    return language, match[2] if match else ""


def _started(command: Program) -> tuple[Value, str, str] | None:
    """Return the word that names a script's file, the options before it, and the language of its interpreter."""
    if command.entrypoint or not command.argv or any(value.opaque for value in command.argv):
        return None
    words = [str(value.scalar()) for value in command.argv]
    name = basename(words[0])
    if re.fullmatch(PYTHON, name):
        at = python_script(words)
        return (command.argv[at], "", "python") if at and re.fullmatch(_PATH, words[at]) else None
    if name not in SHELLS:
        return (command.argv[0], "", "") if re.fullmatch(_PATH, words[0]) else None
    if command.shell is not None:
        text = str(command.shell.value.scalar()).strip()
        return (command.shell.value, "", "") if re.fullmatch(_PATH, text) else None
    at = next((i for i, word in enumerate(words) if i and not word.startswith("-")), 0)
    return (command.argv[at], " ".join(words[1:at]), "shell") if at and re.fullmatch(_PATH, words[at]) else None


def _in_template(ctx: "Context") -> bool:
    return ctx.manifest.document.source.language in TEMPLATES


def _find(use: Use, path: str, ctx: "Context") -> tuple[Manifest, Scalar] | None:
    """Return the text at a path, if the ConfigMap is in one of the files."""
    if not path.startswith(use.directory.rstrip("/")):
        return None
    if use.name.opaque:
        manifest = ctx.corpus.of_chart(ctx.manifest, use.name.node) if _in_template(ctx) else None
    elif isinstance(use.name.data, str):
        manifest = ctx.corpus.find("ConfigMap", use.name.data, ctx.manifest.document)
    else:
        return None
    if manifest is None or other_namespace(manifest, ctx.manifest):
        return None
    texts, directory = data(manifest), use.directory.rstrip("/")
    named = {path.removeprefix(f"{directory}/"): ""} if use.keys is None else use.keys
    for key, name in named.items():
        where = name or key
        if key in texts and path == (where if where.startswith("/") else f"{directory}/{where}"):
            return manifest, texts[key]
    return None
