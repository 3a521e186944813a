"""JUnit's XML, read back by a parser."""

from itertools import chain
from xml.etree import ElementTree as ET

from hypothesis import given

from joblint.report import Run, junit
from joblint.report.visible import visible
from tests.report.runs import found, rendered, rich, run, runs

Case = tuple[str, str, str | None, str | None]  # how it ended, name, line, message


def suites(one: Run) -> list[tuple[str, list[Case]]]:
    """The suites by name, with their cases; the counts are right."""
    root = ET.fromstring("".join(junit.report(one)).encode())
    assert root.tag == "testsuites"
    told = [(suite.attrib["name"], [case(element) for element in suite]) for suite in root]
    every = list(chain.from_iterable(cases for _, cases in told))
    for element, cases in [(root, every), *zip(root, (cases for _, cases in told), strict=True)]:
        ends = [end for end, *_ in cases]
        assert [element.get(name) for name in ("tests", "failures", "errors", "skipped")] == [
            str(number) for number in (len(ends), *map(ends.count, ("failure", "error", "skipped")))
        ]
    return told


def case(element: ET.Element) -> Case:
    ends = [child for child in element if child.tag != "system-out"]
    assert len(ends) <= 1
    end = ends[0].tag if ends else "passed"
    return end, element.attrib["name"], element.get("line"), ends[0].get("message") if ends else None


def test_clean_file_passes() -> None:
    assert dict(suites(run())) == {"a.yaml": [("passed", "no problems", None, None)]}


def test_everything() -> None:
    assert dict(suites(rich())) == {
        "a.yaml": [
            ("failure", "a-rule at 4:3", "4", "this is wrong"),
            ("failure", "unknown-field at 6:3", "6", "this is wrong; did you mean `y`?"),
            ("skipped", "a-rule at 3:3", "3", "the owner says so"),
            ("skipped", "a-rule at 5:1", "5", "suppressed"),
        ],
        "b c.yaml": [("passed", "a-rule at 1:1", "1", None)],
        "clean.yaml": [("passed", "no problems", None, None)],
        "gone.yaml": [("error", "cannot be read", None, "no such file")],
    }


def test_rendered() -> None:
    assert dict(suites(rendered())) == {
        "<stdin>": [("failure", "a-rule at 6:3 of web/templates/job.yaml", None, "this is wrong")]
    }


def test_what_fails_is_what_fails_the_run() -> None:
    one = run(found(3, 3, 3, 7))._replace(failing=())
    assert dict(suites(one)) == {"a.yaml": [("passed", "a-rule at 3:3", "3", None)]}


@given(runs())
def test_whatever_the_texts_hold(one: Run) -> None:
    cases = list(chain.from_iterable(cases for _, cases in suites(one)))
    (finding,), (error,) = one.findings, one.errors
    assert ("error", "cannot be read", None, visible(error.message)) in cases
    if finding.severity in one.failing:
        assert ("failure", "a-rule at 1:1", "1", visible(finding.message)) in cases
    else:
        assert ("passed", "a-rule at 1:1", "1", None) in cases
    assert len(cases) == 2 + len(one.suppressed)
