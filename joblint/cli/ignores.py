"""The work of `joblint check --add-ignore`: write comments that suppress findings, and report what is left."""

from collections.abc import Iterable, Mapping, Sequence

from joblint.cli import output
from joblint.cli.call import CLEAN, FOUND, Call, Refused
from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge, judge_again
from joblint.cli.tell import tell, told
from joblint.engine.fix import finish_all
from joblint.engine.suppress.settle import EXPIRED
from joblint.engine.suppress.settle import RULES as COMMENTS
from joblint.engine.suppress.suppressions import ANNOTATION
from joblint.engine.suppress.write import Added, Tail, adding
from joblint.manifests import disk
from joblint.manifests.boundary import writable
from joblint.manifests.source import Source
from joblint.project.rewrite import rewrite
from joblint.report import Note, Run, counted, stderr
from joblint.rule.cards import selection
from joblint.rule.finding import Finding


def ignore(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> int:
    """Suppress the findings that `call` would report, of the rules that it names, and return the exit code."""
    if inputs.errors:  # one of the paths may be meant as a rule, and then too much would be suppressed
        raise Refused(Note("--add-ignore", "nothing was written: some paths could not be read"))
    run = judge(inputs, call.settings, call.comparison.against or "", old)
    for sieve in call.sieves:
        run = sieve(run)
    wants = selection((call.editing.add_ignore or "").split(","))
    wanted: dict[str, list[Finding]] = {}
    for finding in run.findings:
        is_rendered = finding.origin or finding.output  # what it is about is not in a file
        if wants(finding.rule, finding.effect) and not is_rendered:
            wanted.setdefault(finding.path, []).append(finding)
    if not call.editing.reason and any(inputs.settings.get(path, call.settings).require_reason for path in wanted):
        raise Refused(Note("--add-ignore", "`require-reason` is set: write the reason, --reason TEXT"))
    sources = {source.path: source for source in inputs.sources if source.path in wanted}
    changed = _suppress(call, inputs, sources, wanted, old)
    if call.editing.diff:
        _complain_of_comments(one for found in wanted.values() for one in found if one.rule != EXPIRED)
        return _show(call, [(sources[path], added) for path, added in changed.items()], inputs, run)
    if changed:
        _replace(inputs, changed)
        inputs.left_alone.clear()  # the next check lists them again
        run = judge(inputs, call.settings, call.comparison.against or "", old)
    else:
        call = call._replace(sieves=())
    _complain_of_comments(one for one in run.findings if wants(one.rule, one.effect))
    if not call.display.quiet:
        stderr.complain(f"ignored {_count(list(changed.values())) if changed else _nothing(call, run)}")
    errors = [*run.errors, *(error for error in inputs.errors if error not in run.errors)]
    return tell(call, run._replace(errors=errors))


def _suppress(
    call: Call,
    inputs: Inputs,
    sources: Mapping[str, Source],
    wanted: Mapping[str, list[Finding]],
    old: Sequence[Source] | None,
) -> dict[str, Added]:
    """Write the comments, except with --diff; return them by file, and print which findings cannot be suppressed."""
    changed: dict[str, Added] = {}
    tail = Tail(call.editing.until or "", call.editing.reason or "")
    for finding in (one for path, found in wanted.items() if path not in sources for one in found):
        _not_ignored(finding, "the file has no Job; write the comment by hand")
    work = [(path, adding(source, wanted[path], tail)) for path, source in sources.items()]
    plain = call.settings._replace(edits=False)
    for path, added in finish_all(work, lambda texts: judge_again(inputs, plain, texts, old)).items():
        if isinstance(added, Exception):  # the other files still get their comments
            inputs.trouble(path, stderr.bug(added))
            continue
        _complain(added)
        if added.done and (call.editing.diff or _written(sources[path], added, inputs)):
            changed[path] = added
    return changed


def _count(changed: Sequence[Added]) -> str:
    number = sum(len(added.done) for added in changed)
    return f"{counted(number, 'finding')} in {counted(len(changed), 'file')}"


def _nothing(call: Call, run: Run) -> str:
    """Return that nothing was ignored, and which options had no effect."""
    told = [f"--{name}" for name in ("reason", "until") if getattr(call.editing, name)]
    if not run.suppressed or not told:
        return "nothing"
    are = "1 finding is" if len(run.suppressed) == 1 else f"{len(run.suppressed):,} findings are"
    does = "does" if len(told) == 1 else "do"
    return f"nothing: {are} already suppressed, and {' and '.join(told)} {does} not change those comments"


def _show(call: Call, changed: Sequence[tuple[Source, Added]], inputs: Inputs, run: Run) -> int:
    """Print which comments would be written, and return the exit code."""
    from joblint.cli import diff

    diff.show(call, [(source, added.text) for source, added in changed])
    for error in sorted(inputs.errors):
        stderr.say(told(error))
    if not call.display.quiet:
        said = _count([added for _, added in changed]) if changed else _nothing(call, run)
        stderr.complain(f"would ignore {said}")
    return output.FAILED if inputs.errors else FOUND if changed else CLEAN


def _complain(added: Added) -> None:
    for finding in added.impossible:
        why = "no comment is possible there"
        if finding.object is not None:  # what cannot be read has no annotations
            why += f"; use the annotation `{ANNOTATION}`"
        _not_ignored(finding, why)


def _complain_of_comments(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.rule in COMMENTS:
            _not_ignored(finding, "a comment cannot suppress this; correct or remove the suppression")


def _not_ignored(finding: Finding, why: str) -> None:
    stderr.complain(f"{finding.path}:{finding.line}:{finding.column}: not ignored: {finding.rule}: {why}")


def _written(source: Source, added: Added, inputs: Inputs) -> bool:
    """Write the new text of a file and return True, or note the error and return False."""
    try:
        rewrite(writable(inputs.named, source.path), source.text, added.text)
    except OSError as error:
        inputs.trouble(source.path, f"not changed: {disk.reason(error)}")
        return False
    return True


def _replace(inputs: Inputs, changed: dict[str, Added]) -> None:
    """Replace the texts of changed files, so that the next check sees the new ones."""
    inputs.sources[:] = [
        source.changed(changed[source.path].text) if source.path in changed else source for source in inputs.sources
    ]
