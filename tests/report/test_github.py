"""Workflow commands, read back as the runner reads them."""

import re
from typing import NamedTuple

from hypothesis import given

from joblint.report import Note, Run, github
from joblint.report.visible import visible
from tests.report.runs import found, rendered, rich, run, runs


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command:
    """A command, as actions/runner reads it (ActionCommand.TryParseV2)."""
    assert line.startswith("::")
    end = line.index("::", 2)
    name, _, listed = line[2:end].partition(" ")
    properties = {}
    for pair in listed.split(","):
        key, equals, value = pair.partition("=")
        assert equals
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(code, character)
        properties[key] = value
    message = line[end + 2 :]
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(code, character)
    return Command(name, properties, message)


def commands(one: Run) -> list[Command]:
    text = "".join(github.report(one))
    assert text.count("\n") == len(text.splitlines())
    return [read(line) for line in text.splitlines()]


def test_clean() -> None:
    assert commands(run()) == []


def test_to_the_letter() -> None:
    (line,) = github.report(run(found(3, 3, 3, 7, path="a,b:c.yaml", message="100 %: a::b")))
    assert line == (
        "::error title=joblint%3A a-rule,file=a%2Cb%3Ac.yaml,line=3,endLine=3,col=3,endColumn=7"
        "::a,b:c.yaml:3:3: 100 %25: a::b\n"
    )


def test_gravest_first() -> None:
    told = commands(rich())
    assert [(c.name, c.properties["file"], c.properties.get("line")) for c in told] == [
        ("error", "gone.yaml", None), ("error", "a.yaml", "6"), ("warning", "a.yaml", "4"), ("notice", "b c.yaml", "1"),
    ]  # fmt: skip
    assert told[2].message == "a.yaml:4:3: this is wrong (on 1.36)"


def test_columns_are_told_within_a_line_only() -> None:
    (told,) = commands(run(found(3, 3, 4, 1)))
    assert told.properties == {"title": "joblint: a-rule", "file": "a.yaml", "line": "3", "endLine": "4"}


def test_rendered() -> None:
    path = "web/templates/job.yaml"
    message = f"{path} (rendered, line 6 of the output): this is wrong"
    assert commands(rendered()) == [Command("error", {"title": "joblint: a-rule", "file": path}, message)]


def test_a_note_says_that_github_shows_ten() -> None:
    at_the_limit = [found(1, n, 1, n + 1) for n in range(1, 11)]
    assert len(commands(run(*at_the_limit))) == 10
    one = run(*at_the_limit)._replace(errors=[Note("gone", "no such file")])
    assert commands(one)[0] == Command(
        "notice",
        {"title": "joblint"},
        "GitHub shows 10 of 11 errors as annotations; the log of this step has all of them",
    )


@given(runs())
def test_whatever_the_texts_hold(one: Run) -> None:
    told = commands(one)
    (finding,), (error,) = one.findings, one.errors
    assert len(told) == 2
    assert told[0].message.endswith(visible(error.message))
    assert told[1].message.endswith(f":1:1: {visible(finding.message)}")
    assert set(told[1].properties) == {"title", "file", "line", "endLine", "col", "endColumn"}
    assert not re.search(r"[\x00-\x1f]", told[1].message + told[1].properties["file"])
