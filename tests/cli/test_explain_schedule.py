"""`joblint explain-schedule`."""

import json
import re
from pathlib import Path

import pytest

from joblint.kube.cron.clock import next_runs
from joblint.kube.cron.timezone import COMPILED_IN
from joblint.kube.minors.minor import MINORS
from tests.cli.program import Program, process

NOW = "2026-11-21T17:00:00Z"


def test_whole(joblint: Program) -> None:
    done = joblint("explain-schedule", "30 2 * * 0", "--time-zone", "Europe/Paris", "--after", NOW, "--count", "2")
    assert (done.code, done.err) == (0, "")
    lines = done.out.split("\n")
    assert lines[:12] == [
        "30 2 * * 0 (Europe/Paris)",
        "Sundays at 02:30",
        "",
        "Next 2 runs:",
        "  Sun 22 Nov 2026  02:30 +01:00  (01:30 UTC)",
        "  Sun 29 Nov 2026  02:30 +01:00  (01:30 UTC)",
        "",
        "Clock changes until 2027-11-21:",
        "  Sun 28 Mar 2027: 02:00 becomes 03:00; the run at 02:30 does not take place",
        "  Sun 31 Oct 2027: 03:00 becomes 02:00; the run at 02:30 takes place twice",
        "",
        "Runs per hour in the 7 days from 2026-11-16:",
    ]
    assert lines[-4] == ""
    assert lines[-3].startswith("Time zones from tzdata 20")
    assert (
        " ".join(lines[-3:])
        .rstrip()
        .endswith("Kubernetes uses the time zones of its image or host; 1.37 uses 2025c if these have none.")
    )
    assert len(lines) == 24
    assert re.fullmatch(r"  Sun 22 Nov  (\W ){2}1( \W){21}", lines[19])


def test_json(joblint: Program) -> None:
    done = joblint("explain-schedule", "0 3 * * 1", "--time-zone", "Europe/Paris", "--after", NOW, "--format", "json")
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert list(said) == [
        "schedule",
        "timeZone",
        "kubeVersion",
        "words",
        "notes",
        "runs",
        "clockChanges",
        "timeZoneData",
        "week",
    ]
    from datetime import datetime

    expected = next_runs("0 3 * * 1", time_zone="Europe/Paris", after=datetime.fromisoformat(NOW), count=10)
    assert [run["time"] for run in said["runs"]] == [run.isoformat() for run in expected]
    assert said["runs"][0] == {"time": "2026-11-23T03:00:00+01:00", "utc": "2026-11-23T02:00:00Z"}
    assert said["clockChanges"] == []
    assert [day["date"] for day in said["week"]][::6] == ["2026-11-23", "2026-11-29"]
    assert [sum(day["runs"]) for day in said["week"]] == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--time-zone", "Europe/Paris"), "1.37 uses 2025c if"),
        (("--time-zone", "Europe/Paris", "--kube-version", "1.31"), "1.31 uses 2025a if"),
        (
            ("--time-zone", "Europe/Paris", "--kube-version", "1.25"),
            "of its image or host. ",
        ),  # Go 1.20 is not at hand
        (("--time-zone", "UTC"), ""),
        ((), ""),
    ],
)
def test_the_release_of_the_time_zones(arguments: tuple[str, ...], shown: str, joblint: Program) -> None:
    out = joblint("explain-schedule", "0 3 * * 1", *arguments).out
    assert ("Time zones from tzdata 20" in out) == bool(shown)
    assert shown in f"{' '.join(out.split())} "  # wrapped at words
    said = json.loads(joblint("explain-schedule", "0 3 * * 1", *arguments, "--format", "json").out)["timeZoneData"]
    assert re.fullmatch(r"20\d\d[a-z]", said["joblint"])


def test_every_newer_minor_has_its_release_of_the_time_zones() -> None:
    assert set(COMPILED_IN) == {minor for minor in MINORS if minor >= 26}


def test_changes_in_json(joblint: Program) -> None:
    out = joblint(
        "explain-schedule", "0 2 * * *", "--time-zone", "Europe/Paris", "--after", NOW, "--format", "json"
    ).out
    assert json.loads(out)["clockChanges"] == [
        {
            "at": "2027-03-28T01:00:00Z", "from": "2027-03-28T02:00:00", "to": "2027-03-28T03:00:00",
            "skipped": ["2027-03-28T02:00:00"], "doubled": [],
        },
        {
            "at": "2027-10-31T01:00:00Z", "from": "2027-10-31T03:00:00", "to": "2027-10-31T02:00:00",
            "skipped": [], "doubled": ["2027-10-31T02:00:00"],
        },
    ]  # fmt: skip


