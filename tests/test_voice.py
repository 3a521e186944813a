"""The words that joblint does not use, in messages, help texts, cards and documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What is advised against, and what to write. Each pattern is looked for in one sentence at a time.
ADVISED_AGAINST = {
    r"(?<!\bthere )\b(is|are|was|be) no (?!longer\b|more than\b|less\b|way\b|point\b|need\b)": 'say "is not a valid X"',
    r"\bstands?\b(?! for\b)|\bstanding\b|\bstood\b": 'say "is"',
    r"\b(is|are) (told|said|spoken of)\b": 'say "is reported", "is listed"',
    r"\bnobody\b": 'say "is ignored", "is never set", "has no effect"',
    r"\bgoes on\b|\bgo on\b|\bfor ever\b": 'say "continues", "never ends"',
    r"\btakes\b(?! precedence| effect| place| over| \d| the place| longer| time| up to| about)": 'say "accepts"',
    r"(?<!\bleft )(?<!\bleave )\balone\b": 'say "only", "on its own"',
    r"\bbesides\b|(?<!\bis)(?<!\bare),? too(?=[.,;:)]|$)": 'say "also"',
    r"(?<!-)\bbehind\b(?!-)": 'say "after"',
    r"\bgoes without\b|\bgo without\b": 'say "cannot be combined with"',
    r"\blet \S+ (\S+ )?stand\b": 'say "suppress"',
    r"\bmend(s|ed|ing)?\b|\bcures?\b|\bcured\b": 'say "fix"',
    r"\bmildest\b|\bgrave\b|\bgravest\b": 'say "lowest", "severe"',
    r"\bthis wins\b|\bwins\b": 'say "takes precedence"',
    r"\bone can\b|\bone cannot\b|\bone may\b": 'say who: "joblint cannot read"',
    r"\bbegins? anew\b|\banew\b": 'say "again", "restarts"',
    r"\bwhom\b|\bthereof\b|\bwherever\b|\bsuch are\b|\bmust be such\b": "use plain words",
    r"\ball the same\b|\bthe like\b|\bin vain\b|\baloud\b|\bof (its|their) own accord\b": "use plain words",
    r"\bbeside\b": 'say "next to", "with"',
}


def texts_of_code(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string constant in a module that is prose and not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
            if node.value.count(" ") > 1:
                yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "`X`" for part in node.values),
            )


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the first line of each docstring in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            whole = ast.get_docstring(node)
            if whole:
                yield node.body[0].lineno, whole.splitlines()[0]


def click_help(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the whole docstring of each command: click prints it as its help."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(d) for d in node.decorator_list):
            whole = ast.get_docstring(node)
            if whole:
                yield node.body[0].lineno, whole


def plain_text(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line of a file that is prose as a whole, without code blocks and what is in backquotes."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def card_text(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line of a card's prose: not the examples, which are manifests."""
    example = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line[0].isspace() and line[0] != "-":
            example = line.startswith(("examples:", "wrong:", "right:", "bad:", "good:", "sources:", "name:"))
        if not example:
            yield number, line


def odd_words(text: str) -> Iterator[str]:
    """Yield what is advised against in a text, with the advice."""
    spoken = re.sub(r"``.*?``|`[^`]*`", "`X`", text)
    for pattern, advice in ADVISED_AGAINST.items():
        for match in re.finditer(pattern, spoken, re.IGNORECASE):
            yield f"{match[0].strip()!r}: {advice}"


CODE = sorted((ROOT / "joblint").rglob("*.py"))
CARDS = sorted((ROOT / "rules").rglob("*.yaml"))
TOOLS = sorted(path for folder in ("benchmarks", "conformance", "tools") for path in (ROOT / folder).rglob("*.py"))
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")),
    *sorted(path for folder in ("docs", "conformance") for path in (ROOT / folder).rglob("*.md")),
]
SOURCES = (
    [(path, texts_of_code) for path in CODE]
    + [(path, docstrings) for path in [*CODE, *TOOLS]]
    + [(path, click_help) for path in CODE]
    + [(path, card_text) for path in CARDS]
    + [(path, plain_text) for path in DOCS]
)


def complaints(prefix: str = "") -> Iterator[str]:
    """Yield `path:line: words: advice` for everything below a path of the repository."""
    for path, reader in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(prefix):
            for line, text in reader(path):
                for what in odd_words(text):
                    yield f"{name}:{line}: {what} | {text.strip()[:200]!r}"


@pytest.mark.parametrize(
    "room", ["joblint/", "rules/", "docs/", "README.md", "CONTRIBUTING.md", "benchmarks/", "conformance/", "tools/"]
)
def test_no_text_has_words_that_are_advised_against(room: str) -> None:
    assert list(complaints(room)) == []


if __name__ == "__main__":
    import sys

    for prefix in sys.argv[1:] or [""]:
        print(*complaints(prefix), sep="\n")
