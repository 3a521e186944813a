"""Comments beside schedules, and runs at a change of the clock: where they are found, and where nothing is said."""

import pytest

import joblint
from joblint.engine.fix import apply
from joblint.rule.finding import Finding
from tests.support import cronjob


def found(spec: str, rule: str = "contradicted-comment") -> list[Finding]:
    return joblint.lint(cronjob(spec), select=[rule])


def test_places() -> None:
    (one,) = found('schedule: "*/2 * * * *"   # Runs every 5 minutes')
    assert (one.line, one.column, one.end_column) == (6, 13, 26)
    assert [(r.line, r.column, r.end_column) for r in one.related] == [(6, 36, 51)]
    assert "every 5 minutes" in one.message
    assert "every 2 minutes" in one.message
    assert one.field == "spec.schedule"
    assert one.fix is not None
    assert not one.fix.safe
    assert one.fix.message == "write `*/5 * * * *`"


def test_a_comment_above() -> None:
    (one,) = found("# Every 30 minutes\nschedule: 30 * * * *")
    assert (one.line, one.column) == (7, 13)
    assert [(r.line, r.column) for r in one.related] == [(6, 5)]


@pytest.mark.parametrize(
    "spec",
    [
        "schedule: 30 * * * *  # every 30 minutes",
        "schedule: '30 * * * *' # every 30 minutes\r",
        'schedule: "30 * * * *"\t## every 30 minutes',
        "suspend: false\n# every 30 minutes\nschedule: 30 * * * *",
        "schedule: &s 30 * * * *  # every 30 minutes",
        "schedule: 30 * * * *  # every 30 minutes # or so",
    ],
)
def test_said(spec: str) -> None:
    assert [f.rule for f in found(spec)] == ["contradicted-comment"]


@pytest.mark.parametrize(
    "spec",
    [
        "# every 30 minutes\n\nschedule: 30 * * * *",
        "  # every 30 minutes\nschedule: 30 * * * *",
        "# in the old days\n# every 30 minutes\nschedule: 30 * * * *",
        "suspend: false # every 30 minutes\nschedule: 30 * * * *",
        "schedule: 30 * * * *\n# every 30 minutes",
        "schedule: >-  # every 30 minutes\n  30 * * * *",
        "schedule: 30 * * * *# every 30 minutes",
        "schedule: 30 * * * *  # joblint: ignore[contradicted-comment] every 30 minutes",
        'schedule: "${CRON}"  # every 30 minutes',
        'schedule: "0 0 31 2 *"  # every 30 minutes',
        # which other rules tell of, with better words
        'schedule: "* */4 * * *"  # every 4 hours',
        'schedule: "* 2 * * *"  # every day at 2 AM',
        'schedule: "*/90 * * * *"  # every 90 minutes',
        'schedule: "0 0 1 * 1"  # every month',
    ],
)
def test_nothing_said(spec: str) -> None:
    assert found(spec) == []


def test_a_flow_mapping_and_json_have_no_comments() -> None:
    head = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n"
    text = f"{head}spec: {{\n  schedule: 30 * * * *,  # every 30 minutes\n  suspend: true}}\n"
    assert joblint.lint(text, select=["contradicted-comment"]) == []
    text = '{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"schedule": "1 * * * *"}}'
    assert joblint.lint(text, select=["contradicted-comment"]) == []


