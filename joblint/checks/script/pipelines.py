"""Checks of pipelines: those that hide a failure, and `pipefail` without effect.

Source: POSIX.1, Shell Command Language, 2.9.2: a pipeline returns the exit code of its last command; with `pipefail`,
that of the last command that failed. Without `-e`, a script continues after a pipeline that failed.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.mounted import mounted
from joblint.checks.reading.place import begin_with, mentions, place_in, rewriting
from joblint.checks.reading.script import Program, basename, program
from joblint.checks.script.exits import shell_text
from joblint.kube.names.names import short
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

_DUMPS = frozenset(
    (
        "etcdctl",
        "influxd",
        "mariadb-dump",
        "mongodump",
        "mysqldump",
        "pg_basebackup",
        "pg_dump",
        "pg_dumpall",
        "slapcat",
    )
)
_TAKES_ALL = frozenset(
    ("7z", "age", "aws", "az", "base64", "bzip2", "cat", "gcloud", "gof3r", "gpg", "gsutil", "gzip", "lz4", "lzop",
     "mc", "mongorestore", "mysql", "openssl", "pbzip2", "pigz", "psql", "rclone", "restic", "s3cmd", "split", "tee",
     "xz", "zip", "zstd")
)  # fmt: skip
# What checks the outcome of a pipeline in another way.
_LOOKS = (
    r"pipefail|PIPESTATUS|pipestatus|(?:\[|\btest)\s+(?:!\s+)?-s\s|\bg?zip\s+-\w*t|gunzip|zcat|--test"
    r"|\bstat\b|\bwc\b|\bdu\b|-size\b|\bls\s+-\w*[ls]|restore\s+(?:--list|-l)|filesize|zgrep|ump complete"
    r"|\bsource\b|(?:\A|[\s;&|({])\.\s"  # a file that may set the option
)
_OPTIONS = "SHELLOPTS"
_WITH_PIPEFAIL = ("ash", "bash", "ksh", "zsh")  # Debian's sh, which is dash, does not know the option


@author_rule("pipeline-hides-failure", on="Container")
def pipeline_hides_failure(container: Value, ctx: "Context") -> Reports:
    """Report `pg_dump shop | gzip > shop.gz`: if the dump fails, half a file is stored and the script succeeds."""
    if not mentions(ctx, "|") or not any(mentions(ctx, name) for name in _DUMPS):
        return
    if mentions(ctx, "pipefail"):
        return  # in a shell's options, or in SHELLOPTS
    for env in container.items("env"):
        # `mentions` sees the document's own text; reading the value also sees that a template inserts it.
        if env.text("name") == _OPTIONS and (env.has("valueFrom") or "pipefail" in env.text("value")):
            return
    command = program(container)
    if command.shell is None:
        return
    value, script = command.shell.value, str(command.shell.value.scalar())
    named = _hidden(script)
    if named is not None:
        option = _option(named[0], script, _words_before(command))
        report = mistake(value, _unseen(*named, script, command.name, option))
        report.node = place_in(value, (named[0].start_byte, named[0].end_byte), ctx)
        yield _with_pipefail(report, value, command.name, script, option, ctx)


@author_rule("pipeline-hides-failure", on="Container")
def pipeline_in_configmap(container: Value, ctx: "Context") -> Reports:
    """Report a pipeline that hides a failure in a script of a ConfigMap, where the script is started."""
    file = mounted(container, ctx)
    named = _hidden(file.text) if file is not None and "pipefail" not in file.options else None
    if file is not None and named is not None:
        option = _option(named[0], file.text, file.options)
        report = mistake(file.word, _unseen(*named, file.text, "", option))
        file.point(report, (named[0].start_byte, named[0].end_byte), "its exit code is lost")
        yield report


def _unseen(dump: "Syntax", last: "Syntax", script: str, name: str, option: str) -> str:
    from joblint.checks.reading.shell import text_of

    where = "" if name in _WITH_PIPEFAIL else "in bash and busybox, "
    last_name, dump_name = short(text_of(last, script)), short(text_of(dump, script))
    return f"if `{dump_name}` fails, the pipeline still returns the exit code of `{last_name}`; {where}add `{option}`"


def _option(dump: "Syntax", script: str, options: str) -> str:
    """Return the command that makes the script fail if the dump fails: `pipefail` only fails the pipeline."""
    from joblint.checks.reading.outcome import is_seen
    from joblint.checks.reading.shell import enclosing
    from joblint.checks.reading.status import has_errexit

    pipeline = enclosing(dump, "pipeline")
    enough = pipeline is None or is_seen(pipeline, script) or has_errexit(script, options)
    return "set -o pipefail" if enough else "set -eo pipefail"


def _words_before(command: Program) -> str:
    """Return the words before the shell's script: its options."""
    words = []
    for value in command.argv:
        if command.shell is not None and value is command.shell.value:
            break
        words.append("" if value.opaque else str(value.scalar()))
    return " ".join(words[1:])


