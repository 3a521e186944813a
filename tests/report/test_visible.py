"""Nothing that a text holds reaches a terminal or a CI runner as a command, in any format."""

import io
import json
import re
import xml.etree.ElementTree as ET
from contextlib import redirect_stderr
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.attacks.output import WORDS
from joblint.cli import colours
from joblint.cli.diff import _shown
from joblint.cli.explain import shown
from joblint.cli.tell import left_alone, told
from joblint.manifests.source import Source
from joblint.report import FORMATS, Look, Run, github, stderr
from joblint.report.rendered import rendered
from joblint.report.visible import cells, inert, inert_json, visible
from joblint.rule.flaw import Flaw
from tests.report.runs import runs

# Everything that is no character to print, and what turns the direction of writing around.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HIDDEN = "[\u200b-\u200d\u2060\ufe00-\ufe0f\u00ad]*"
ANYWHERE = re.compile(f"#{HIDDEN}#{HIDDEN}(?:vso|teamcity)?{HIDDEN}\\[|section_(?:start|end):")

pieces = st.sampled_from((*WORDS, "::", ":", "##", "#", "[", "]", "vso[", "section_", "start:1:x", "\u200d", " ", "\t"))
texts = st.lists(pieces | st.text(st.characters(exclude_categories=[]), max_size=5), max_size=6).map("".join)


def commands(text: str) -> list[str]:
    """The lines that GitHub's runner reads as commands of its second version (ActionCommand.TryParseV2)."""
    lines = re.split(r"\r\n|\r|\n", text)  # as .NET's StreamReader parts them
    return [line for line in lines if line.strip("\ufeff\u200b\u200c\u200d " + _SPACE).startswith("::")]


_SPACE = "".join(
    map(chr, (9, 11, 12, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
)


def harmless(text: str) -> bool:
    return not UNSAFE.search(text) and not ANYWHERE.search(text) and not commands(text)


@given(texts)
def test_a_line(text: str) -> None:
    assert harmless(inert(visible(text)))
    assert "\n" not in visible(text)


@given(texts)
def test_cells_show_the_same(text: str) -> None:
    assert harmless("  | " + "".join(piece for piece, _ in cells(text)))
    assert all(width >= 0 for _, width in cells(text))


@given(st.recursive(texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=4))
def test_json_keeps_its_values(value: Any) -> None:
    made = inert_json(json.dumps(value, indent=2))
    assert json.loads(made) == value
    assert harmless(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("##[group]x", "#\\x23[group]x"),
        ("a ##vso[task.x]b", "a #\\x23vso[task.x]b"),
        ("##teamcity[a]", "#\\x23teamcity[a]"),
        ("###[a]", "##\\x23[a]"),
        ("section_end:1:a", "section\\x5fend:1:a"),
        ("## heading [a]", "## heading [a]"),
        ("section_name", "section_name"),
        ("a::b ::c", "a::b ::c"),
        ("C:: x", "C:: x"),
    ],
)
def test_a_person_can_read_it(text: str, expected: str) -> None:
    assert visible(text) == inert(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::a::b", "\\x3a:a::b"),
        (" ::a", " \\x3a:a"),
        ("x\n\u3000::a", "x\n\u3000\\x3a:a"),
        ("::a\n::b", "\\x3a:a\n\\x3a:b"),
    ],
)
def test_the_start_of_a_line(text: str, expected: str) -> None:
    assert inert(text) == expected


@given(runs(), texts, texts)
def test_every_format(one: Run, path: str, message: str) -> None:
    flawed = one._replace(flaws=[Flaw(path, 1, 2, message)])
    for run in (one, flawed):
        for format_ in FORMATS.keys() - {"github"}:  # whose commands begin with `::`; tests/report/test_github.py
            text = "".join(rendered(run, format_, Look()))
            assert harmless(text), format_
            if format_ in ("json", "sarif", "gitlab"):
                json.loads(text)
            elif format_ in ("junit", "checkstyle"):
                ET.fromstring(text)
        assert harmless("".join(rendered(run, "concise", Look(), statistics=True)))


@given(runs(), texts)
def test_colours_and_links_are_ours_alone(one: Run, message: str) -> None:
    """What is left without the sequences that joblint writes itself is harmless, and no sequence is left open."""
    findings = [finding._replace(rule="unknown-field", message=message) for finding in one.findings]
    look = Look(colours.painter(), 50, colours.linker())
    text = "".join(rendered(one._replace(findings=findings), "text", look))
    assert "\x1b]8;;https://kubernetes.io/" in text
    for row in text.split("\n"):
        assert row.count("\x1b]8;;") % 2 == 0
        assert row.count("\x1b[") == 2 * row.count("\x1b[0m")
    assert harmless(re.sub(r"\x1b\]8;;(?:https://kubernetes\.io/[!-~]*)?\x1b\\|\x1b\[[\d;]*m", "", text))


@given(runs(), texts, texts)
def test_workflow_commands_are_ours_alone(one: Run, path: str, message: str) -> None:
    text = "".join(github.report(one._replace(flaws=[Flaw(path, 1, 2, message)])))
    lines = text.splitlines()
    assert len(lines) == len(commands(text)) == 3
    assert all(re.match("::(error|warning|notice) title=joblint", line) for line in lines)
    assert not UNSAFE.search(text)
    assert not ANYWHERE.search(text)


@given(runs())
def test_lines_on_standard_error(one: Run) -> None:
    written = io.StringIO()
    with redirect_stderr(written):
        for line in [*left_alone(one), *map(told, one.errors)]:
            stderr.say(line)
            stderr.complain(line)
    assert harmless(written.getvalue())


@given(texts, texts, texts)
@example("::a::b\n##[x]", "::a::b\n##[y]\x1b[0m\n", "\x1b[31m\n::error::.yaml")
def test_a_shown(before: str, after: str, path: str) -> None:
    text = "".join(inert(line) + "\n" for line in _shown(Source(path, before), after)).replace("\r\n", "\n")
    assert harmless(text.replace("\t", " "))


def test_a_diff_of_plain_text_is_as_patch_takes_it() -> None:
    lines = list(_shown(Source("a.yaml", "a: 1\r\nb:\t2 # ü ::x\n"), "a: 2\r\nb:\t2 # ü ::x\n"))
    assert lines == ["--- a.yaml", "+++ a.yaml", "@@ -1,2 +1,2 @@", "-a: 1\r", "+a: 2\r", " b:\t2 # ü ::x"]


@given(texts)
def test_a_card(text: str) -> None:
    card = shown({"name": text, "bad": [{"manifest": text}], "fix": 1})
    assert not UNSAFE.search(card["name"].replace("\t", ""))
    assert card["bad"][0]["manifest"] == card["name"]
    assert card["fix"] == 1
