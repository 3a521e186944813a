"""Decide what `check` and the editor do not check, or only in part: files that are never sent to an API server as is.

These are templates, objects read back from a cluster, asserts of test tools, kustomize patches, and placeholders.
`lint` checks them all; the command line and the editor put `Leave` into the engine's settings. It only reads files next
to and above a file.
"""

import os
import re
from collections.abc import Callable, Iterator

from joblint.manifests.document import Document, Manifest
from joblint.manifests.languages import HELM, TEMPLATES
from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence
from joblint.project.charts import chart_of
from joblint.project.kustomize import Kustomizations
from joblint.project.patches import has_directive, is_patch
from joblint.rule.report import Report
from joblint.rule.settings import Counts, Settings, holds_for_a_part
from joblint.server.decode.scalars import short

_HINTS = ("{{", "{%", "<%", "[[", "|-", "#@", "(@")
# `#{NAME}#` of Azure's replacetokens, and `##NAME##`, not in quotes: YAML reads them as comments.
_HASHES = r"[:-][ \t]+#[#{A-Z]"
_COMMENTED = r"[ \t-]*(?:[\w./-]+:|-)[ \t]+#(?:\{[\w .:-]{1,80}\}|#?[A-Z][A-Z0-9_]+##?(?:[ \t]|$))"
# A placeholder that no YAML value can begin with: `@NAME@`, `%build.id%`, `%(name)s`, `@{name}`.
_BEGINS = r"@{1,3}[\w.-]+@{1,3}|%{1,2}[\w.-]+%{1,2}|[@%]\{[\w .:-]+\}|%\([\w.-]+\)s|%[sd]\b"
# `{registry}/app:{tag}`: text after what YAML reads as a mapping.
_BRACED = r"[ \t-]*(?:[\w.-]+:[ \t]+)?\{[A-Za-z_][\w.-]*\}[\w./:@-]"
# `{memory: ${MEM}}`, `[--to=${TO}]`: the braces are YAML's until a program fills them in.
_IN_FLOW = r"[\[{,:][ \t]*[^\s\[\]{},\"'#$]*\$\{\w"
_MARK = r"\(@[=-]? ?[\w.]|\{\{|\{%[- ]|<%|\[\[-? ?\.\w"
_YTT = r"(?m)(?:^|[ \t])#@(?: |(?:overlay|data|schema|library|yaml)/)"
# Two kinds of marks that sed scripts replace: a line of its own (`X_LABELS`, `@@LABELS@@`, `${LABELS}`), and
# `X_IMAGE|-image: nginx-|`.
_WHOLE_LINE = r"\s*(?:[$@%_]{1,2}\{?[A-Z]\w*\}?[@%_]{0,2}|[A-Z][A-Z0-9]*_[A-Z0-9_]+)\s*\Z"
_DEFAULTED = r"[A-Z][A-Z0-9_]*\|-"
_LINE = r"[^\n]+"
_QUOTED = r""""(?:[^"\\]|\\.)*+(?:"|\Z)|'[^']*'"""  # to the end of the line if it is not closed, so never read twice
_COMMENT = r"(?:^|\s)#.*"
_BLOCK = r"(?:^|[\s:-])[|>][-+\d]{0,2}\s*\Z"
_ASSERT = r"(?i)(?:\d+-)?(?:assert|errors?)\b.*|.*[-_.](?:assert|errors)\.ya?ml"

_NEAR = 1000  # characters around a problem that are searched for its cause
_TOLD = 10  # placeholders of an object that are listed
_PATCHING = TEMPLATES - {HELM}  # templates of files that kustomize may take as patches
JUDGED_AS_PATCH = "checked only for unknown fields, duplicate keys and wrong types"
TEMPLATE = "is a template: render it first"

Tell = Callable[[Manifest, str], None]


