"""The script that a container starts from a ConfigMap of the same files.

That is `sh /scripts/load.sh`, `python3 /scripts/load.py`, or the file itself, whose first line names its interpreter.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from joblint.checks.pattern.configmap import Use, data, other_namespace, uses
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import PYTHON, Program, basename, program, python_script
from joblint.kube.shellwords import SHELLS
from joblint.manifests.corpus.corpus import CONFIG_MAP
from joblint.manifests.document import Manifest
from joblint.manifests.languages import HELM
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.report import Report
from joblint.rule.value import Opaque, Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_SHEBANG = r"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(\S+)([^\n]*)"
_PATH = r"/[\w./-]+"


class Mounted(NamedTuple):
    """A script of a ConfigMap: the word that names its file, its text, the options of what reads it, where it stands.

    `language` is "shell" or "python".
    """

    word: Value
    text: str
    options: str
    language: str
    manifest: Manifest
    scalar: Scalar

    def point(self, report: Report, span: tuple[int, int], message: str) -> None:
        """Let a report at the word that names the script stand in the script."""
        from joblint.checks.reading.content import Content

        document = self.manifest.document
        place = Content(document.text, self.scalar).span(*span)
        report.script = (document, Node(*place), message)


def mounted(container: Value, ctx: "Context", language: str = "shell") -> Mounted | None:
    """The script in a language that a container's first process runs; None where it is none of these files.

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
        found = _find(use, path, ctx) if use.directory else None
        if found is None:
            continue
        manifest, scalar = found
        if manifest.document.source.language == HELM and is_open(scalar.text):
            raise Opaque
        own, more = ("", "") if reader else _shebang(scalar.text)
        if language in (reader, own):
            return Mounted(word, scalar.text, f"{options} {more}", language, manifest, scalar)
    return None


def _shebang(text: str) -> tuple[str, str]:
    """The language that a script's first line names, empty where it is none of ours, and the options there."""
    match = re.match(_SHEBANG, text)
    name = basename(match[1]) if match else ""
    language = "shell" if name in SHELLS else "python" if re.fullmatch(PYTHON, name) else ""
    return language, match[2] if match else ""


def _started(found: Program) -> tuple[Value, str, str] | None:
    """The word that names a script's file, the options before it, and the language of what is told to read it."""
    if found.entrypoint or not found.argv or any(value.opaque for value in found.argv):
        return None
    words = [str(value.scalar()) for value in found.argv]
    name = basename(words[0])
    if re.fullmatch(PYTHON, name):
        at = python_script(words)
        return (found.argv[at], "", "python") if at and re.fullmatch(_PATH, words[at]) else None
    if name not in SHELLS:
        return (found.argv[0], "", "") if re.fullmatch(_PATH, words[0]) else None
    if found.shell is not None:
        text = str(found.shell.value.scalar()).strip()
        return (found.shell.value, "", "") if re.fullmatch(_PATH, text) else None
    at = next((i for i, word in enumerate(words) if i and not word.startswith("-")), 0)
    return (found.argv[at], " ".join(words[1:at]), "shell") if at and re.fullmatch(_PATH, words[at]) else None


def _find(use: Use, path: str, ctx: "Context") -> tuple[Manifest, Scalar] | None:
    """The text that lies at a path, where the ConfigMap is among the files."""
    if use.name.opaque or not isinstance(use.name.data, str) or not path.startswith(use.directory.rstrip("/")):
        return None
    manifest = ctx.corpus.find("ConfigMap", use.name.data, ctx.manifest.document)
    if manifest is None or other_namespace(manifest, ctx.manifest):
        return None
    texts, directory = data(manifest), use.directory.rstrip("/")
    named = {path.removeprefix(f"{directory}/"): ""} if use.keys is None else use.keys
    for key, name in named.items():
        where = name or key
        if key in texts and path == (where if where.startswith("/") else f"{directory}/{where}"):
            return manifest, texts[key]
    return None
