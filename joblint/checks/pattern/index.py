"""Checks of the index of Indexed Jobs: where it is read but not set, and where it is not expanded.

Source: pkg/controller/job/indexed_job_utils.go (addCompletionIndexEnvVariables): only if the Job is Indexed, every
container gets the variable as the last of its `env`, unless it already has one of that name.
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
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, NON_INDEXED, labels_and_annotations

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

# Programs that may search for exactly the text in single quotes.
_PATTERNS = EVALUATORS | {"egrep", "fgrep", "grep", "sed"}
_ANNOTATION = "job-completion-index"  # pkg/apis/batch/types.go, JobCompletionIndexAnnotation; in 1.21 only the end


@author_rule("index-read-without-indexed", on="JobSpec")
def index_read_without_indexed(spec: Value, ctx: "Context") -> Reports:
    """Report reads of the index in the command, args, env and mount paths of each container."""
    if not (mentions(ctx, INDEX) or mentions(ctx, _ANNOTATION)) or not is_not_indexed(spec):
        return
    pod = spec.at("template", "spec")
    for container in containers(pod) if pod is not None else ():
        if INDEX in {env.text("name") for env in container.items("env")}:
            continue
        for value, language in _texts(container):
            yield from _read(value, language, spec, ctx)


@author_rule("index-read-without-indexed", on="JobSpec")
def index_field_without_indexed(spec: Value, ctx: "Context") -> Reports:
    """Report reads of the annotation and the label of the index in a `fieldRef`."""
    if not mentions(ctx, _ANNOTATION) or not is_not_indexed(spec):
        return
    template = spec.get("template")
    if template is None or any(_ANNOTATION in key for key in labels_and_annotations(template)):
        return
    for value in template.walk():
        if value.step == "fieldPath" and not value.opaque and _ANNOTATION in str(value.scalar()):
            message = f"`{value.scalar()}` is empty, because the Job's Pods have no index; {how_to_index(spec)}"
            yield with_indexed_fix(mistake(value, message), spec)


def with_indexed_fix(report: Report, spec: Value) -> Report:
    """Add the fix to the report, if the Job sets how many indexes there would be. The Job then runs differently."""
    count, mode = spec.get("completions") or spec.get("parallelism"), spec.get("completionMode")
    if count is None or count.opaque or count.data < 1:
        return report
    message, write = adding(spec, "completionMode", INDEXED, after=count) if mode is None else writing(mode, INDEXED)
    if count.step == "completions":
        return report.cure(message, write, safe=False)
    more, add = adding(spec, "completions", count.data, after=count)
    return report.cure(f"{message} and {more}", write, add, safe=False)


def how_to_index(spec: Value) -> str:
    """Return the advice that makes a Job Indexed."""
    return f"set `completionMode: {INDEXED}`" + ("" if spec.has("completions") else " and `completions`")


def is_not_indexed(spec: Value) -> bool:
    """Return whether the Job is certainly not Indexed: the mode is not set, and was not dropped by a feature gate."""
    if spec.has("completionMode"):
        return spec.text("completionMode") == NON_INDEXED
    return not any(entry.name == "completionMode" for entry in getattr(spec.node, "entries", ()))


def has_several_pods(spec: Value) -> bool:
    """Return whether the Job has several Pods: with only one, a fallback for the index is intended."""
    return any((spec.integer(name) or 1) > 1 for name in ("completions", "parallelism"))


def _texts(container: Value) -> Iterator[tuple[Value, str]]:
    """Yield the texts of the Job itself that reach the container, each with its language."""
    yield from program(container).texts
    for env in container.items("env"):
        if (value := env.get("value")) is not None:
            yield value, ""
    for mount in container.items("volumeMounts"):
        if (path := mount.get("subPathExpr")) is not None:
            yield path, ""


def _read(value: Value, language: str, spec: Value, ctx: "Context") -> Reports:
    """Yield one report for a text, at its first read of the index; the other reads are related places."""
    if value.opaque or INDEX not in (text := str(value.scalar())):
        return
    spans = [span for span in reads(text, language) if not has_fallback(text, span[1]) or has_several_pods(spec)]
    places = [place_in(value, span, ctx) for span in spans]
    if places:
        message = f"`{INDEX}` is never set, because the Job is not Indexed; {how_to_index(spec)}"
        report = mistake(value, message, span=places[0])
        report.related = tuple((Node(*place), "also read here") for place in places[1:])
        yield with_indexed_fix(report, spec)


@author_rule("index-in-single-quotes", on="Container")
def index_in_single_quotes(container: Value, ctx: "Context") -> Reports:
    """Report `sh -c "echo '$JOB_COMPLETION_INDEX'"`: a shell expands nothing in single quotes."""
    if not mentions(ctx, INDEX):
        return
    command = program(container)
    if command.shell is None or not has_index(container):
        return
    value = command.shell.value
    script = str(value.scalar())
    if "'" not in script or not re.search(rf"\$\{{?{INDEX}\b", script):
        return
    for start, end, string in _in_single_quotes(script):
        written = short(script[start:end])
        quotes = 'double quotes (`\\"` in this string)' if getattr(value.node, "style", "") == '"' else "double quotes"
        message = f"the shell does not expand `{written}` in single quotes: use {quotes}"
        report = mistake(value, message, span=place_in(value, (start, end), ctx))
        operations = rewriting(value, _requoted(script, *string), ctx)
        yield report.cure("use double quotes", *operations)


def _requoted(script: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the changes that give a string double quotes, if only the index is expanded in it then."""
    inside = script[start + 1 : end - 1]
    if script[start] != "'" or re.search(rf"[\"`\\!]|\$(?!\{{?{INDEX}\b)", inside):
        return []
    return [(start, start + 1, '"'), (end - 1, end, '"')]


def has_index(container: Value) -> bool:
    """Return whether the variable is set in this container, by an Indexed Job or by its own `env`."""
    spec = container.up("JobSpec")
    if spec is not None and spec.has("completionMode") and spec.text("completionMode") == INDEXED:
        return True
    return any(env.text("name") == INDEX for env in container.items("env"))


def _in_single_quotes(script: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield the reads that are not expanded, each with the span of the string around it."""
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
    """Return whether nothing that the script does with the text could expand it later."""
    from joblint.checks.reading import shell

    statement = shell.enclosing(node, "command", "test_command", "variable_assignment")
    if statement is None:
        return False
    if statement.type == "variable_assignment":
        return EVALUATORS.isdisjoint(re.findall(r"[\w.-]+", script))
    words = {word.strip("'\"").rpartition("/")[2] for word in shell.words(statement, script)}
    return _PATTERNS.isdisjoint(words) and not shell.goes_elsewhere(statement, script)