def test_many_runs_at_a_change_are_counted(joblint: Program) -> None:
    out = joblint("explain-schedule", "*/5 2 * * *", "--time-zone", "Europe/Paris", "--after", NOW).out
    assert "; 12 runs, from 02:00 to 02:55, do not take place\n" in out
    assert "; 12 runs, from 02:00 to 02:55, take place twice\n" in out


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["0 25 * * *"], ["  0 25 * * *", "    ^^"]),
        (
            ["0 0 * * Monday"],
            ["  0 0 * * Monday", "          ^^^^^^", "did you mean `0 0 * * Mon`?"],
        ),
        (["0 0 * * *", "--time-zone", "Paris"], ["  Paris", "  ^^^^^", "did you mean `Europe/Paris`?"]),
        (["TZ=Asia/Tokyo 0 3 * * *"], ["  TZ=Asia/Tokyo 0 3 * * *", "  ^^^^^^^^^^^^^^^^^^^^^^^"]),
        (["0 3 * * *", "--time-zone", "Asia/Tokyo", "--kube-version", "1.23"], ["  Asia/Tokyo", "  ^^^^^^^^^^"]),
        (["\u7532 * * * *"], ["  \u7532 * * * *", "  ^^"]),
        (["\x1b[31m * * * *"], ["  \\x1b[31m * * * *", "  ^^^^^^^^"]),
        ([""], ["  ", "  ^"]),
    ],
)
def test_refused(joblint: Program, arguments: list[str], shown: list[str]) -> None:
    done = joblint("explain-schedule", *arguments)
    assert (done.code, done.err) == (1, "")
    lines = done.out.split("\n")[:-1]
    assert lines[0].startswith("error: ")
    assert lines[1:] == shown


def test_refused_in_json(joblint: Program) -> None:
    done = joblint("explain-schedule", "0 0 * * Monday", "--format", "json")
    error = json.loads(done.out)["error"]
    assert done.code == 1
    assert (error["start"], error["end"], error["suggestion"]) == (8, 14, "0 0 * * Mon")


def test_older_minors(joblint: Program) -> None:
    """Up to 1.28 a zone in the schedule is taken, with a word about it."""
    done = joblint(
        "explain-schedule", "TZ=Asia/Tokyo 0 3 * * *", "--kube-version", "1.27", "--after", NOW, "--count", "1"
    )
    assert done.code == 0
    assert "note: " in done.out
    assert "  Sun 22 Nov 2026  03:00 +09:00  (2026-11-21 18:00 UTC)\n" in done.out


@pytest.mark.parametrize(
    ("schedule", "note"), [("*/90 * * * *", "`*/90` means only minute 0"), ("0 0 31 2 *", "never fires")]
)
def test_notes(joblint: Program, schedule: str, note: str) -> None:
    done = joblint("explain-schedule", schedule)
    assert done.code == 0
    assert note in done.out


def test_a_schedule_that_never_fires_has_no_runs_and_no_picture(joblint: Program) -> None:
    assert joblint("explain-schedule", "0 0 31 2 *").out.split("\n")[1:2] == ["never"]
    assert "Runs" not in joblint("explain-schedule", "0 0 31 2 *").out


def test_a_time_without_offset_is_of_the_zone(joblint: Program) -> None:
    arguments = ("explain-schedule", "0 3 * * *", "--time-zone", "Asia/Tokyo", "--count", "1", "--after")
    assert "22 Nov 2026  03:00" in joblint(*arguments, "2026-11-22T02:59").out
    assert "23 Nov 2026  03:00" in joblint(*arguments, "2026-11-22T03:00").out
    assert "23 Nov 2026  03:00" in joblint(*arguments, "2026-11-21T18:00Z").out


def test_of_a_file(joblint: Program, root: Path) -> None:
    path = root / "fixtures/good/cronjobs.yaml"
    done = joblint("explain-schedule", "-f", str(path), "--count", "1", "--after", NOW)
    assert (done.code, done.err) == (0, "")
    heads = [line for line in done.out.split("\n") if line.startswith(str(path))]
    assert heads[0] == f"{path}:7:13: CronJob weekday-report"
    assert len(heads) == path.read_text().count("kind: CronJob\n")
    said = json.loads(joblint("explain-schedule", "-f", str(path), "--format", "json").out)
    assert [one["where"] for one in said] == heads


