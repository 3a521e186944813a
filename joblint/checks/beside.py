"""What runs beside or before the command that decides: processes that nobody waits for, pipelines that hide a failure.

Sources: POSIX.1, Shell Command Language, 2.9.2 and 2.9.3. A container ends with its first process, its shell, and all
others end with it.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.exits import shell_text
from joblint.checks.expand import as_shell_sees
from joblint.checks.mounted import mounted
from joblint.checks.place import begin_with, line_break, mentions, place_in, rewriting
from joblint.checks.script import basename, program
from joblint.kube.names import short
from joblint.rule import Report, Reports, mistake, rule
from joblint.value import Value

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.context import Context

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
# What looks at the outcome of a pipeline by other means.
_LOOKS = (
    r"pipefail|PIPESTATUS|pipestatus|(?:\[|\btest)\s+(?:!\s+)?-s\s|\bg?zip\s+-\w*t|gunzip|zcat|--test"
    r"|\bstat\b|\bwc\b|\bdu\b|-size\b|\bls\s+-\w*[ls]|restore\s+(?:--list|-l)|filesize|zgrep|ump complete"
    r"|\bsource\b|(?:\A|[\s;&|({])\.\s"  # a file that may set the option
)
_WITH_PIPEFAIL = ("ash", "bash", "ksh", "zsh")  # Debian's sh, which is dash, does not know the option
_NO_WAIT = "`wait` is missing"


@rule("unawaited-process", on="Container")
def unawaited_process(container: Value, ctx: "Context") -> Reports:
    """`work &` at the end: the container ends with its shell, and the work with it."""
    found = shell_text(container) if mentions(ctx, "&") else None
    if found is None:
        return
    value, script = found[0].value, str(found[0].value.scalar())
    signed = _unawaited(script)
    if signed is not None:
        root, sign = signed
        report = mistake(value, f"the container ends with its shell, which does not wait for this: {_NO_WAIT}")
        report.node = place_in(value, (sign.start_byte, sign.end_byte), ctx)
        yield _waiting(report, root, value, script, ctx)


@rule("unawaited-process", on="Container")
def unawaited_in_configmap(container: Value, ctx: "Context") -> Reports:
    """The same in a script of a ConfigMap; the finding stands where it is started."""
    file = mounted(container, ctx)
    signed = _unawaited(file.text) if file is not None else None
    if file is not None and signed is not None:
        message = f"the container ends with this script, which does not wait for what it starts: {_NO_WAIT}"
        report = mistake(file.word, message)
        file.point(report, (signed[1].start_byte, signed[1].end_byte), "nobody waits for this")
        yield report


def _unawaited(script: str) -> "tuple[Syntax, Syntax] | None":
    """The syntax of a script, and the `&` in it that nobody waits for."""
    if not re.search(r"(?<![&>|<\\])&(?![&>\d])", script) or re.search(r"\b(?:wait|fg|coproc)\b", script):
        return None
    from joblint.checks import shell

    root = shell.parse(as_shell_sees(script))
    sign = _last_sign(root, script) if root is not None else None
    return None if root is None or sign is None else (root, sign)


def _last_sign(root: "Syntax", script: str) -> "Syntax | None":
    """The last `&` behind which, or behind whose loop, nothing is run that takes any time."""
    statements = [node for node in root.children if node.type != "comment"]
    while statements:
        node = statements.pop()
        if node.type == "&":
            return node
        if node.type in ("for_statement", "c_style_for_statement", "while_statement"):
            body = node.child_by_field_name("body")
            inner = [child for child in body.children if child.type not in ("do", "done", "comment")] if body else []
            return _last_sign_among(inner, script)
        if node.is_named and not _takes_no_time(node, script):
            return None
    return None


def _last_sign_among(nodes: "list[Syntax]", script: str) -> "Syntax | None":
    while nodes:
        node = nodes.pop()
        if node.type == "&":
            return node
        if node.is_named and not _takes_no_time(node, script):
            return None
    return None


def _takes_no_time(node: "Syntax", script: str) -> bool:
    from joblint.checks.shell import text_of, walk

    if node.type == "redirected_statement":
        node = node.child_by_field_name("body") or node
    if node.type in ("variable_assignment", "comment"):
        return "$(" not in text_of(node, script) and "`" not in text_of(node, script)
    name = node.child_by_field_name("name") if node.type == "command" else None
    quick = name is not None and text_of(name, script) in ("echo", "printf", "true", ":", "exit", "disown")
    return quick and not any(child.type == "command_substitution" for child in walk(node))


def _waiting(report: Report, root: "Syntax", value: Value, script: str, ctx: "Context") -> Report:
    """The report with its cure, where the `&` is the script's last word."""
    end = len(script.rstrip())
    last = root.descendant_for_byte_range(max(0, end - 1), end)
    if last is None or last.type not in ("&", "done"):
        return report
    between = line_break(value, ctx) or (" " if last.type == "&" else "; ")
    text = f"{script[end - 1]}{between}wait"
    return report.cure("wait for it", *rewriting(value, [(end - 1, end, text)], ctx), safe=False)


