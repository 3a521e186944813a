"""Texts that a terminal or CI runner may read as commands: in names, values, comments, paths, configurations."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.case import FAILED, FOUND, SPEC, Case
from joblint.report import FORMATS

# GitHub's runner (both versions), Azure's, TeamCity's, GitLab's sections; escapes; line ends of all kinds.
WORDS = (
    "::error::x", " ::set-output name=a::b", "\u00a0::stop-commands::t", "##[group]x", "##[stop-commands]t",
    "#\u200d#[error]x", "##vso[task.setvariable variable=a]b", "##teamcity[message text='a']",
    "section_start:1:a\r\x1b[0K", "\x1b[31mred\x1b]0;title\x07\x1b[2J", "\x9b31m\x9d0;t\x9c", "\x00\x08\x7f",
    "\u202eabc\u2066", "a\u2028::error::b", "a\u2029::error::b", "a\x85::error::b", "a\r::error::b", "a\n::error::b",
)  # fmt: skip


def _quoted(text: str) -> str:
    """Return a text in YAML, in double quotes."""
    return '"' + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else _escape(c) for c in text) + '"'


def _escape(character: str) -> str:
    return f"\\U{ord(character):08x}"


def manifest(word: str) -> str:
    """Return a Job with a hostile name, key, value and comment."""
    name = _quoted(word)
    shown = "".join(c for c in word if c.isprintable())
    job = SPEC.replace("name: a\n", f"name: {name}\n", 1).replace("Never", name)
    return f"# {shown}\n{job}  {name}: {name} # {shown}\n"


def _tree(folder: Path) -> None:
    """Write files with hostile names and content, as far as the system accepts the names."""
    for number, word in enumerate(WORDS):
        for name in (f"{number}.yaml", f"{word.replace('/', '_')}.yaml"):
            try:
                (folder / name).write_text(manifest(word), encoding="utf-8")
            except (OSError, ValueError):
                continue


def _configured(folder: Path) -> None:
    _tree(folder)
    names = list(map(_quoted, WORDS))
    listed = f"[{', '.join(names)}]"
    text = "".join(f"{name}: 1\n" for name in names)
    text += f"select: {listed}\nseverity: {{{names[0]}: {names[3]}}}\nbaseline: {names[4]}\nrules: {listed}\n"
    (folder / ".joblint.yaml").write_text(text, encoding="utf-8")


def cases() -> Iterator[Case]:
    """Yield a run in each format, of files and of a configuration; a diff of fixes; the configuration itself."""
    for format_ in FORMATS:
        asked = ("check", "--format", format_, "--color", "never", "-v", ".")
        line = "\n::set-output" if format_ != "github" else "\u202e"
        yield Case(f"words for runners in {format_}", _tree, FOUND, "unfit-restart-policy", "", asked, "##[")
        yield Case(f"lines for runners in {format_}", _tree, FOUND, "unfit-restart-policy", "", asked, line)
        yield Case(f"a configuration for runners in {format_}", _configured, FAILED, "", "", asked, "##[")
    for unsaid in ("##[", "\n ::", "\n::"):
        yield Case(
            f"a diff for runners: {unsaid!r}",
            _tree,
            FOUND,
            "--- ",
            "",
            ("fix", "--unsafe-fixes", "--diff", "."),
            unsaid,
        )
    yield Case("joblint config for runners", _configured, FAILED, "", "", ("config", "a.yaml"), "##[")
