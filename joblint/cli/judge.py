"""The check of the files that were read, with a list of what was left alone."""

from collections.abc import Sequence

from joblint.cli.inputs import Inputs
from joblint.engine.api import try_fixes
from joblint.engine.run import Run as Engine
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.manifests.source import Source
from joblint.project.leave import Leave
from joblint.report import LeftAlone, Note, Run
from joblint.report.stderr import bug
from joblint.rule.cards import effects, trouble
from joblint.rule.finding import Finding
from joblint.rule.settings import Settings


def judge(inputs: Inputs, settings: Settings, against: str = "", old: Sequence[Source] | None = None) -> Run:
    """Check the files that were read. A bug that one file triggers is reported for that file only.

    `old` are the manifests of the objects that exist already, and `against` is the user's name for them.
    """
    findings, jobs, cron_jobs, applied = list(inputs.findings), 0, 0, 0
    others: Sequence[Source] = ()
    suppressed: list[tuple[Finding, str]] = []
    judged = inputs.judged()
    if judged:
        leave = Leave(lambda manifest, why: inputs.left_alone.append(_described(manifest, why)))
        others = inputs.other_sources()
        elsewhere = None if inputs.reach is None else inputs.reach.elsewhere
        corpus = Corpus(inputs.sources, others, old, whole=inputs.whole, elsewhere=elsewhere)
        engines = _Engines(inputs, settings, leave, corpus)
        for number, source in enumerate(judged):
            inputs.progress.tick("checked", number, len(judged))
            try:
                engines.of(source).source(source)
            except Exception as error:
                inputs.trouble(source.path, bug(error))
        applied = corpus.old.matched if corpus.old else 0
        engines.verify()
        inputs.progress.clear()
        for engine in engines.made.values():
            findings += engine.findings
            suppressed += engine.suppressed
            inputs.left_alone += [LeftAlone(*skipped) for skipped in engine.skipped]
            inputs.errors += [Note(one.path, f"line {one.line}: {one.why}") for one in engine.unread]
            jobs += engine.judged
            cron_jobs += engine.cron_jobs
        for source in inputs.renderings:  # each on its own: they are of the same objects
            other = _Engines(inputs, settings, Leave(), Corpus([source], others))
            try:
                other.of(source).source(source)
            except Exception as error:
                inputs.trouble(source.path, bug(error))
            for engine in other.made.values():
                findings += engine.findings
                suppressed += engine.suppressed
                inputs.errors += [Note(one.path, f"line {one.line}: {one.why}") for one in engine.unread]
        findings.sort(key=lambda finding: finding.path)
        suppressed.sort(key=lambda pair: pair[0].path)
    inputs.errors += [Note(*one) for one in trouble()]
    inputs.left_alone.sort()
    inputs.errors.sort()
    targets = {minor for one in (inputs.settings.values() or [settings]) for minor in one.minors}
    minors = [f"1.{minor}" for minor in sorted(targets)]
    own = {path: [f"1.{minor}" for minor in one.minors] for path, one in inputs.settings.items()}
    values = [one for source in inputs.sources if source.values is not None for one in source.values.sources()]
    layers = [*inputs.given, *(layer for one in (settings, *inputs.settings.values()) for layer in one.given)]
    values += [layer.source for layer in layers if not layer.option]
    sources = {source.path: source for source in (*values, *(old or ()), *others, *inputs.sources)}
    outputs = [source for source in (*inputs.sources, *inputs.renderings) if source.rendered is not None]
    if any(source.rendered is not None and source.rendered.otherwise for source in outputs):
        findings, suppressed = _place(inputs, settings, outputs, findings, suppressed, sources, own)
    paths = [source.path for source in judged]
    asked = {id(one): one for one in (inputs.settings.get(path, settings) for path in paths)}
    return Run(
        findings,
        sources,
        inputs.errors,
        inputs.left_alone,
        files=inputs.files,
        jobs=jobs,
        minors=minors,
        against=against,
        applied=applied,
        suppressed=suppressed,
        paths=paths,
        targets=own,
        cron_jobs=cron_jobs,
        part=inputs.reach is not None,
        idle=bool(asked) and not any(map(_is_on, asked.values())),
    )


def _place(
    inputs: Inputs,
    settings: Settings,
    outputs: Sequence[Source],
    findings: list[Finding],
    suppressed: list[tuple[Finding, str]],
    sources: dict[str, Source],
    own: dict[str, list[str]],
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Return findings with those in outputs of helm and kustomize at their places in the user's files.

    These files are added to `sources`, and their minors to `own`.
    """
    from joblint.project.render.placed import placed

    def of(path: str) -> Settings:
        return inputs.settings.get(path, settings)._replace(suppress=settings.suppress)

    made = placed(findings, suppressed, outputs, of)
    sources.update((source.path, source) for source in inputs.renderings)
    for path, (source, output) in made.sources.items():
        sources.setdefault(path, source)
        if output in own:
            own.setdefault(path, own[output])
    found = sorted(made.findings, key=lambda one: (one.path, one.line, one.column))
    return found, sorted(made.suppressed, key=lambda pair: (pair[0].path, pair[0].line, pair[0].column))


def _is_on(settings: Settings) -> bool:
    """Return whether any rule is on."""
    return any(settings.wants(rule, effect) for rule, able in effects().items() for effect in able)


def judge_again(
    inputs: Inputs, settings: Settings, sources: Sequence[Source], old: Sequence[Source] | None = None
) -> list[list[Finding] | Exception]:
    """Return the findings of some files, whose texts may have changed since they were read, among all files.

    If a file triggers a bug, the exception takes the place of its findings. The fixes are not tried.
    """
    changed = {source.path: source for source in sources}
    among = [changed.get(other.path, other) for other in inputs.sources]
    corpus = Corpus(among, inputs.other_sources(), old, whole=inputs.whole)
    engines = _Engines(inputs, settings._replace(verify=False), Leave(), corpus)
    found: list[list[Finding] | Exception] = []
    for source in sources:
        try:
            engine = engines.of(source)
            start = len(engine.findings)
            engine.source(source)
            found.append(engine.findings[start:])
        except Exception as error:
            found.append(error)
    return found


class _Engines:
    """The engines of a run: one for all files that have the same settings, over one corpus."""

    def __init__(self, inputs: Inputs, settings: Settings, leave: Leave, corpus: Corpus) -> None:
        self.inputs, self.settings, self.leave, self.corpus = inputs, settings, leave, corpus
        self.made: dict[int, Engine] = {}

    def of(self, source: Source) -> Engine:
        """Return the engine for a file."""
        chosen = self.inputs.settings.get(source.path, self.settings)
        found = self.made.get(id(chosen))
        if found is None:
            found = self.made[id(chosen)] = Engine(self.leave.settings(self._of_run(chosen)), self.corpus)
        return found

    def verify(self) -> None:
        """Remove the fixes that do not work."""
        quiet = Leave()
        quiet.kustomizations, quiet.charts = self.leave.kustomizations, self.leave.charts
        for engine in self.made.values():
            try_fixes(engine, quiet.settings(engine.settings))

    def _of_run(self, settings: Settings) -> Settings:
        mine = self.settings
        given = (*self.inputs.given, *settings.given)
        return settings._replace(suppress=mine.suppress, edits=mine.edits, verify=mine.verify, given=given)


def _described(manifest: Manifest, why: str) -> LeftAlone:
    document = manifest.document
    line, _ = document.source.position(document.outer(manifest.node.start))
    return LeftAlone(document.source.path, line, manifest.what, why)