@rule("pipeline-hides-failure", on="Container")
def pipeline_hides_failure(container: Value, ctx: "Context") -> Reports:
    """`pg_dump shop | gzip > shop.gz`: when the dump fails, half a file is stored and all is well."""
    if not mentions(ctx, "|") or not any(mentions(ctx, name) for name in _DUMPS):
        return
    if mentions(ctx, "pipefail"):
        return  # in a shell's options, or in SHELLOPTS
    found = program(container)
    if found.shell is None:
        return
    value, script = found.shell.value, str(found.shell.value.scalar())
    named = _hidden(script)
    if named is not None:
        report = mistake(value, _unseen(*named, script, found.name))
        report.node = place_in(value, (named[0].start_byte, named[0].end_byte), ctx)
        yield _with_pipefail(report, value, found.name, script, ctx)


@rule("pipeline-hides-failure", on="Container")
def pipeline_in_configmap(container: Value, ctx: "Context") -> Reports:
    """The same in a script of a ConfigMap; the finding stands where it is started."""
    file = mounted(container, ctx)
    named = _hidden(file.text) if file is not None and "pipefail" not in file.options else None
    if file is not None and named is not None:
        report = mistake(file.word, _unseen(*named, file.text, ""))
        file.point(report, (named[0].start_byte, named[0].end_byte), "its exit code is lost")
        yield report


def _unseen(dump: "Syntax", last: "Syntax", script: str, name: str) -> str:
    from joblint.checks.shell import text_of

    unseen = f"a failure of `{short(text_of(dump, script))}` is not seen"
    where = "" if name in _WITH_PIPEFAIL else "in bash and busybox "
    told = f"the exit code is that of `{short(text_of(last, script))}`"
    return f"{unseen}: {told}; {where}`set -o pipefail` changes that"


def _hidden(script: str) -> "tuple[Syntax, Syntax] | None":
    """The program whose failure a pipeline hides, and the last one of the pipeline."""
    if "|" not in script or re.search(_LOOKS, script) or not any(name in script for name in _DUMPS):
        return None
    from joblint.checks import shell

    root = shell.parse(as_shell_sees(script))
    pipelines = (node for node in shell.walk(root) if node.type == "pipeline") if root is not None else ()
    return next((named for node in pipelines if (named := _dump(node, script)) is not None), None)


def _dump(node: "Syntax", script: str) -> "tuple[Syntax, Syntax] | None":
    """The names of the program that dumps and of the one that takes all it is given."""
    from joblint.checks.shell import text_of

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


def _with_pipefail(report: Report, value: Value, name: str, script: str, ctx: "Context") -> Report:
    """The report with its cure: only some shells know the option."""
    if name not in _WITH_PIPEFAIL:
        return report
    start = 0
    for line in script.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            break
        start += len(line)
    if start == len(script):
        return report
    return report.cure("add `set -o pipefail`", *begin_with("set -o pipefail", start, value, script, ctx), safe=False)
