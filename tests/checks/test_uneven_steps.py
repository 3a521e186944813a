"""The gaps that uneven-step prints, compared with the runs that really come."""

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest

import joblint
from tests.support import cronjob

RULE = "uneven-step"
SIZES = {"minute": 60, "hour": 24, "day": 31, "month": 12, "weekday": 7}
SCHEDULES = {
    "minute": "{} * * * *", "hour": "0 {} * * *", "day": "0 0 {} * *", "month": "0 0 1 {} *", "weekday": "0 0 * * {}",
}  # fmt: skip
RUNS = {"minute": 20, "hour": 15, "month": 10, "weekday": 8}  # at least two rounds of each step
STEPS = [
    (field, step)
    for field, size in SIZES.items()
    for step in range(2, size)
    if size % step and (size != 60 or step > 6)
]
MONTHS = ["*", "1-2", "2-3", "4-5", "3,4,9", "12,1", "6-8"]


def printed(schedule: str) -> tuple[str, list[int]] | None:
    """The unit and the gaps that the message names; None if there is no finding."""
    found = joblint.lint(cronjob(f'schedule: "{schedule}"'), select=[RULE])
    if not found:
        return None
    [one] = found
    match = re.search(r"the gap at the end of the \w+ is ([\d, or]+) (minute|hour|day|month)s?", one.message)
    assert match is not None, one.message
    return match[2], [int(number) for number in re.findall(r"\d+", match[1])]


def numbers(run: datetime, field: str) -> tuple[int, int]:
    """The number of a run in a field, and the run as a count of that field's units."""
    day = run.toordinal()
    hour = day * 24 + run.hour
    return {
        "minute": (run.minute, hour * 60 + run.minute),
        "hour": (run.hour, hour),
        "day": (run.day, day),
        "month": (run.month, run.year * 12 + run.month),
        "weekday": (run.isoweekday() % 7, day),
    }[field]


def wrapped(schedule: str, field: str, step: int, longest: int = 10**9) -> list[int]:
    """The real distances from the last run of each round to the first of the next."""
    count = 25 * -(-31 // step) if field == "day" else RUNS[field]
    after = datetime(2023, 12, 31, 23, 59, tzinfo=UTC)  # a leap year comes first, and then one that is none
    runs = joblint.next_runs(schedule, time_zone="UTC", after=after, count=count)
    places = [numbers(run, field) for run in runs]
    return sorted({b - a for (x, a), (y, b) in pairwise(places) if y <= x and b - a <= longest})


@pytest.mark.parametrize(("field", "step"), STEPS)
def test_the_gaps_are_those_of_the_runs(field: str, step: int) -> None:
    schedule = SCHEDULES[field].format(f"*/{step}")
    unit = "day" if field == "weekday" else field
    assert printed(schedule) == (unit, wrapped(schedule, field, step))


@pytest.mark.parametrize("months", MONTHS)
@pytest.mark.parametrize("step", [2, 3, 7, 16, 30])
def test_days_of_some_months(months: str, step: int) -> None:
    schedule = f"0 0 */{step} {months} *"
    assert printed(schedule) == ("day", wrapped(schedule, "day", step, 31))


@pytest.mark.parametrize(
    "schedule", ["0 0 */3 1 *", "0 0 */3 * 1", "0 0 1 * */2", "*/7 3 * * *", "0 */5 * * 1", "0 0 */3 2,4 *"]
)
def test_what_never_comes_round_is_not_reported(schedule: str) -> None:
    assert printed(schedule) is None


def test_a_range_that_is_the_whole_is_a_star() -> None:
    assert printed("0 4 1-31/3 * *") == printed("0 4 */3 * *") == ("day", [1, 2, 3])
    assert printed("0-59/45 * * * *") == ("minute", [15])


@pytest.mark.parametrize("field", ["day", "weekday"])
def test_no_step_of_days_is_called_even(field: str) -> None:
    [one] = joblint.lint(cronjob(f'schedule: "{SCHEDULES[field].format("*/3")}"'), select=[RULE])
    assert "divides" not in one.message
    assert "one by one" not in one.message
    assert (one.line, one.column) == (6, 18 if field == "day" else 22)
