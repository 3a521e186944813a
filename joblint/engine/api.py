"""The public `lint`, behind the package's doors; and how settings are made from words."""

import os
from collections.abc import Iterable, Mapping, Sequence

from joblint.engine.run import Run
from joblint.kube.minors.versions import known_minors, requested, unknown
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.languages import language_of
from joblint.manifests.source import NotText, Source, decode
from joblint.rule.cards import TROUBLE, own_severities, selection, trouble
from joblint.rule.finding import SEVERITY, Finding
from joblint.rule.settings import FIELD_VALIDATION, NAMESPACE, STRICT, Result, Settings


def make_settings(
    kube_version: str | Sequence[str] | None = None,
    feature_gates: Mapping[str, bool] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    field_validation: str = STRICT,
    rules: Sequence[str | os.PathLike[str]] = (),
    namespace: str = NAMESPACE,
) -> Settings:
    """Settings from words, as joblint.lint takes them. Raises ValueError for one that does not exist.

    Warns of a Kubernetes version that is newer than the newest known, which stands for it.
    """
    if field_validation not in FIELD_VALIDATION:
        words = ", ".join(f"`{word}`" for word in FIELD_VALIDATION)
        raise ValueError(f"`{field_validation}` is no field validation; write one of {words}")
    if namespace != NAMESPACE:
        from joblint.rule.settings import check_namespace

        check_namespace(namespace)
    asked = requested(kube_version)
    minors, newer = known_minors(asked), unknown(asked)
    if newer:
        import warnings

        warnings.warn(newer, stacklevel=2)
    gates = dict(feature_gates or {})
    if gates:
        from joblint.kube.minors.gates import check

        check(minors, gates)
    homes = _own(rules) if rules else []
    wants = selection(select, extend_select, ignore, homes)
    severities = own_severities() if homes else {}
    return Settings(minors, gates, wants, severities=severities, field_validation=field_validation, namespace=namespace)


def _own(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Take the rules of files and directories, and say where they come from. Raises OwnError."""
    from joblint.checks import own

    return [own.take(os.fspath(path)) for path in paths]


def judge(settings: Settings, corpus: Corpus) -> Result:
    """Judge every Job and CronJob of a corpus, and try the fixes if the settings ask for it."""
    run = Run(settings, corpus)
    result = run.result()
    try_fixes(run, settings)
    return result._replace(findings=run.findings)


def try_fixes(run: Run, settings: Settings) -> None:
    """Take away the fixes that do not work, when all files of a run have been judged.

    `settings` are those of the run; what they are told of what is left alone is not asked for again.
    """
    if run.spans and any(one.fix is not None and one.fix.edits for one in run.findings):
        from joblint.engine.verify import verified

        run.findings = verified(run, run.spans, settings)


def lint_sources(
    sources: Sequence[Source],
    settings: Settings,
    others: Sequence[Source] = (),
    old: Sequence[Source] | None = None,
) -> list[Finding]:
    """Judge every Job and CronJob in `sources` together, and give the findings in their order.

    `others` are looked into only where a Job refers to what is there. `old` are the manifests that the objects on the
    server were created from: what is in both is judged as an update, as `kubectl apply` makes it.
    """
    return judge(settings, Corpus(sources, others, old)).findings


def lint_text(
    text: str | bytes,
    path: str,
    language: str | None,
    kube_version: str | Sequence[str] | None,
    feature_gates: Mapping[str, bool] | None,
    select: Sequence[str] | None,
    extend_select: Sequence[str],
    ignore: Sequence[str],
    field_validation: str,
    rules: Sequence[str | os.PathLike[str]],
    old: str | bytes | None,
    namespace: str,
    settings: Settings | None,
) -> list[Finding]:
    """See joblint.lint."""
    settings = settings or make_settings(
        kube_version, feature_gates, select, extend_select, ignore, field_validation, rules, namespace
    )
    try:
        content = decode(text) if isinstance(text, bytes) else text
    except NotText as error:
        return [not_text(path, error)]
    language = language or language_of(path)
    olds = None if old is None else [Source(f"old:{path}", _readable(old), language, path)]
    corpus = Corpus([Source(path, content, language)], old=olds, lone=True)
    result = judge(settings, corpus)
    if TROUBLE or result.unread:
        import warnings

        unread = [(f"{one.path}:{one.line}", one.why) for one in result.unread]
        for place, why in (*unread, *trouble()):
            warnings.warn(f"{place}: {why}", RuntimeWarning, stacklevel=3)
    return result.findings


def _readable(old: str | bytes) -> str:
    """An old text; where it is none, nothing can have been created from it."""
    try:
        return decode(old) if isinstance(old, bytes) else old
    except NotText:
        return ""


def not_text(path: str, error: NotText) -> Finding:
    """The finding for a file that is no text."""
    place = (error.line, error.column, error.line, error.column + 1)
    rule, effect = "unreadable-document", "rejected"
    return Finding(rule, effect, SEVERITY[effect], error.reason, path, *place, reason="Malformed")