@pytest.mark.parametrize(
    ("schedule", "zone", "said"),
    [
        ("30 2 * * *", "Europe/Paris", "the 02:30 run is skipped"),
        ("0 0 * * *", "Africa/Cairo", "the 00:00 run is skipped"),
        ("30 1 * * *", "America/New_York", "the 01:30 run happens twice"),
        ("15 2 1 * *", "Europe/Paris", ""),
        ("30 2,14 * * *", "Europe/Paris", "the 02:30 run is skipped"),
        ("30 */2 * * *", "Europe/Paris", ""),
        ("30 2 * * 1-6", "Europe/Paris", ""),
        ("30 2 * * *", "Asia/Tokyo", ""),
        ("30 2 * * *", "Europe/Nowhere", ""),
        ("@daily", "Europe/Paris", ""),
        ("@every 24h", "Europe/Paris", ""),
        ("0 0 31 2 *", "Europe/Paris", ""),
        ("60 2 * * *", "Europe/Paris", ""),
    ],
)
def test_changes_of_the_clock(schedule: str, zone: str, said: str) -> None:
    messages = [f.message for f in found(f'schedule: "{schedule}"\ntimeZone: {zone}', "run-at-clock-change")]
    assert [said in message for message in messages] == ([True] if said else [])


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ('schedule: "@every 24h"\ntimeZone: Europe/Paris', [(7, 13)]),
        ('timeZone: Etc/UTC\nschedule: "@every 1h30m"', [(6, 13)]),
        ('schedule: "@every -1s"\ntimeZone: Europe/Paris', [(7, 13)]),  # counts as one second
        ('schedule: "@every 24h"', []),
        ('schedule: "@every 24h"\ntimeZone:', []),
        ('schedule: "@daily"\ntimeZone: Europe/Paris', []),
        ('schedule: "0 3 * * *"\ntimeZone: Europe/Paris', []),
        ("timeZone: Europe/Paris", []),
        # which other rules report
        ('schedule: "@every day"\ntimeZone: Europe/Paris', []),
        ('schedule: "@every 24h"\ntimeZone: Europe/Nowhere', []),
        ('schedule: "TZ=Etc/UTC @every 24h"\ntimeZone: Europe/Paris', []),
        # which the file does not show
        ('schedule: "@every ${PERIOD}"\ntimeZone: Europe/Paris', []),
        ('schedule: "@every 24h"\ntimeZone: ${ZONE}', []),
    ],
)
def test_idle_time_zone(spec: str, places: list[tuple[int, int]]) -> None:
    assert [(f.line, f.column) for f in found(spec, "idle-time-zone")] == places


def test_what_is_said_of_an_idle_time_zone() -> None:
    spec = 'schedule: "@every 24h"\ntimeZone: Europe/Paris'
    (one,) = found(spec, "idle-time-zone")
    assert one.message == (
        "`timeZone` has no effect on `@every 24h`, which counts from the previous run: "
        "remove it, or write a schedule with 5 fields"
    )
    assert one.field == "spec.timeZone"
    assert [(r.line, r.column, r.message) for r in one.related] == [(6, 13, "the schedule")]
    assert one.fix is not None
    assert not one.fix.safe
    assert apply(cronjob(spec), [one.fix]) == cronjob('schedule: "@every 24h"')


def test_an_idle_time_zone_only_where_the_field_is_kept() -> None:
    text = cronjob('schedule: "@every 24h"\ntimeZone: Europe/Paris')
    minors = ("1.23", "1.24", "1.25", "1.37")
    said = [bool(joblint.lint(text, select=["idle-time-zone"], kube_version=minor)) for minor in minors]
    assert said == [False, False, True, True]


@pytest.mark.parametrize(
    ("spec", "rule", "count"),
    [
        ('schedule: "*/7 * * * *"\nfailedJobsHistoryLimit: 0', "no-failed-history", 1),
        ('schedule: "*/7 * * * *"\nfailedJobsHistoryLimit: ${N}', "no-failed-history", 0),
        ('schedule: "*/90 * * * *"', "uneven-step", 1),
        ('schedule: "5/60 * * * *"', "uneven-step", 0),
        ('schedule: "5/90 * * * *"', "uneven-step", 1),
        ('schedule: "0,*/61 * * * *"', "uneven-step", 1),
        ('schedule: "0 8-18/12 * * *"', "uneven-step", 1),
        ('schedule: "0 8-18/11 * * *"', "uneven-step", 0),
        ('schedule: "0 0 5-5/2 * *"', "uneven-step", 0),
        ('schedule: "*/90 */30 * * *"', "uneven-step", 2),
    ],
)
def test_counts(spec: str, rule: str, count: int) -> None:
    assert len(found(spec, rule)) == count
