"""What a report needs is imported when it is asked for, and not before: the start-up budget."""

import subprocess
import sys
from pathlib import Path

import pytest

from joblint.report import FORMATS
from tests.cli.program import environment
from tests.support import BAD

CODE = """
import atexit, sys
from joblint.cli import main
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
main()
"""
COMMON = {"joblint.report", "joblint.report.rendered", "joblint.report.stderr", "joblint.report.visible"}
CONCISE = "joblint.report.concise"
FINGERPRINTS = {"joblint.report.known", "joblint.report.places", "joblint.report.fingerprint", "hashlib"}
SARIF = {CONCISE, *(f"joblint.report.{name}" for name in ("pages", "sarif", "sarif_rules", "snippets"))}
WATCHED = (
    "joblint.report",
    "joblint.report.fingerprint",
    "joblint.cli.save",
    "joblint.cli.progress",
    "hashlib",
    "html",
    "xml",
)


def imported(here: Path, *arguments: str) -> set[str]:
    """What `check` imports of what the reports are made with."""
    (here / "bad.yaml").write_text(BAD)
    done = subprocess.run(
        [sys.executable, "-c", CODE, "check", "-q", "bad.yaml", *arguments],
        cwd=here, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return {name for name in done.stderr.split() if name.startswith(WATCHED)}


def test_without_options(here: Path) -> None:
    assert imported(here) == COMMON | {CONCISE}


OF_FORMATS = {
    "json": FINGERPRINTS | {"joblint.report.json", "joblint.report.statistics"},
    "sarif": FINGERPRINTS | SARIF,
    "github": {CONCISE, "joblint.report.github", "joblint.report.places"},
    "gitlab": FINGERPRINTS | {CONCISE, "joblint.report.gitlab"},
    "junit": {CONCISE, "joblint.report.junit", "joblint.report.places", "html", "html.entities"},
    "checkstyle": {CONCISE, "joblint.report.checkstyle", "joblint.report.places", "html", "html.entities"},
    "markdown": {CONCISE, "joblint.report.markdown", "joblint.report.places", "joblint.report.statistics"},
}


def test_every_format_is_measured() -> None:
    assert OF_FORMATS.keys() == FORMATS.keys() - {"text", "concise"}


@pytest.mark.parametrize(("format_", "more"), OF_FORMATS.items())
def test_of_a_format(here: Path, format_: str, more: set[str]) -> None:
    assert imported(here, "--format", format_) == COMMON | more


def test_of_a_file(here: Path) -> None:
    assert imported(here, "--output", "github=out") == COMMON | {
        CONCISE, "joblint.cli.save", "joblint.report.github", "joblint.report.places"
    }  # fmt: skip
