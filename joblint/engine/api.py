"""The implementation of the public `lint`, and the making of settings from words."""

import os
from collections.abc import Iterable, Mapping, Sequence

from joblint.engine.run import Run
from joblint.kube.minors.versions import known_minors, requested, unknown
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.languages import language_of
from joblint.manifests.source import NotText, Source, decode
from joblint.rule.cards import own_severities, selection, trouble
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
    """Return the settings for the arguments of joblint.lint. Raises ValueError for a word that does not exist.

    For a Kubernetes version that is newer than the newest known one, that one is used, with a warning.
    """
    if field_validation not in FIELD_VALIDATION:
        words = ", ".join(f"`{word}`" for word in FIELD_VALIDATION)
        raise ValueError(f"`{field_validation}` is not a valid field validation; use one of {words}")
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
    """Load the rules in files and directories, and return where they come from. Raises OwnError."""
    from joblint.checks import own

    return [own.take(os.fspath(path)) for path in paths]


def judge(settings: Settings, corpus: Corpus) -> Result:
    """Check every Job and CronJob of a corpus, and try the fixes if the settings ask for it."""
    run = Run(settings, corpus)
    result = run.result()
    try_fixes(run, settings)
    return result._replace(findings=run.findings)


def try_fixes(run: Run, settings: Settings) -> None:
    """Remove the fixes that do not work, after all files of a run were checked.

    `settings` are those of the run, without the functions that note what is left alone.
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
    """Check every Job and CronJob in `sources` together, and return the findings in their order.

    `others` are only read if a Job refers to an object in them. `old` are the manifests from which the objects on the
    server were created: an object that is also in them is checked as an update, as `kubectl apply` does it.
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
    """Return the findings of a text, as joblint.lint does."""
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
    unread = [(f"{one.path}:{one.line}", one.why) for one in result.unread]
    if messages := [*unread, *trouble()]:
        import warnings

        for place, why in messages:
            warnings.warn(f"{place}: {why}", RuntimeWarning, stacklevel=3)
    return result.findings


def _readable(old: str | bytes) -> str:
    """Return an old text, or an empty one if it is not text: then no object was created from it."""
    try:
        return decode(old) if isinstance(old, bytes) else old
    except NotText:
        return ""


def not_text(path: str, error: NotText) -> Finding:
    """Return the finding for a file that is not text."""
    place = (error.line, error.column, error.line, error.column + 1)
    rule, effect = "unreadable-document", "rejected"
    return Finding(rule, effect, SEVERITY[effect], error.reason, path, *place, reason="Malformed")
