"""Runs that are made up, for the tests of reports."""

from typing import Any

from hypothesis import strategies as st

from joblint.manifests.source import Source
from joblint.report import LeftAlone, Note, Run
from joblint.rule.finding import Edit, Finding, Fix, Object, Related

MANIFEST = "kind: Job\nmetadata:\n  name: a\n  name: b\nspec:\n  x: 1\n"
ABOUT = Object("batch/v1", "Job", "jobs", "a", 0)

# What a manifest, or the name of a file, may hold, that means something to one format or another.
HOSTILE = (
    "::error::x", "a::b,c=d%0A", "##[group]x", "`a|b`", "|", "\\|", "a`b", "``", "` `", "]]>", "<![CDATA[", "<b>&amp;",
    "--> <!--", "'\"", "{0}", "{{x}}", "[a](1)", "](http://x.example)", "@all #1 !2", "https://x.example www.x.example",
    "*a* _b_ ~c~ ^d", "$x$", "\x00\x01\x1b[31m\x7f\x85", "\r\n", "\u2028\u202e\ufeff\uffff", "\ud800", "\udcff",
    "👩\u200d💻", " ", "", "\\", "%25", "a\tb", "file:///x", "a?b#c",
)  # fmt: skip


def found(line: int, column: int, end_line: int, end_column: int, path: str = "a.yaml", **more: Any) -> Finding:
    """A finding of `a-rule`, an error."""
    finding = Finding("a-rule", "rejected", "error", "this is wrong", path, line, column, end_line, end_column)
    return finding._replace(**more)


def run(*findings: Finding, sources: dict[str, str] | None = None, minors: tuple[str, ...] = ("1.37",)) -> Run:
    """A run over `a.yaml`, or over other files."""
    texts = {"a.yaml": MANIFEST} if sources is None else sources
    return Run(findings, {p: Source(p, t) for p, t in texts.items()}, [], [], 14, 20, minors, paths=list(texts))


def rich() -> Run:
    """A run with all that a report can tell."""
    related = (Related("because of this", "a.yaml", 1, 1, 1, 5), Related("and this", "b c.yaml", 1, 1, 1, 2))
    fix = Fix(True, "write `y`", (Edit(48, 49, "y"), Edit(53, 53, "z\n")))
    first = found(
        6, 3, 6, 4, rule="unknown-field", object=ABOUT, field="spec.x", reason="UnknownField", related=related, fix=fix
    )
    second = found(4, 3, 4, 7, effect="mistake", severity="warning", kube_versions=("1.36",))
    third = found(1, 1, 2, 1, path="b c.yaml", effect="advice", severity="info", fix=Fix(False, "cut", ()))
    texts = {"a.yaml": MANIFEST, "b c.yaml": "x: 1\n", "clean.yaml": "x: 1\n"}
    return run(second, first, third, sources=texts, minors=("1.36", "1.37"))._replace(
        errors=[Note("gone.yaml", "no such file")],
        left_alone=[LeftAlone("t.yaml", 4, "Job a", "is a template"), LeftAlone("dir", 0, "", "is ignored by git")],
        suppressed=[(found(3, 3, 3, 7, object=ABOUT), "the owner says so"), (found(5, 1, 5, 5), "")],
    )


def rendered() -> Run:
    """A run over the output of helm, of whose template no line is known."""
    return run(found(6, 3, 6, 4, path="<stdin>", origin="web/templates/job.yaml"), sources={"<stdin>": MANIFEST})


_words = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=[]), max_size=12))
_texts = st.lists(_words, min_size=1, max_size=3).map("".join)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Runs whose names, messages and texts may hold anything."""
    path, message = draw(_texts), draw(_texts)
    about = Object("batch/v1", "Job", draw(_texts), draw(_texts), 0)
    fix = Fix(True, draw(_texts), (Edit(0, 1, draw(_texts)),))
    related = (Related(draw(_texts), draw(_texts), 1, 1, 1, 2),)
    one = found(
        1, 1, 1, 2, path=path, message=message, object=about, field=draw(_texts), fix=fix, related=related,
        severity=draw(st.sampled_from(("error", "warning", "info"))),
    )  # fmt: skip
    made = run(one, sources={path: draw(_texts)})
    return made._replace(
        errors=[Note(draw(_texts), draw(_texts))],
        left_alone=[LeftAlone(draw(_texts), 1, draw(_texts), draw(_texts))],
        suppressed=draw(st.lists(st.tuples(st.just(one), _texts), max_size=1)),
    )
