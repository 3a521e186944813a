"""The work of `joblint fix`: apply the fixes of all findings, write the files, and report what is left."""

from collections.abc import Sequence

from joblint.cli import fixes, output
from joblint.cli.call import FOUND, Call
from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge, judge_again
from joblint.cli.tell import empty, tell, tells_edits, told
from joblint.engine.fix import Fixed, finish_all, fixing
from joblint.manifests import disk
from joblint.manifests.boundary import writable
from joblint.manifests.source import Source
from joblint.project.rewrite import rewrite
from joblint.report import Run, fixable, stderr
from joblint.rule.finding import Finding, identity


def mend(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> int:
    """Fix what was read, as `call` asks for, and return the exit code.

    Findings that `--since` or `--baseline` leave out are also fixed, which leads to an empty baseline.
    """
    proposed = call.settings._replace(verify=False)  # fixes that are applied together are tried together
    run = judge(inputs, proposed, call.comparison.against or "", old)
    done: list[tuple[Source, Fixed]] = []
    found = _with_fixes(inputs.sources, run.findings, call.editing.unsafe_fixes)
    sources = {source.path: source for source, _ in found}
    work = [(source.path, fixing(source, findings, call.editing.unsafe_fixes)) for source, findings in found]
    for path, fixed in finish_all(work, lambda texts: judge_again(inputs, proposed, texts, old)).items():
        source = sources[path]
        if isinstance(fixed, Exception):  # the other files can still be fixed
            inputs.trouble(path, stderr.bug(fixed))
            continue
        try:
            written = not call.editing.diff and (source.path == call.stdin_name or _written(source, fixed, inputs))
            _undone(source, fixed, written)
            if written or call.editing.diff:
                done.append((source, fixed))
        except Exception as error:  # the other files can still be fixed
            inputs.trouble(source.path, stderr.bug(error))
    changed = [(source, fixed) for source, fixed in done if fixed.text != source.text]
    undone = [finding for _, fixed in done for finding, _ in fixed.undone]
    if call.editing.diff:
        return _show(call, changed, inputs, run, undone)
    _replace(inputs, changed)
    if changed or tells_edits(call) or fixable(run.findings):  # what is left is reported, and how much of it has a fix
        inputs.left_alone.clear()  # the next check lists them again
        run = judge(inputs, call.settings, call.comparison.against or "", old)
    piped = next((source for source in inputs.sources if source.path == call.stdin_name), None)
    if piped is not None:
        output.write(piped.text)
    run = run._replace(errors=inputs.errors)
    fixes.tell(call, changed, undone, run)
    if piped is not None:  # standard output has the text, so the findings go to standard error
        return tell(call.with_options({"format": call.display.format or "concise"}), run, stderr.aside)
    return tell(call, run)


def _with_fixes(
    sources: Sequence[Source], findings: Sequence[Finding], unsafe: bool
) -> list[tuple[Source, list[Finding]]]:
    """Return the files that have something to fix, each with its findings."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    paths = {f.path for f in findings if f.fix is not None and (unsafe or f.fix.safe)}
    return [(source, found[source.path]) for source in sources if source.path in paths]


def _written(source: Source, fixed: Fixed, inputs: Inputs) -> bool:
    """Write the fixed text of a file and return True, or note the error and return False."""
    try:
        if fixed.text != source.text:
            rewrite(writable(inputs.named, source.path), source.text, fixed.text)
    except OSError as error:
        inputs.trouble(source.path, f"not fixed: {disk.reason(error)}")
        return False
    return True


def _replace(inputs: Inputs, changed: list[tuple[Source, Fixed]]) -> None:
    """Replace the texts of changed files, so that the next check sees the new ones."""
    texts = {source.path: fixed.text for source, fixed in changed}
    inputs.sources[:] = [
        source.changed(texts[source.path]) if source.path in texts else source for source in inputs.sources
    ]


def _undone(source: Source, fixed: Fixed, written: bool) -> None:
    """Print what was not fixed, with its line in the file now: if `written`, other fixes may have moved it."""
    lines = {identity(finding): finding.line for finding in fixed.remaining} if written else {}
    for finding, brought in fixed.undone:
        line, what = lines.get(identity(finding), finding.line), f"{brought.rule}: {brought.message}"
        stderr.complain(f"{source.path}:{line}: not fixed: {finding.rule}: the fix would cause {what}")


def _show(call: Call, changed: list[tuple[Source, Fixed]], inputs: Inputs, run: Run, undone: Sequence[Finding]) -> int:
    """Print what would change, and return the exit code."""
    from joblint.cli import diff

    diff.show(call, [(source, fixed.text) for source, fixed in changed])
    for error in sorted(inputs.errors):
        stderr.say(told(error))
    new = {source.path: set(map(identity, fixed.remaining)) for source, fixed in changed}
    left = [finding for finding in run.findings if finding.path not in new or identity(finding) in new[finding.path]]
    fixes.tell(call, changed, undone, run._replace(findings=left))
    return output.FAILED if inputs.errors else FOUND if changed else empty(call.with_options({"quiet": True}), run)
