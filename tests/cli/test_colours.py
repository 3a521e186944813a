"""Colours that can be read on dark and on light ground, and links only where they are understood."""

import re
from pathlib import Path

import pytest

from joblint.cli import colours
from joblint.report.pages import rule_page
from joblint.rule import cards
from joblint.rule.cards import listed, whole
from joblint.rule.own import OwnRules
from tests.cli.program import Program
from tests.support import BAD

UNSET = (
    "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK", "COLORTERM", "TERM", "TERM_PROGRAM",
    "VTE_VERSION", "DOMTERM", "KONSOLE_VERSION", "WT_SESSION", "CI",
)  # fmt: skip
READABLE = 3.8  # contrast; W3C asks for 3 for bold and large text, and 4.5 for other text: no colour has that on both
STEPS = (0, 95, 135, 175, 215, 255)  # of the colours 16 to 231 (xterm, 256colres.pl)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)


def luminance(colour: int) -> float:
    """As W3C's guidelines define it, of one of the colours 16 to 255."""
    if colour >= 232:
        channels = [8 + 10 * (colour - 232)] * 3
    else:
        channels = [STEPS[(colour - 16) // size % 6] for size in (36, 6, 1)]
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", colours.MANY)
def test_contrast_to_black_and_to_white(name: str) -> None:
    code = colours.MANY[name]
    if code == "1":  # bold, in the terminal's own colour
        return
    light = luminance(int(code.removeprefix("1;").removeprefix("38;5;")))
    assert (light + 0.05) / 0.05 > READABLE
    assert 1.05 / (light + 0.05) > READABLE


def test_of_few_colours_none_is_one_that_vanishes() -> None:
    assert set(colours.FEW) == set(colours.MANY)
    for code in colours.FEW.values():
        assert not {"2", "33", "34", "36", "37", "90", "93", "96", "97"} & set(code.split(";"))


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "1;31"),
        ({"TERM": "xterm"}, "1;31"),
        ({"TERM": "tmux-256color"}, "1;38;5;160"),
        ({"TERM": "xterm-kitty", "COLORTERM": "truecolor"}, "1;38;5;160"),
        ({"WT_SESSION": "1"}, "1;38;5;160"),
    ],
)
def test_256_colours_where_there_are_some(
    environment: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colours.painter()("x", "error") == f"\x1b[{code}mx\x1b[0m"


@pytest.mark.parametrize(
    ("environment", "terminal", "shown"),
    [
        ({}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-kitty"}, False, False),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, False, True),
        ({"TERM_PROGRAM": "vscode"}, True, True),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, True, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, True, False),
        ({"VTE_VERSION": "7402"}, True, True),
        ({"VTE_VERSION": "4601"}, True, False),
        ({"VTE_VERSION": "new"}, True, False),
        ({"VTE_VERSION": "7402", "TERM": "screen-256color"}, True, False),
        ({"WT_SESSION": "x"}, True, True),
    ],
)
def test_links_where_the_terminal_is_known_to_show_them(
    environment: dict[str, str], terminal: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colours.shows_links(terminal) is shown


def test_a_link_leads_to_the_page_of_the_rule() -> None:
    card = whole(next(one for one in listed() if one["name"] == "unknown-field"))
    assert colours.linker()("unknown-field") == f"\x1b]8;;{rule_page(card)}\x1b\\unknown-field\x1b]8;;\x1b\\"


def test_a_name_that_is_none_of_our_rules_is_no_link() -> None:
    assert colours.linker()("no-rule") == "no-rule"


def test_the_address_of_a_users_rule_is_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from the repository that is checked."""
    card = {"name": "own-rule", "docs": "https://evil.example/\x1b]0;x\x07", "effects": ["advice"], "homes": []}
    own = OwnRules()
    own.add(card)
    monkeypatch.setattr(cards, "OWN", own)
    assert colours.linker()("own-rule") == "own-rule"


@pytest.mark.parametrize(
    ("environment", "options", "links"),
    [
        ({"FORCE_HYPERLINK": "1"}, ("--color", "always"), True),
        ({"FORCE_HYPERLINK": "1"}, ("--color", "never"), False),
        ({}, ("--color", "always"), False),
    ],
)
def test_links_only_with_colours(
    environment: dict[str, str],
    options: tuple[str, ...],
    links: bool,
    here: Path,
    joblint: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (here / "bad.yaml").write_text(BAD)
    out = joblint("check", "--format", "text", *options).out
    assert ("\x1b]8;;https://kubernetes.io/" in out) is links
    assert re.sub(r"\x1b\]8;;[!-~]*?\x1b\\|\x1b\[[\d;]*m", "", out) == joblint("check", "--format", "text").out


@pytest.mark.parametrize("command", [("check", "--format", "concise"), ("explain", "unknown-field"), ("config",)])
def test_colours_of_other_commands(command: tuple[str, ...], here: Path, joblint: Program) -> None:
    (here / "bad.yaml").write_text(BAD)
    painted, plain = joblint(*command, "--color", "always").out, joblint(*command).out
    assert "\x1b[1" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain
