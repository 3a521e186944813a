"""What comments say of schedules. The pairs of OTHERS are as people wrote them in public files."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joblint.kube.cron.clock import next_runs
from joblint.kube.cron.gaps import times_of_day
from joblint.kube.cron.parse import parse
from joblint.kube.cron.phrase import contradicts, read, suggestion
from joblint.kube.cron.words import in_words

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)

# comment, schedule, the CronJob's time zone, what would do as the comment says
WRONG = [
    ("every 5 minutes", "5 * * * *", None, "*/5 * * * *"),
    ("Runs every 5 minutes", "*/2 * * * *", None, "*/5 * * * *"),
    ("Runs every day at 2 AM", "*/2 * * * *", None, "0 2 * * *"),
    ("Every 5 minutes", "*/1 * * * *", None, "*/5 * * * *"),
    ("Run every 5 hours", "5 * * * *", None, None),
    ("every 4 hours", "0 */3 * * *", None, "0 */4 * * *"),
    ("every two hours", "15 */6 * * *", None, "15 */2 * * *"),
    ("every 30 minutes", "30 * * * *", None, "*/30 * * * *"),
    ("every 30 seconds", "*/30 * * * *", None, None),
    ("hourly", "0 0 * * *", None, "0 * * * *"),
    ("once an hour", "0 0 * * *", None, "0 * * * *"),
    ("This job runs every minute.", "0 * * * *", None, "* * * * *"),
    ("scheduled to run every hour.", "*/10 * * * *", None, "0 * * * *"),
    ("weekly", "0 0 * * *", None, None),
    ("every month", "0 0 * * 1", None, None),
    ("yearly", "0 0 1 * *", None, None),
    ("daily", "0 0 * * 0", None, None),
    ("every Sunday at 2 AM", "0 2 * * 1", None, "0 2 * * 0"),
    ("every Sunday", "0 2 * * *", None, None),
    ("every Monday at 09:00 UTC", "0 9 * * 2", None, None),
    ("weekdays at 9 AM", "0 9 * * *", None, "0 9 * * 1-5"),
    ("every weekend", "0 9 * * 1-5", None, None),
    ("Monday to Friday", "0 9 * * *", None, None),
    ("every day at midnight", "0 12 * * *", None, "0 0 * * *"),
    ("daily at 6 P.M.", "0 6 * * *", None, "0 18 * * *"),
    ("daily at 05:00", "0 6 * * *", "Europe/Paris", "0 5 * * *"),
    ("daily at 05:00 UTC", "0 6 * * *", None, None),
    ("Runs every 5 minutes to look for mail", "5 * * * *", None, "*/5 * * * *"),
]


@pytest.mark.parametrize(("comment", "schedule", "zone", "better"), WRONG)
def test_contradictions(comment: str, schedule: str, zone: str | None, better: str | None) -> None:
    claim, parsed = read(comment), parse(schedule)
    assert claim is not None
    assert contradicts(claim, parsed, zone)
    assert suggestion(claim, parsed) == better


# comment, schedule: these agree, or nobody can know
OTHERS = [
    ("0 16 * * *", "Runs every day at 16:00 UTC"),
    ("0/15 * * * *", "Every 15 minutes"),
    ("*/30 * * * *", "Every 30 minutes"),
    ("*/10 * * * *", "every 10 minutes (UTC)"),
    ("40 0 * * *", "Daily at 00:10"),  # in which zone?
    ("30 * * * *", "Every hour check"),
    ("0 */12 * * *", "runs every 12 hours"),
    ("0 0 * * *", "Runs every day at midnight UTC"),
    ("*/10 * * * *", "Runs every 10 mins"),
    ("0 4 * * *", "Runs every day at 4 AM"),
    ("0 0 * * *", "Every day at 00:00"),
    ("5 4 * * *", "At 04:05"),
    ("0 */3 * * *", "At minute 0 past every 6 hours"),
    ("0 12,15,18,21 * * *", "At 12pm, 3pm, 6pm, and 9pm"),
    ("*/5 * * * *", "At every 5th minute"),
    ("0 2 * * *", "At 02:00 every day  ## can be changed as per requirement"),
    ("0 3 * * *", "At 3 AM everyday"),
    ("0 0 * * *", "At every day 00:00(UTC)."),
    ("37 7 * * *", "Once a day"),
    ("0 0 * * *", "once a day; tweak to taste"),
    ("0 * * * *", "once an hour on the hour"),
    ("0 6 * * 1", "every Monday"),
    ("0 10 * * 1", "Every Monday at 10:00 UTC; the function checks if it's the first Monday"),
    ("0 4 * * 0", "Weekly on Sunday at 4 AM"),
    ("0 3 * * 0", "Daily for prod, weekly for others"),
    ("0 2 * * 0", "if enabled: run at 02:00 UTC every Sunday"),
    ("0 10 */7 * *", "Weekly"),
    ("0 10 1 * *", "Monthly on 1st"),
    ("15 3,7,11,14 * * 1-5", "Intraday - weekdays"),
    ("0 8 * * 1-5", "Weekdays 8am UTC"),
    ("0 9,17 * * 1-5", "Weekdays at 9 AM and 5 PM"),
    ("23 3 * * *", "daily, 03:23 UTC"),
    ("0 7 1 * *", "monthly: record + Pages site + manager digest"),
    ("*/5 * * * *", "check for updates every 5 minutes"),
    ("*/5 * * * *", "Runs every 5 minutes for demonstration"),
    ("0 * * * *", "trigger tf training per hour."),
    ("0 * * * *", "Cronjob schedule in cron format. For example every hour."),
    ("0 2 * * *", '02:00 every day; try "*/2 * * * *" to watch it fire'),
    ("0 0 * * *", "daily at midnight"),
    ("0 5 * * *", "Run every night at 05:00 UTC (06:00 BST)"),
    ("0 9 * * *", "09:00 UTC = 10:00 BST (UK summer time)"),
    ("0 9-16 * * *", "only for debug tomorrow"),
    ("30 6 * * *", "Run daily at 06:30 UTC \u2014 after preprod's restore completes (05:45 + ~8min)."),
    # these, too, may be right
    ("0 7 * * *", "daily at 9 AM"),
    ("0 22 * * 0", "every Monday"),
    ("0 0 * * 1", "every Sunday at midnight"),
    ("*/10 9-17 * * 1-5", "every 10 minutes"),
    ("0 8-18/2 * * *", "every 2 hours"),
    ("0 2 * * 1-5", "every day at 2 AM"),
    ("0 0 1,15 * *", "every 2 weeks"),
    ("0 0 1 */3 *", "quarterly"),
    ("0 0 */30 * *", "every 30 days"),
    ("2 2 * * *", "daily at 2:00 UTC"),
    ("0 4 * * *", "every 5 minutes in the old cluster"),
    ("0 4 * * *", "was every 5 minutes"),
    ("0 4 * * *", "every 5 minutes while we test"),
    ("0 4 * * *", "daily at 9 AM PST"),
    ("@every 5m", "every 5 minutes"),
    ("@hourly", "every hour"),
    ("0 0 31 2 *", "every hour"),
]


@pytest.mark.parametrize(("schedule", "comment"), OTHERS)
def test_what_may_be_right(schedule: str, comment: str) -> None:
    claim = read(comment)
    assert claim is None or not contradicts(claim, parse(schedule), None)


@given(
    st.tuples(
        st.sampled_from(("0", "5", "*/5", "*/2", "*", "30", "0,30", "*/45")),
        st.sampled_from(("*", "*/2", "3", "9-17", "0,12", "*/5")),
        st.sampled_from(("*", "*", "1", "1,15", "*/2")),
        st.sampled_from(("*", "*", "*/3", "6")),
        st.sampled_from(("*", "*", "1", "1-5", "0,6")),
    ).map(" ".join),
    st.sampled_from((None, "UTC", "Europe/Paris")),
)
def test_our_own_words_never_contradict_the_schedule(schedule: str, zone: str | None) -> None:
    parsed = parse(schedule)
    claim = read(in_words(parsed))
    assert claim is None or not contradicts(claim, parsed, zone)


def test_our_own_words_are_read() -> None:
    """So that the test above is about something."""
    for schedule in ("*/5 * * * *", "0 */2 * * *", "0 3 * * *", "* * * * *"):
        assert read(in_words(parse(schedule))) is not None


@settings(max_examples=40)
@given(
    st.tuples(
        st.sampled_from(("0", "5", "*/5", "*/2", "*", "30", "0,30", "*/45", "*/7", "1-59/3")),
        st.sampled_from(("*", "*/2", "3", "9-17", "0,12", "*/5", "*/6")),
    ).map(lambda fields: " ".join((*fields, "*", "*", "*"))),
    st.integers(1, 60),
    st.sampled_from(("minute", "hour")),
)
def test_an_interval_is_denied_where_no_two_runs_are_so_far_apart(schedule: str, number: int, unit: str) -> None:
    claim = read(f"every {number} {unit}s")
    assert claim is not None
    parsed = parse(schedule)
    runs = next_runs(schedule, time_zone=None, after=NOW, count=len(times_of_day(parsed)) + 1)
    seen = {(b - a).total_seconds() for a, b in pairwise(runs)}
    assert contradicts(claim, parsed, None) == (number * {"minute": 60, "hour": 3600}[unit] not in seen)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    claim, behind = read(text), read(f"every 5 minutes{text}")
    assert claim is None or claim.words
    assert behind is None or "5 minutes" in behind.words


@pytest.mark.parametrize("text", ["every " * 50_000, "a" * 100_000, "every 5 " + " " * 100_000, "at " * 60])
def test_long_texts_are_no_comments(text: str) -> None:
    assert read(text) is None
