"""What `joblint fix` does: apply the fixes of what is found, write the files, and say what is left."""

from collections.abc import Sequence

from joblint.cli import fixes, output
from joblint.cli.call import FOUND, Call
from joblint.cli.fixes import same
from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge, judge_again
from joblint.cli.tell import empty, tell, tells_edits, told
from joblint.engine.fix import Fixed, finish_all, fixing
from joblint.manifests import disk
from joblint.manifests.boundary import writable
from joblint.manifests.source import Source
from joblint.project.rewrite import rewrite
from joblint.report import Run, fixable, stderr
from joblint.rule.finding import Finding


def mend(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> int:
    """Fix what was read, as `call` asks for, and give the exit code.

    What is only known already (`--since`, `--baseline`) is mended too: the way to a baseline with nothing in it.
    """
    proposed = call.settings._replace(verify=False)  # what is fixed together is tried together
    run = judge(inputs, proposed, call.against or "", old)
    done: list[tuple[Source, Fixed]] = []
    found = _with_fixes(inputs.sources, run.findings, call.unsafe_fixes)
    sources = {source.path: source for source, _ in found}
    work = [(source.path, fixing(source, findings, call.unsafe_fixes)) for source, findings in found]
    for path, fixed in finish_all(work, lambda texts: judge_again(inputs, proposed, texts, old)).items():
        source = sources[path]
        if isinstance(fixed, Exception):  # the other files can still be fixed
            inputs.trouble(path, stderr.bug(fixed))
            continue
        try:
            written = not call.diff and (source.path == call.stdin_name or _written(source, fixed, inputs))
            _undone(source, fixed, written)
            if written or call.diff:
                done.append((source, fixed))
        except Exception as error:  # the other files can still be fixed
            inputs.trouble(source.path, stderr.bug(error))
    changed = [(source, fixed) for source, fixed in done if fixed.text != source.text]
    undone = [finding for _, fixed in done for finding, _ in fixed.undone]
    if call.diff:
        return _show(call, changed, inputs, run, undone)
    _replace(inputs, changed)
    if changed or tells_edits(call) or fixable(run.findings):  # what is left is reported, and how much of it has a fix
        inputs.left_alone.clear()  # judged anew, they are told again
        run = judge(inputs, call.settings, call.against or "", old)
    piped = next((source for source in inputs.sources if source.path == call.stdin_name), None)
    if piped is not None:
        output.write(piped.text)
    run = run._replace(errors=inputs.errors)
    fixes.tell(call, changed, undone, run)
    if piped is not None:  # standard output has the text: the findings go where messages go
        return tell(call._replace(format=call.format or "concise"), run, stderr.aside)
    return tell(call, run)


def _with_fixes(
    sources: Sequence[Source], findings: Sequence[Finding], unsafe: bool
) -> list[tuple[Source, list[Finding]]]:
    """The files in which there is something to fix, each with what is found in it."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    paths = {f.path for f in findings if f.fix is not None and (unsafe or f.fix.safe)}
    return [(source, found[source.path]) for source in sources if source.path in paths]


def _written(source: Source, fixed: Fixed, inputs: Inputs) -> bool:
    """Whether a file now has the fixed text; why not is noted."""
    try:
        if fixed.text != source.text:
            rewrite(writable(inputs.named, source.path), source.text, fixed.text)
    except OSError as error:
        inputs.trouble(source.path, f"not fixed: {disk.reason(error)}")
        return False
    return True


def _replace(inputs: Inputs, changed: list[tuple[Source, Fixed]]) -> None:
    """Have the new texts judged from now on."""
    texts = {source.path: fixed.text for source, fixed in changed}
    inputs.sources[:] = [
        source.changed(texts[source.path]) if source.path in texts else source for source in inputs.sources
    ]


def _undone(source: Source, fixed: Fixed, written: bool) -> None:
    """Say what was not fixed, with its line in the file as it is now: if `written`, other fixes may have moved it."""
    lines = {same(finding): finding.line for finding in fixed.remaining} if written else {}
    for finding, brought in fixed.undone:
        line, what = lines.get(same(finding), finding.line), f"{brought.rule}: {brought.message}"
        stderr.complain(f"{source.path}:{line}: not fixed: {finding.rule}: the fix would bring in {what}")


def _show(call: Call, changed: list[tuple[Source, Fixed]], inputs: Inputs, run: Run, undone: Sequence[Finding]) -> int:
    """Print what would change, and give the exit code."""
    from joblint.cli import diff

    diff.show(call, [(source, fixed.text) for source, fixed in changed])
    for error in sorted(inputs.errors):
        stderr.say(told(error))
    new = {source.path: set(map(same, fixed.remaining)) for source, fixed in changed}
    left = [finding for finding in run.findings if finding.path not in new or same(finding) in new[finding.path]]
    fixes.tell(call, changed, undone, run._replace(findings=left))
    return output.FAILED if inputs.errors else FOUND if changed else empty(call._replace(quiet=True), run)