def test_standard_input_and_templates(joblint: Program) -> None:
    manifest = b"apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: '%s'\n"
    done = joblint("explain-schedule", "-f", "-", stdin=manifest % b"0 3 * * *")
    assert done.out.startswith("<stdin>:6:13: CronJob a\n0 3 * * *\nevery day at 03:00\n")
    done = joblint("explain-schedule", "-f", "-", stdin=manifest % b"{{ .Values.cron }}")
    assert (done.code, done.out) == (2, "")
    assert "no CronJob with a schedule" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["0 3 * * *", "-f", "x.yaml"],
        ["-f", "x.yaml", "--time-zone", "Asia/Tokyo"],
        ["-f", "there-is-none.yaml"],
        ["0 3 * * *", "--kube-version", "1.24-1.25"],
        ["0 3 * * *", "--after", "tomorrow"],
        ["0 3 * * *", "--after", "0001-01-01"],
        ["0 3 * * *", "--after", "9999-12-31T23:59Z"],
        ["0 3 * * *", "--count", "-1"],
        ["0", "3", "*", "*", "*"],
    ],
)
def test_wrong_usage(joblint: Program, arguments: list[str]) -> None:
    done = joblint("explain-schedule", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


@pytest.mark.parametrize("schedule", ["* * * * *", "@every 1s", "0 0 29 2 *", "@yearly", "*/7 */5 */3 */2 *"])
@pytest.mark.parametrize("after", ["1900-01-01", "9899-12-31T23:59Z", "2027-03-28T02:30"])
def test_any_time(joblint: Program, schedule: str, after: str) -> None:
    done = joblint("explain-schedule", schedule, "--time-zone", "Europe/Paris", "--after", after)
    assert (done.code, done.err) == (0, "")


def test_plain_signs_where_the_encoding_needs_it(tmp_path: Path) -> None:
    done = process("explain-schedule", "* 3 * * *", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert ". . . # . ." in done.out
    assert (
        "\u00b7 \u00b7 \u00b7 \u2588 \u00b7"
        in process("explain-schedule", "* 3 * * *", cwd=tmp_path, PYTHONIOENCODING="utf-8").out
    )


def test_colours_change_no_text(joblint: Program) -> None:
    arguments = ("explain-schedule", "*/5 3 * * *", "--after", NOW)
    coloured = joblint(*arguments, "--color", "always").out
    assert "\x1b[32m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == joblint(*arguments).out


def test_notes_about_what_the_runs_depend_on(joblint: Program, tmp_path: Path) -> None:
    notes = json.loads(joblint("explain-schedule", "@every 36h", "--after", NOW, "--format", "json").out)["notes"]
    assert len(notes) == 1
    assert notes[0].startswith("`@every` counts from the creation of the CronJob")
    pod = "template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}"
    spec = f"schedule: '@daily', jobTemplate: {{spec: {{{pod}}}}}"
    path = tmp_path / "cronjob.yaml"
    for suspend, count in (("true", 1), ("false", 0), ("'true'", 0)):
        path.write_text(
            f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec: {{suspend: {suspend}, {spec}}}\n"
        )
        said = json.loads(joblint("explain-schedule", "-f", str(path), "--format", "json").out)
        assert len(said[0]["notes"]) == count, suspend


def test_a_note_fits_a_terminal(joblint: Program) -> None:
    lines = joblint("explain-schedule", "0 9 13 * 5", "--after", NOW, "--color", "never").out.split("\n")
    assert lines[2].startswith("note: `0 9 13 * 5` fires if day of month")
    assert lines[3].startswith("      ")
    assert max(map(len, lines)) <= 80


def test_the_sign_for_many_runs_is_explained(joblint: Program) -> None:
    assert joblint("explain-schedule", "*/5 * * * *", "--after", NOW).out.endswith(" means 10 or more\n")
    assert "or more" not in joblint("explain-schedule", "*/10 * * * *", "--after", NOW).out


def test_a_schedule_without_quotes(joblint: Program) -> None:
    done = joblint("explain-schedule", "0", "3", "a.yaml", "b.yaml", "1")
    assert (done.code, done.out) == (2, "")
    assert "put it in quotes" in done.err
