"""Colours and links of a terminal. They must be readable on a dark and on a light background, in every theme.

A theme defines the 16 colours that every terminal has: yellow and cyan are often unreadable on white, blue on black.
The other 240 colours of a terminal with 256 are the same everywhere, so these are used if the terminal has them.
"""

import os
import re
import sys
from collections.abc import Callable

from joblint.report import Paint

_BOLD = "1;"
# By the name that a Paint is asked for. tests/cli/test_colours.py holds their contrast to black and to white.
MANY = {
    "error": _BOLD + "38;5;160", "warning": _BOLD + "38;5;130", "info": _BOLD + "38;5;30", "good": "38;5;28",
    "bad": "38;5;160", "path": "1", "message": "1", "frame": "38;5;243", "faint": "38;5;243", "related": "38;5;30",
    "heading": "1",
}  # fmt: skip
FEW = {
    "error": "1;31", "warning": "1;35", "info": "1", "good": "32", "bad": "31", "path": "1", "message": "1",
    "frame": "", "faint": "", "related": "", "heading": "1",
}  # fmt: skip
# Terminals that show links, as listed by the packages supports-hyperlinks of npm (4.6.0) and crates.io (3.2.0).
_PROGRAMS = ("Hyper", "iTerm.app", "WezTerm", "ghostty", "terminology", "vscode", "zed")
_TERMS = ("alacritty", "alacritty-direct", "xterm-kitty")
_VTE = 5001  # VTE 0.50.0 crashed at a link
_OTHERS = ("DOMTERM", "KONSOLE_VERSION", "WT_SESSION")
_MULTIPLEXERS = ("screen", "tmux")  # what they pass on depends on their version and settings


def painter() -> Paint:
    """Return a function that colours a text."""
    if sys.platform == "win32":
        import colorama  # click brings it there: Windows' own console has to be asked to understand colours

        colorama.just_fix_windows_console()
    codes = MANY if _has_many() else FEW

    def paint(text: str, name: str) -> str:
        return f"\x1b[{codes[name]}m{text}\x1b[0m" if text and codes[name] else text

    return paint


def _has_many() -> bool:
    """Return whether the environment says that the terminal has 256 colours or more."""
    get = os.environ.get
    return "256" in get("TERM", "") or get("COLORTERM", "") in ("truecolor", "24bit") or bool(get("WT_SESSION"))


def shows_links(terminal: bool) -> bool:
    """Return whether to write links: if FORCE_HYPERLINK says so, or the terminal is known to show them."""
    get = os.environ.get
    forced = get("FORCE_HYPERLINK")
    if forced is not None:
        return forced.strip() != "0"
    term = get("TERM", "")
    if not terminal or get("CI") or term.startswith(_MULTIPLEXERS):
        return False
    vte = get("VTE_VERSION", "")
    if vte.isdecimal() and int(vte) >= _VTE:
        return True
    return get("TERM_PROGRAM") in _PROGRAMS or term in _TERMS or any(get(name) for name in _OTHERS)


def linker() -> Callable[[str], str]:
    """Return a function that makes a rule's name a link to its page (OSC 8). Users' own rules have no links."""
    from joblint.report.pages import page

    def link(rule: str) -> str:
        address = page(rule)
        if not re.fullmatch(r"https://[!-~]+", address):
            return rule
        return f"\x1b]8;;{address}\x1b\\{rule}\x1b]8;;\x1b\\"

    return link
