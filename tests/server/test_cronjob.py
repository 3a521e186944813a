"""A CronJob's spec: schedules and time zones, minor by minor, concurrency policy, API versions."""

import pytest

from tests.server.manifests import INVALID, NOT_SUPPORTED, REQUIRED, Said, cronjob, said

SCHEDULE, ZONE, WRONG_ZONE = "invalid-schedule", "time-zone-in-schedule", "invalid-time-zone"
FIELD = "spec.schedule"
HEAD = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("rest", "line", "column"),
    [("", 1, 1), ("spec:\n", 4, 1), ("spec: {schedule: ''}\n", 4, 8), ("spec: {schedule: null}\n", 4, 8)],
)
def test_a_schedule_must_be_there(rest: str, line: int, column: int) -> None:
    found = said(HEAD + rest, "1.37")
    assert [place for place in found if place[0] == SCHEDULE] == [(SCHEDULE, FIELD, REQUIRED, line, column)]


@pytest.mark.parametrize(
    ("schedule", "column"),
    [
        ('"0 24 * * *"', 16),
        ("0 24 * * *", 15),
        ('"* * * *"', 14),
        ('"@reboot"', 14),
        ('"0 0 32 * *"', 18),
        ('"0 0 1 \\u002A x"', 13),  # where the text does not stand as it is, the whole is pointed at
    ],
)
def test_the_wrong_part_of_a_schedule_is_pointed_at(schedule: str, column: int) -> None:
    manifest = cronjob(f"schedule: {schedule}")
    assert said(manifest, "1.37") == said(manifest, "1.21") == {(SCHEDULE, FIELD, INVALID, 5, column)}


def test_in_a_block_the_block_is_pointed_at() -> None:
    assert said(cronjob("schedule: >-", "  0 24 * * *"), "1.37") == {(SCHEDULE, FIELD, INVALID, 5, 13)}


INSIDE: list[tuple[str, str, set[Said]]] = [
    ("TZ=UTC 0 4 * * *", "1.21", {(SCHEDULE, FIELD, INVALID, 5, 13)}),  # that reader knows no TZ=
    ("TZ=UTC 0 4 * * *", "1.22", {(ZONE, FIELD, "warned", 5, 13)}),
    ("CRON_TZ=UTC 0 4 * * *", "1.28", {(ZONE, FIELD, "warned", 5, 13)}),
    ("TZ=UTC 0 4 * * *", "1.29", {(ZONE, FIELD, INVALID, 5, 13)}),
    ("TZ=Foo 0 4 * * *", "1.28", {(ZONE, FIELD, "warned", 5, 13), (SCHEDULE, FIELD, INVALID, 5, 17)}),
    ("TZ=Foo 0 4 * * *", "1.29", {(ZONE, FIELD, INVALID, 5, 13)}),
    ("TZ=", "1.34", {(ZONE, FIELD, INVALID, 5, 13)}),  # where the server itself breaks off
    ("0 4 * * TZ", "1.37", {(ZONE, FIELD, INVALID, 5, 13), (SCHEDULE, FIELD, INVALID, 5, 22)}),
]


@pytest.mark.parametrize(("schedule", "minor", "expected"), INSIDE)
def test_time_zone_in_the_schedule(schedule: str, minor: str, expected: set[Said]) -> None:
    assert said(cronjob(f'schedule: "{schedule}"'), minor) == expected


def test_time_zone_in_both_places() -> None:
    manifest = cronjob('schedule: "TZ=UTC 0 4 * * *"', "timeZone: UTC")
    assert said(manifest, "1.23") == {
        (ZONE, FIELD, "warned", 5, 13),
        ("unknown-field", "spec.timeZone", "UnknownField", 6, 3),
    }
    # Dropped, it stands in nobody's way.
    assert said(manifest, "1.24") == {(ZONE, FIELD, "warned", 5, 13), ("gated-field", "spec.timeZone", "dropped", 6, 3)}
    assert said(manifest, "1.24", {"CronJobTimeZone": True}) == {(ZONE, FIELD, INVALID, 5, 13)}
    assert said(manifest, "1.25") == said(manifest, "1.37") == {(ZONE, FIELD, INVALID, 5, 13)}


@pytest.mark.parametrize(
    ("zone", "valid"),
    [
        ("Europe/Paris", True),
        ("Etc/GMT+5", True),
        ("UTC", True),
        ("null", True),
        ("Local", False),
        ("LOCAL", False),
        ('""', False),
        ("utc", False),
        ("Europe/Pariss", False),
        ("../UTC", False),
        ("'UTC '", False),
    ],
)
def test_time_zone(zone: str, valid: bool) -> None:
    for minor in ("1.25", "1.37"):
        expected = set() if valid else {(WRONG_ZONE, "spec.timeZone", INVALID, 5, 13)}
        assert said(cronjob(f"timeZone: {zone}"), minor) == expected


@pytest.mark.parametrize(("policy", "valid"), [("Allow", True), ("Replace", True), ('""', True), ("forbid", False)])
def test_concurrency_policy(policy: str, valid: bool) -> None:
    expected = set() if valid else {("invalid-concurrency-policy", "spec.concurrencyPolicy", NOT_SUPPORTED, 5, 22)}
    assert said(cronjob(f"concurrencyPolicy: {policy}"), "1.37") == expected


def test_batch_v1beta1() -> None:
    manifest = cronjob(version="batch/v1beta1")
    for minor in ("1.21", "1.24"):
        assert said(manifest, minor) == {("old-api-version", "apiVersion", "warned", 1, 13)}
    assert said(manifest, "1.25") == {("old-api-version", "apiVersion", "Malformed", 1, 13)}


def test_batch_v1beta1_is_held_to_the_same() -> None:
    manifest = cronjob(
        'schedule: "0 24 * * *"', "timeZone: Foo", "startingDeadlineSeconds: -1", version="batch/v1beta1"
    )
    assert said(manifest, "1.24") == {
        ("old-api-version", "apiVersion", "warned", 1, 13),
        (SCHEDULE, FIELD, INVALID, 5, 16),
        ("gated-field", "spec.timeZone", "dropped", 6, 3),
        ("negative-number", "spec.startingDeadlineSeconds", INVALID, 7, 28),
    }
