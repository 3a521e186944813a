"""What cannot be read because quotes are missing gets them."""

import pytest

import joblint
from joblint.engine.fix import Fixed, fix_source
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.support import GOOD


def judge(source: Source) -> list[Finding]:
    return joblint.lint(source.text, language=source.language)


def fixed(text: str, language: str = "yaml") -> Fixed:
    return fix_source(Source("x", text, language), judge)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("image: */b", 'image: "*/b"'),
        ("image: @b  # which", 'image: "@b"  # which'),
        ("image: `b` c", 'image: "`b` c"'),
        ("args:\n        - %a b", 'args:\n        - "%a b"'),
        ("image: */b\r", 'image: "*/b"\r'),
    ],
)
def test_a_value_that_cannot_be_plain(written: str, wanted: str) -> None:
    text = GOOD.replace("image: busybox:1.36", written)
    done = fixed(text)
    assert done.text == GOOD.replace("image: busybox:1.36", wanted)
    assert [finding.rule for finding in done.cured] == ["unreadable-document"]


@pytest.mark.parametrize("written", ['image: */b "c"', "image: */b\\n", "{image: */b}", "image: [*/b]", "args: [@a]"])
def test_where_quotes_alone_would_not_do(written: str) -> None:
    text = GOOD.replace("image: busybox:1.36", written)
    assert fixed(text).text == text


def test_what_comes_to_light_is_told() -> None:
    done = fixed(GOOD.replace("image: busybox:1.36", "image: */b").replace("name: hello", "name: Hello", 1))
    assert '"*/b"' in done.text
    assert [finding.rule for finding in done.remaining] == ["invalid-name"]


def test_a_later_document_is_not_touched() -> None:
    broken = GOOD.replace("image: busybox:1.36", "image: */b")
    assert (
        fixed(f"{GOOD}---\n{broken}---\n{GOOD}").text
        == f"{GOOD}---\n{broken.replace('*/b', chr(34) + '*/b' + chr(34))}---\n{GOOD}"
    )


def test_in_markdown() -> None:
    text = "# Jobs\n\n- x\n\n  ```yaml\n" + "".join(f"  {line}\n" for line in GOOD.splitlines()) + "  ```\n"
    broken = text.replace("image: busybox:1.36", "image: */b")
    assert fixed(broken, "markdown").text == broken.replace("*/b", '"*/b"')