class Leave:
    """The decisions for one run, with the files that were read for them.

    `tell` is called with each manifest that is checked only in part, and the reason.
    """

    def __init__(self, tell: Tell | None = None) -> None:
        self.tell = tell
        self.kustomizations = Kustomizations()
        self.templates: dict[int, tuple[Document, str]] = {}
        self.charts: dict[str, bool] = {}

    def settings(self, settings: Settings) -> Settings:
        """Return the settings with these decisions added."""
        return settings._replace(leave_alone=self.reason, counts=self.counts, unreadable=self.unreadable)

    def reason(self, manifest: Manifest) -> str:
        """Return why an object is not checked; empty if it is."""
        return self._template(manifest.document) or live(manifest) or asserted(manifest)

    def unreadable(self, document: Document) -> str:
        """Return why a document that does not parse is not an error; empty if it is one."""
        problem, text = document.problem, document.text
        if problem is None or problem.oversize:
            return ""
        of_shell = document.holes if document.source.language not in TEMPLATES else ()
        if any(not text[text.rfind("\n", 0, start) + 1 : start].strip() for start, _ in of_shell):
            return "has lines that a shell fills in"
        # A quote inside `"{{ default "x" }}"` ends the scalar: the mark is the cause, although it is in quotes.
        before = text.rfind("\n", 0, max(0, text.rfind("\n", 0, problem.offset)))
        near = text[before + 1 : before + 1 + _NEAR].split("\n", 3)[:3]
        if any(re.search(_MARK, line) or re.match(_WHOLE_LINE, line) or re.search(_DEFAULTED, line) for line in near):
            return TEMPLATE
        begins = re.compile(_BEGINS).match(text, problem.offset)
        if begins or any(re.match(_BRACED, line) or _in_flow(line) for line in near):
            return TEMPLATE
        return TEMPLATE if _marked(text, comments=False) else ""

    def counts(self, manifest: Manifest) -> Counts | None:
        """Return a function that decides which reports on an object count; None if all do."""
        source = manifest.document.source
        path, in_text = source.path, manifest.document.block is not None and source.language not in _PATCHING
        if not in_text and self.kustomizations.patches(path):
            self._tell(manifest, f"is a kustomize patch: {JUDGED_AS_PATCH}")
            return _of_a_patch
        if has_directive(manifest):
            self._tell(manifest, f"is a patch, with a directive such as `$patch`: {JUDGED_AS_PATCH}")
            return _of_a_patch
        if not in_text and manifest.document.source.rendered is None and is_patch(manifest, self.kustomizations):
            self._tell(manifest, f"is a patch, by its file name or directory: {JUDGED_AS_PATCH}")
            return _of_a_patch
        unfinished = self._named_later(manifest)
        if unfinished:
            self._tell(manifest, "has a name that kustomize completes: its name is not checked")
        return self._filled_in(manifest, manifest.field("metadata", "name") if unfinished else None)

    def _filled_in(self, manifest: Manifest, name: Node | None) -> Counts:
        """Return a function that leaves out reports on placeholders, and on a name that is completed later."""
        told: set[str] = set()

        def counts(report: Report) -> bool:
            if name is not None and report.node is name:
                return False
            from joblint.project.placeholder import placeholder

            text = placeholder(report)
            if text and "{{" not in text and text not in told and len(told) < _TOLD:  # `{{` may be a script's own
                told.add(text)
                self._tell(manifest, f"has a placeholder: `{short(text)}` is not checked")
            return not text

        return counts

    def _tell(self, manifest: Manifest, why: str) -> None:
        if self.tell is not None:
            self.tell(manifest, why)

    def _named_later(self, manifest: Manifest) -> bool:
        name = manifest.text("metadata", "name")
        return name != name.strip("-") and self.kustomizations.resources(manifest.document.source.path)

    def _template(self, document: Document) -> str:
        if document.source.language in TEMPLATES:  # it is read as what it is
            return ""
        found = self.templates.get(id(document))
        if found is None:  # the document is kept with its verdict, so that no other can get its id
            found = self.templates[id(document)] = (document, TEMPLATE if self._is_template(document) else "")
        return found[1]

    def _is_template(self, document: Document) -> bool:
        text = document.text
        if "#" in text and re.search(_HASHES, text) and any(re.match(_COMMENTED, line) for line in _lines(text)):
            return True
        if not any(hint in text for hint in _HINTS):
            return False
        if document.root is not None and _has_marks(document.root):
            return True
        if "#@" in text and re.search(_YTT, text):
            return True
        # Helm also renders what is in comments.
        return "{{" in text and self._in_chart(document.source.path) and _marked(text, comments=True)

    def _in_chart(self, path: str) -> bool:
        """Check whether a file is in the `templates` of a Helm chart."""
        directory = os.path.dirname(os.path.abspath(path))
        found = self.charts.get(directory)
        if found is None:
            found = self.charts[directory] = bool(chart_of(directory))
        return found


