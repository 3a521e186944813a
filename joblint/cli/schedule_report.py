"""The report of `joblint explain-schedule` for people: words, runs, clock changes, and a picture of a week."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from joblint.cli import output
from joblint.cli.schedules import Explained, Wrong
from joblint.kube.cron import timezone
from joblint.kube.cron.changes import Effect
from joblint.kube.cron.picture import ASCII, DAYS, DOTS, MANY, day_label, draw
from joblint.kube.minors.minor import NEWEST
from joblint.report import Paint, counted
from joblint.report.visible import cells, visible

_NOTE = "note: "
_WIDTH = 80  # columns of a note, at most
_LISTED = 6  # skipped or doubled runs that are listed one by one, at most


def report(found: Explained, paint: Paint, dots: bool) -> Iterator[str]:
    """Yield the lines of a report. `dots`: the terminal can show more than ASCII."""
    asked = found.asked
    if asked.where:
        yield paint(visible(asked.where), "path")
    if found.refused is not None:
        yield from _wrong(found, found.refused, paint)
        return
    zone = f" ({visible(asked.time_zone)})" if asked.time_zone else ""
    yield f"{paint(visible(asked.schedule), 'heading')}{zone}"
    yield found.words
    for note in found.notes:
        yield from _note(visible(note), paint)
    if found.runs:
        yield ""
        yield from _list(found.runs, paint)
    if found.changes:
        yield ""
        yield paint(f"Clock changes until {found.until}:", "heading")
        for effect in found.changes:
            yield f"  {_told(effect)}"
    if found.week:
        yield ""
        yield paint(f"Runs per hour in the {DAYS} days from {found.week[0][0]}:", "heading")
        for line in draw(found.week, DOTS if dots else ASCII, paint):
            yield f"  {line}"
        if any(count > MANY for _, counts in found.week for count in counts):
            yield f"  {(DOTS if dots else ASCII)[1]} means {MANY + 1} or more"
    if _has_zone(found):
        yield ""
        yield from _wrapped(f"Time zones from tzdata {timezone.release()}. {_kubernetes_zones(found.minor)}", "")


def _has_zone(found: Explained) -> bool:
    """Return whether the times depend on the release of the time zone data."""
    asked = found.asked
    return asked.time_zone not in (None, "UTC", "Etc/UTC") or asked.schedule.startswith(("TZ=", "CRON_TZ="))


def _kubernetes_zones(minor: int) -> str:
    text = "Kubernetes uses the time zones of its image or host"
    compiled_in = timezone.COMPILED_IN.get(minor)
    return f"{text}; 1.{minor} uses {compiled_in} if these have none." if compiled_in else f"{text}."


def _note(note: str, paint: Paint) -> Iterator[str]:
    """Yield a note in lines that fit the terminal."""
    for number, line in enumerate(_wrapped(note, _NOTE)):
        yield f"{' ' * len(_NOTE) if number else paint(_NOTE.rstrip(), 'warning') + ' '}{line}"


def _wrapped(text: str, label: str) -> list[str]:
    """Return the lines of a text, each short enough for a label before it."""
    import textwrap

    return textwrap.wrap(text, min(output.width(_WIDTH), _WIDTH) - len(label), break_on_hyphens=False)


def _wrong(found: Explained, wrong: Wrong, paint: Paint) -> Iterator[str]:
    version = "" if found.minor == NEWEST else f" (Kubernetes 1.{found.minor})"
    yield f"{paint('error:', 'error')} {visible(wrong.message)}{version}"
    shown = cells(wrong.text)
    before = sum(width for _, width in shown[: wrong.start])
    below = sum(width for _, width in shown[wrong.start : wrong.end])
    yield f"  {''.join(piece for piece, _ in shown)}"
    yield f"  {' ' * before}{paint('^' * max(1, below), 'error')}"
    if wrong.better is not None:
        yield f"did you mean `{visible(wrong.better)}`?"


def _list(runs: Sequence[datetime], paint: Paint) -> Iterator[str]:
    zoned = any(run.utcoffset() for run in runs)
    yield paint("Next run:" if len(runs) == 1 else f"Next {len(runs)} runs:", "heading")
    for run in runs:
        time = f"{run:%H:%M:%S}" if run.second else f"{run:%H:%M}"
        utc = run.astimezone(UTC)
        other = "" if utc.date() == run.date() else f"{utc:%Y-%m-%d} "
        offset = run.isoformat()[-6:]
        line = f"  {day_label(run.date())} {run.year}  {time}"
        yield f"{line} {offset}  {paint(f'({other}{utc:%H:%M} UTC)', 'faint')}" if zoned else f"{line} UTC"


def _told(effect: Effect) -> str:
    """Return in words a change of the clock and how it affects runs."""
    change = effect.change
    head = f"{day_label(change.before.date())} {change.before.year}: {change.before:%H:%M} becomes {change.after:%H:%M}"
    times = effect.skipped or effect.doubled
    count = f"{counted(len(times), 'run')}, from {times[0]:%H:%M} to {times[-1]:%H:%M},"
    named = "the run" if len(times) == 1 else "the runs"
    listed = count if len(times) > _LISTED else f"{named} at {', '.join(f'{time:%H:%M}' for time in times)}"
    verb = "does" if len(times) == 1 else "do"
    plural = "takes" if len(times) == 1 else "take"
    return f"{head}; {listed} {f'{verb} not take place' if effect.skipped else f'{plural} place twice'}"