def _hidden(script: str) -> "tuple[Syntax, Syntax] | None":
    """Return the program whose failure a pipeline hides, and the last one of the pipeline."""
    if "|" not in script or re.search(_LOOKS, script) or not any(name in script for name in _DUMPS):
        return None
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    pipelines = (node for node in shell.walk(root) if node.type == "pipeline") if root is not None else ()
    return next((named for node in pipelines if (named := _dump(node, script)) is not None), None)


def _dump(node: "Syntax", script: str) -> "tuple[Syntax, Syntax] | None":
    """Return the names of the program that dumps and of the last one, if the pipeline stores whatever it gets."""
    from joblint.checks.reading.shell import text_of

    names = []
    for part in node.named_children:
        inner = part.child_by_field_name("body") if part.type == "redirected_statement" else part
        name = inner.child_by_field_name("name") if inner is not None and inner.type == "command" else None
        if name is None:
            return None
        names.append(name)
    if len(names) < 2 or basename(text_of(names[0], script)) not in _DUMPS:
        return None
    if basename(text_of(names[0], script)) == "etcdctl" and "snapshot" not in text_of(node, script):
        return None
    return (names[0], names[-1]) if all(basename(text_of(n, script)) in _TAKES_ALL for n in names[1:]) else None


def _with_pipefail(report: Report, value: Value, name: str, script: str, option: str, ctx: "Context") -> Report:
    """Add the fix to the report, if the shell knows the option."""
    if name not in _WITH_PIPEFAIL:
        return report
    start = 0
    for line in script.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            break
        start += len(line)
    if start == len(script):
        return report
    return report.cure(f"add `{option}`", *begin_with(option, start, value, script, ctx), safe=False)


_PIPEFAIL = r"\bset\s+(?:[-+]\w+\s+)*-\w*o\s+pipefail\b"
# What checks exit codes in ways that the grammar does not show.
_LOOKS_AT_CODES = (
    r"\$\?|\$\{\?|PIPESTATUS|pipestatus|\btrap\b|\beval\b|\bcoproc\b|\bwait\b"
    r"|\bsource\b|(?:\A|[\s;&|({])\.\s"
)


@author_rule("pipefail-without-errexit", on="Container")
def pipefail_without_errexit(container: Value, ctx: "Context") -> Reports:
    """Report `set -o pipefail` in a script that continues after each of its pipelines."""
    text_and_options = shell_text(container) if mentions(ctx, "pipefail") else None
    if text_and_options is None:
        return
    value, script = text_and_options[0].value, str(text_and_options[0].value.scalar())
    pipeline = _unheeded(script, text_and_options[1])
    if pipeline is not None:
        report = mistake(value, _without_errexit(pipeline, script))
        report.node = place_in(value, (pipeline.start_byte, pipeline.end_byte), ctx)
        setting = re.search(_PIPEFAIL, script)
        if setting is not None:
            at = setting.end() - len("pipefail")
            option = script.rindex("o", setting.start(), at)
            change = rewriting(value, [(option, option + 1, "eo")], ctx)
            report.cure("write `set -eo pipefail`", *change, safe=False)
        yield report


@author_rule("pipefail-without-errexit", on="Container")
def pipefail_in_configmap(container: Value, ctx: "Context") -> Reports:
    """Report `pipefail` without effect in a script of a ConfigMap, where the script is started."""
    file = mounted(container, ctx)
    pipeline = _unheeded(file.text, file.options) if file is not None else None
    if file is not None and pipeline is not None:
        report = mistake(file.word, _without_errexit(pipeline, file.text))
        file.point(report, (pipeline.start_byte, pipeline.end_byte), "the script continues after this")
        yield report


def _without_errexit(pipeline: "Syntax", script: str) -> str:
    from joblint.checks.reading.shell import text_of

    shown = short(" ".join(text_of(pipeline, script).split()))
    return f"`pipefail` has no effect: the script continues after `{shown}` fails; write `set -eo pipefail`"


def _unheeded(script: str, options: str) -> "Syntax | None":
    """Return the first pipeline of a script that sets `pipefail`, if nothing checks the outcome of any pipeline."""
    if "|" not in script or not (re.search(_PIPEFAIL, script) or "pipefail" in options):
        return None
    from joblint.checks.reading.status import has_errexit

    if has_errexit(script, options) or re.search(_LOOKS_AT_CODES, script):
        return None
    from joblint.checks.reading import shell
    from joblint.checks.reading.outcome import Blocks, is_seen

    blocks: Blocks = {}
    root = shell.parse(as_shell_sees(script))
    pipelines = [node for node in shell.walk(root) if node.type == "pipeline"] if root is not None else []
    if not pipelines or any(is_seen(pipeline, script, blocks) for pipeline in pipelines):
        return None
    return pipelines[0]