def live(manifest: Manifest) -> str:
    """Return why an object must come from a cluster; empty if not. `status: {}` does not count: a dry run prints it."""
    for name in ("uid", "resourceVersion"):
        node = manifest.field("metadata", name)
        if isinstance(node, Scalar) and node.value not in (None, ""):
            return f"is an object from a cluster: it has `metadata.{name}`"
    status = manifest.field("status")
    if isinstance(status, Mapping) and status.entries:
        return "is an object from a cluster, or an assert of a test: it has a `status`"
    return ""


def asserted(manifest: Manifest) -> str:
    """Return why an object is only an assert of a test tool (kuttl, chainsaw); empty if it is not."""
    name = os.path.basename(manifest.document.source.path)
    if re.fullmatch(_ASSERT, name) and not _complete(manifest):
        return "is an assert of a test: it has only a part of an object"
    return ""


def _complete(manifest: Manifest) -> bool:
    """Check whether an object has containers, and so could be created."""
    way = ("template", "spec")
    pod = manifest.field("spec", *way) or manifest.field("spec", "jobTemplate", "spec", *way)
    return isinstance(pod, Mapping) and any(entry.name == "containers" for entry in pod.entries)


def _of_a_patch(report: Report) -> bool:
    """Check whether a report applies to a strategic merge patch. Directives (`$patch: delete`) are allowed in one."""
    directive = report.field.rpartition(".")[2].startswith("$")
    return holds_for_a_part(report) and not directive and not report.field.startswith(("apiVersion", "kind"))


def _has_marks(root: Node) -> bool:
    """Check whether a plain scalar has marks of a template (quoted ones may be a script's), or a list is `[[ .x ]]`."""
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            if not node.style and (re.match(_DEFAULTED, node.text) or re.search(_MARK, re.sub(_QUOTED, "", node.text))):
                return True
        elif isinstance(node, Sequence):
            if _in_brackets(node):
                return True
            todo.extend(node.items)
        elif isinstance(node, Mapping):
            for entry in node.entries:
                todo.append(entry.key)
                todo.append(entry.value)
    return False


def _in_flow(line: str) -> bool:
    """Check whether a line has an unquoted `${NAME}` in a flow collection that begins in it."""
    found = re.search(_IN_FLOW, re.sub(_QUOTED, "", line))
    return found is not None and not {"{", "["}.isdisjoint(line[: found.end() - 2].replace("${", ""))


def _in_brackets(node: Sequence) -> bool:
    """Check whether a list is `[[ .x ]]`."""
    inner = node.items[0] if len(node.items) == 1 else None
    if not isinstance(inner, Sequence) or not (node.flow and inner.flow) or not inner.items:
        return False
    first = inner.items[0]
    return isinstance(first, Scalar) and not first.style and first.text.startswith(".")


def _marked(text: str, comments: bool) -> bool:
    """Check whether marks of a template are outside of quotes, block scalars and, unless `comments`, comments."""
    if not re.search(_MARK, text):
        return False
    return any(re.search(_MARK, line if comments else re.sub(_COMMENT, "", line)) for line in _lines(text))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines outside of block scalars, without what is in quotes."""
    block = -1  # the indentation of the line that opened a block scalar
    for found in re.finditer(_LINE, text):
        line = found[0]
        indent = indent_of(line)
        if block >= 0 and (indent > block or not line.strip()):
            continue
        bare = re.sub(_QUOTED, "", line)
        yield bare
        block = indent if re.search(_BLOCK, re.sub(_COMMENT, "", bare).rstrip("\r")) else -1
