"""Code lenses: a line above each Job and CronJob that says what it does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from joblint.editor import place, plain
from joblint.kube.cron.words import duration
from joblint.kube.minors.meaning import describe
from joblint.kube.minors.minor import OLDEST
from joblint.manifests.document import Document, documents, field
from joblint.manifests.kinds import kind_of
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.settings import Settings

_INDEXED = "Indexed"
_OVERLAPS = {"Forbid": "no overlapping runs", "Replace": "replaces a run that is still active"}


class Lens(NamedTuple):
    """A text that is shown above the line of an offset of the file."""

    at: int
    text: str


def lenses(source: Source, settings: Settings, now: datetime, known: Sequence[Document] | None = None) -> list[Lens]:
    """Return the lenses of the Jobs and CronJobs in a file. `now` (aware) is the time to compute the next runs from.

    `known` are the file's documents, if the caller has them.
    """
    found = documents(source) if known is None else known
    return [lens for document in found for lens in of_document(document, settings, now)]


def of_document(document: Document, settings: Settings, now: datetime) -> Iterator[Lens]:
    """Yield the lenses of the Jobs and CronJobs in one document."""
    if not document.may_hold_job:
        return
    for manifest in place.objects(document):
        kind, spec = kind_of(manifest), manifest.field("spec")
        text = _cronjob(spec, settings, now) if kind == "CronJob" else job(spec, settings) if kind else ""
        if text:
            yield Lens(document.outer(manifest.node.start), text)


def _cronjob(spec: Node | None, settings: Settings, now: datetime) -> str:
    said = [_runs(spec, settings, now), _OVERLAPS.get(_text(spec, "concurrencyPolicy"), "")]
    said.append(job(field(field(spec, "jobTemplate"), "spec"), settings))
    return "; ".join(filter(None, said))


def _runs(spec: Node | None, settings: Settings, now: datetime) -> str:
    """Return when it runs, and when next; empty if the schedule cannot be read."""
    try:
        clock = plain.Clock(_text(spec, "schedule"), _text(spec, "timeZone"), now, legacy=settings.minors == (OLDEST,))
    except ValueError:
        return ""
    said = clock.words[0].upper() + clock.words[1:]
    if _flag(spec, "suspend"):
        return f"{said}, suspended"
    following = clock.next(1)
    return f"{said}, next on {following[0]}" if following else said


def job(spec: Node | None, settings: Settings) -> str:
    """Return what a JobSpec does, such as "Indexed: 5 indexes, 2 at a time, up to 6 retries"."""
    if field(spec, "template") is None:
        return ""
    said = [_work(spec), _retries(spec, settings)]
    limit = _number(spec, "activeDeadlineSeconds")
    said.append(f"at most {duration(limit)}" if limit else "")
    said.append(_deleted(_number(spec, "ttlSecondsAfterFinished")))
    said.append("suspended" if _flag(spec, "suspend") else "")
    return ", ".join(filter(None, said))


def _work(spec: Node | None) -> str:
    """Return how many completions there are, and how many Pods run at once."""
    completions, parallelism = _number(spec, "completions"), _number(spec, "parallelism")
    if _hidden(spec, "completions") or _hidden(spec, "parallelism"):
        return ""
    if _text(spec, "completionMode") == _INDEXED:
        count = "`completions` is missing" if completions is None else _counted(completions, "index", "indexes")
        return f"Indexed: {count}{_at_once(completions, parallelism)}"
    if completions is None and parallelism is not None and parallelism > 1:
        return f"Work queue: {parallelism} Pods at once, until one succeeds"
    return f"{_counted(completions or 1, 'completion')}{_at_once(completions or 1, parallelism)}"


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _at_once(completions: int | None, parallelism: int | None) -> str:
    if parallelism == 0:
        return ", paused"
    if not completions or completions == 1:
        return ""
    count = 1 if parallelism is None else parallelism
    return ", all at once" if count >= completions else f", {count} at a time" if count > 1 else ", one at a time"


def _retries(spec: Node | None, settings: Settings) -> str:
    each = _number(spec, "backoffLimitPerIndex")
    limit = _number(spec, "backoffLimit")
    if _hidden(spec, "backoffLimit") or _hidden(spec, "backoffLimitPerIndex"):
        return ""
    said = []
    if each is not None:
        said.append(f"{_up_to(each)} per index")
    if limit is not None or each is None:
        described = describe("JobSpec", "backoffLimit", settings.minors)
        default = described.default.value if described and described.default else 0
        said.append(_up_to(default if limit is None else limit) + (" in total" if each is not None else ""))
    return ", ".join(said)


def _up_to(count: int) -> str:
    return f"up to {_counted(count, 'retry', 'retries')}" if count else "no retries"


def _deleted(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return f"deleted {duration(seconds)} after it ends" if seconds else "deleted as soon as it ends"


# -- values, which may all be wrong


def _hidden(spec: Node | None, name: str) -> bool:
    """Check whether a field is set but not to a number: a shell fills it in, or it is wrong."""
    node = field(spec, name)
    return node is not None and _number(spec, name) is None and not (isinstance(node, Scalar) and node.value is None)


def _number(spec: Node | None, name: str) -> int | None:
    node = field(spec, name)
    return node.value if isinstance(node, Scalar) and type(node.value) is int and node.value >= 0 else None


def _text(spec: Node | None, name: str) -> str:
    node = field(spec, name)
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _flag(spec: Node | None, name: str) -> bool:
    node = field(spec, name)
    return isinstance(node, Scalar) and node.value is True
