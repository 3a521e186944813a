"""Indexed Jobs: the index that nobody hands out, and the one that nobody reads.

Source: pkg/controller/job/indexed_job_utils.go (addCompletionIndexEnvVariables): only where the Job is Indexed, every
container gets the variable as the last of its `env`, unless it has one of that name already.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.index_reads import INDEX, has_fallback, reads
from joblint.checks.reading.place import mentions, place_in, rewriting
from joblint.checks.reading.script import EVALUATORS, containers, program
from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Node
from joblint.rule.cure.cure import adding, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, NON_INDEXED, labels_and_annotations

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

# Programs that may look for the very text that stands in single quotes.
_PATTERNS = EVALUATORS | {"egrep", "fgrep", "grep", "sed"}
_ANNOTATION = "job-completion-index"  # pkg/apis/batch/types.go, JobCompletionIndexAnnotation; its 1.21 name ends so too


@rule("index-read-without-indexed", on="JobSpec")
def index_read_without_indexed(spec: Value, ctx: "Context") -> Reports:
    """Command, args and env of each container, and how the pod's metadata reach it."""
    if not (mentions(ctx, INDEX) or mentions(ctx, _ANNOTATION)) or not not_indexed(spec):
        return
    pod = spec.at("template", "spec")
    for container in containers(pod) if pod is not None else ():
        if INDEX in {env.text("name") for env in container.items("env")}:
            continue
        for value, language in _texts(container):
            yield from _read(value, language, spec, ctx)


@rule("index-read-without-indexed", on="JobSpec")
def index_field_without_indexed(spec: Value, ctx: "Context") -> Reports:
    """The annotation and the label of the index, in `fieldRef`."""
    if not mentions(ctx, _ANNOTATION) or not not_indexed(spec):
        return
    template = spec.get("template")
    if template is None or any(_ANNOTATION in key for key in labels_and_annotations(template)):
        return
    for value in template.walk():
        if value.step == "fieldPath" and not value.opaque and _ANNOTATION in str(value.scalar()):
            message = f"no Pod of this Job has an index, so `{value.scalar()}` is empty: {cure(spec)}"
            yield made_indexed(mistake(value, message), spec)


def made_indexed(report: Report, spec: Value) -> Report:
    """The report with its cure, where the Job says how many indexes there would be. It then runs otherwise."""
    count, mode = spec.get("completions") or spec.get("parallelism"), spec.get("completionMode")
    if count is None or count.opaque or count.data < 1:
        return report
    message, write = adding(spec, "completionMode", INDEXED, after=count) if mode is None else writing(mode, INDEXED)
    if count.step == "completions":
        return report.cure(message, write, safe=False)
    more, add = adding(spec, "completions", count.data, after=count)
    return report.cure(f"{message} and {more}", write, add, safe=False)


def cure(spec: Value) -> str:
    """What makes a Job Indexed."""
    return f"set `completionMode: {INDEXED}`" + ("" if spec.has("completions") else " and `completions`")


def not_indexed(spec: Value) -> bool:
    """Whether the Job is plainly not Indexed: the mode is not there, and was not dropped by a gate either."""
    if spec.has("completionMode"):
        return spec.text("completionMode") == NON_INDEXED
    return not any(entry.name == "completionMode" for entry in getattr(spec.node, "entries", ()))


def is_several(spec: Value) -> bool:
    """Whether the Job has more than one Pod: where it has one, the fallback for the index is what it is for."""
    return any((spec.integer(name) or 1) > 1 for name in ("completions", "parallelism"))


def _texts(container: Value) -> Iterator[tuple[Value, str]]:
    """What the container is told in words of the Job itself."""
    yield from program(container).texts
    for env in container.items("env"):
        if (value := env.get("value")) is not None:
            yield value, ""
    for mount in container.items("volumeMounts"):
        if (path := mount.get("subPathExpr")) is not None:
            yield path, ""


def _read(value: Value, language: str, spec: Value, ctx: "Context") -> Reports:
    """One finding for a text, at its first read; the others are related."""
    if value.opaque or INDEX not in (text := str(value.scalar())):
        return
    found = [span for span in reads(text, language) if not has_fallback(text, span[1]) or is_several(spec)]
    places = [place_in(value, span, ctx) for span in found]
    if places:
        message = f"`{INDEX}` is not set: only an Indexed Job gives its Pods an index; {cure(spec)}"
        report = mistake(value, message, span=places[0])
        report.related = tuple((Node(*place), "read here too") for place in places[1:])
        yield made_indexed(report, spec)


@rule("index-in-single-quotes", on="Container")
def index_in_single_quotes(container: Value, ctx: "Context") -> Reports:
    """`sh -c "echo '$JOB_COMPLETION_INDEX'"`: a shell expands nothing in single quotes."""
    if not mentions(ctx, INDEX):
        return
    found = program(container)
    if found.shell is None or not has_index(container):
        return
    value = found.shell.value
    script = str(value.scalar())
    if "'" not in script or not re.search(rf"\$\{{?{INDEX}\b", script):
        return
    for start, end, string in _in_single_quotes(script):
        written = short(script[start:end])
        message = f"`{written}` stands in single quotes, where a shell expands nothing: use double quotes"
        report = mistake(value, message, span=place_in(value, (start, end), ctx))
        operations = rewriting(value, _requoted(script, *string), ctx)
        yield report.cure("put double quotes around it", *operations)


def _requoted(script: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The changes that give a string other quotes, where nothing but the index is then expanded in it."""
    inside = script[start + 1 : end - 1]
    if script[start] != "'" or re.search(rf"[\"`\\!]|\$(?!\{{?{INDEX}\b)", inside):
        return []
    return [(start, start + 1, '"'), (end - 1, end, '"')]


def has_index(container: Value) -> bool:
    """Whether the variable is set in this container: by an Indexed Job, or by its own `env`."""
    spec = container.up("JobSpec")
    if spec is not None and spec.has("completionMode") and spec.text("completionMode") == INDEXED:
        return True
    return any(env.text("name") == INDEX for env in container.items("env"))


def _in_single_quotes(script: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """The reads that stay as they are, each with the span of the string that it stands in."""
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    for node in shell.walk(root) if root is not None else ():
        if node.type in ("raw_string", "ansi_c_string"):
            source = shell.text_of(node, script)
            for match in re.finditer(rf"\$(?:{INDEX}\b|\{{{INDEX}\b[^}}]*\}})", source):
                if _stays(node, script):
                    start = node.start_byte
                    yield start + match.start(), start + match.end(), (start, node.end_byte)


def _stays(node: "Syntax", script: str) -> bool:
    """Whether nothing that the script does with the text could expand it later."""
    from joblint.checks.reading import shell

    statement = shell.enclosing(node, "command", "test_command", "variable_assignment")
    if statement is None:
        return False
    if statement.type == "variable_assignment":
        return EVALUATORS.isdisjoint(re.findall(r"[\w.-]+", script))
    words = {word.strip("'\"").rpartition("/")[2] for word in shell.words(statement, script)}
    return _PATTERNS.isdisjoint(words) and not shell.goes_elsewhere(statement, script)
