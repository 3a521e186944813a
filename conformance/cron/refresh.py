"""Ask robfig/cron again and keep its answers: `python -m conformance.cron.refresh` at the top of a clone."""

import argparse
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from conformance import recording
from conformance.cron.questions import PAST, ZONES, questions
from joblint.kube import timezone

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.jsonl.gz"


def digest(zone: str) -> str:
    """Tells whether a zone's rules are still those that the answers were made with."""
    return sha256(timezone.data(zone)).hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the answers have changed")
    check = parser.parse_args().check
    tzdata = import_module("tzdata")
    asked = questions()
    zones = sorted({*ZONES, *(zone for zone, _ in PAST), *_named(asked)})
    header = {"tzdata": tzdata.IANA_VERSION, "zones": {zone: digest(zone) for zone in zones}}
    answers = recording.ask(HERE, asked, ZONEINFO=str(Path(str(tzdata.__file__)).parent / "zoneinfo"))
    lines = [{**question, **answer} for question, answer in zip(asked, answers, strict=True)]
    if check:
        sys.exit([header, *lines] != list(recording.read(ANSWERS)))
    recording.write(ANSWERS, header, lines)
    refused = sum("error" in line for line in lines)
    print(
        f"{ANSWERS.name}: {len(lines)} schedules, {refused} refused, {len(zones)} zones, tzdata {tzdata.IANA_VERSION}"
    )


def _named(asked: list[recording.Line]) -> set[str]:
    """The zones that schedules name themselves."""
    words = {question["schedule"].partition("=")[2].partition(" ")[0] for question in asked}
    return words & timezone.names()


if __name__ == "__main__":
    main()
