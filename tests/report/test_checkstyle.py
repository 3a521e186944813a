"""Checkstyle's XML, read back by a parser."""

from xml.etree import ElementTree as ET

from hypothesis import given

from joblint._version import __version__
from joblint.report import Note, Run, checkstyle
from joblint.report.visible import visible
from joblint.rule.flaw import Flaw
from tests.report.runs import found, rendered, rich, run, runs

Problem = tuple[str, str | None, str, str, str]  # line, column, severity, message, source


def files(one: Run) -> list[tuple[str, list[Problem]]]:
    """The files by name, with their problems; all attributes are those that Checkstyle writes."""
    root = ET.fromstring("".join(checkstyle.report(one)).encode())
    assert (root.tag, list(root.attrib)) == ("checkstyle", ["version"])
    for element in root:
        assert (element.tag, list(element.attrib)) == ("file", ["name"])
        assert [error.tag for error in element] == ["error"] * len(element)
    return [(element.attrib["name"], [problem(error) for error in element]) for element in root]


def problem(error: ET.Element) -> Problem:
    assert {*error.attrib} - {"column"} == {"line", "severity", "message", "source"}
    told = error.attrib
    return told["line"], error.get("column"), told["severity"], told["message"], told["source"]


def test_clean() -> None:
    assert "".join(checkstyle.report(run())) == (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- joblint {__version__} -->\n'
        '<checkstyle version="4.3">\n</checkstyle>\n'
    )


def test_everything() -> None:
    assert files(rich()) == [
        (
            "a.yaml",
            [
                ("4", "3", "warning", "this is wrong (on 1.36)", "joblint.mistake.a-rule"),
                ("6", "3", "error", "this is wrong; did you mean `y`?", "joblint.rejected.unknown-field"),
            ],
        ),
        ("b c.yaml", [("1", "1", "info", "this is wrong", "joblint.advice.a-rule")]),
        ("gone.yaml", [("0", None, "error", "no such file", "joblint.failed.unreadable")]),
    ]


def test_rendered() -> None:
    message = "this is wrong (rendered, line 6 of the output)"
    assert files(rendered()) == [("web/templates/job.yaml", [("0", None, "error", message, "joblint.rejected.a-rule")])]


def test_configuration() -> None:
    flaws = [Flaw(".joblint.yaml", 2, 1, "unknown key"), Flaw("rules.yaml", 0, 0, "no such file")]
    assert files(run()._replace(flaws=flaws)) == [
        (".joblint.yaml", [("2", "1", "error", "unknown key", "joblint.failed.configuration")]),
        ("rules.yaml", [("0", None, "error", "no such file", "joblint.failed.configuration")]),
    ]


def test_problems_of_one_file_are_together() -> None:
    one = run(found(3, 3, 3, 7), found(4, 3, 4, 7, path="./a.yaml"))._replace(errors=[Note("", "no such option")])
    assert [(name, len(problems)) for name, problems in files(one)] == [("a.yaml", 2), ("joblint", 1)]


@given(runs())
def test_whatever_the_texts_hold(one: Run) -> None:
    (finding,), (error,) = one.findings, one.errors
    problems = [problem for _, problems in files(one) for problem in problems]
    assert sorted(problems) == sorted(
        [
            ("0", None, "error", visible(error.message), "joblint.failed.unreadable"),
            ("1", "1", finding.severity, visible(finding.message), "joblint.rejected.a-rule"),
        ]
    )
