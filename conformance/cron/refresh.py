"""Ask robfig/cron again and keep its answers: `python -m conformance.cron.refresh` at the top of a clone."""

from hashlib import sha256
from importlib import import_module
from pathlib import Path

from conformance import recording
from conformance.cron.questions import PAST, ZONES, questions
from joblint.kube.cron import timezone

HERE = Path(__file__).parent
ANSWERS = HERE / recording.NAME


def digest(zone: str) -> str:
    """Return a digest that changes if a zone's rules are no longer those of the recorded answers."""
    return sha256(timezone.data(zone)).hexdigest()[:16]


def main() -> None:
    tzdata = import_module("tzdata")
    asked = questions()
    zones = sorted({*ZONES, *(zone for zone, _ in PAST), *_named(asked)})
    header = {"tzdata": tzdata.IANA_VERSION, "zones": {zone: digest(zone) for zone in zones}}
    information = str(Path(str(tzdata.__file__)).parent / "zoneinfo")
    lines = recording.refresh(__doc__, HERE, asked, header, ZONEINFO=information)
    said = f"{len(lines)} schedules, {recording.refused(lines)} refused, {len(zones)} zones"
    print(f"{ANSWERS.name}: {said}, tzdata {tzdata.IANA_VERSION}")


def _named(asked: list[recording.Line]) -> set[str]:
    """Return the zones that are named in schedules."""
    words = {question["schedule"].partition("=")[2].partition(" ")[0] for question in asked}
    return words & timezone.names()


if __name__ == "__main__":
    main()
