"""Nothing raises, whatever the text and wherever the cursor; and what is said lies inside of the text."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from joblint.editor import links, outline
from joblint.editor.complete import complete
from joblint.editor.hover import hover
from joblint.editor.lens import lenses
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from tests.editor.marks import JOB, NOW, POD, settings

ROOT = Path(__file__).parents[2]
LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".md": "markdown", ".sh": "shell", ".rst": "rst"}
MANIFESTS = [
    (path.read_text(encoding="utf-8", errors="replace")[:20_000], LANGUAGES[path.suffix])
    for path in sorted((ROOT / "fixtures").rglob("*"))
    if path.suffix in LANGUAGES
]
WHOLE = JOB + POD
JSON = '{"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}'
EMBEDDED = "# x\n\n- y\n\n  > ```yaml\n" + "".join(f"  > {line}\n" for line in WHOLE.splitlines()) + "  > ```\n"
OWN = [
    (WHOLE, "yaml"),
    (JSON, "json"),
    (EMBEDDED, "markdown"),
    (f"cat <<EOF | kubectl apply -f -\n{WHOLE}EOF\n", "shell"),
    (".. code-block:: yaml\n   :linenos:\n\n" + "".join(f"   {line}\n" for line in WHOLE.splitlines()), "rst"),
]
PIECES = st.text(alphabet="ab:-{}[],\"'|>#&*!? \n\t\r\\%@`$~0é😀\ufeff\x85", max_size=8)
SETTINGS = (settings(), settings("1.21"), settings("1.21-1.37"))


def everything(source: Source, offset: int, number: int = 0) -> Iterator[tuple[int, int]]:
    """Every span that is told of."""
    chosen, corpus = SETTINGS[number], Corpus([source])
    shown = hover(source, offset, chosen, NOW)
    yield from [(shown.start, shown.end)] if shown else []
    for found in complete(source, offset, chosen, corpus=corpus):
        assert found.start <= offset <= found.end
        assert "\n" not in source.text[found.start : found.end]  # editors take no edit of several lines there
        yield found.start, found.end
    yield from ((at.start, at.end) for at in links.definitions(source, offset, chosen, corpus))
    yield from ((at.start, at.end) for at in links.references(source, offset, chosen, corpus))
    yield from ((lens.at, lens.at) for lens in lenses(source, chosen, NOW))
    yield from ((symbol.start, symbol.end) for symbol in outline.symbols(source))
    yield from ((fold.start, fold.end) for fold in outline.foldings(source))


def look(text: str, language: str, offset: int, number: int) -> None:
    source = Source("x", text, language)
    for start, end in everything(source, min(offset, len(source.text)), number):
        assert 0 <= start <= end <= len(source.text)


@given(st.sampled_from(MANIFESTS + OWN * 5), st.data())
def test_a_prefix_of_a_manifest(manifest: tuple[str, str], data: st.DataObject) -> None:
    text, language = manifest
    size = data.draw(st.integers(0, len(text)))
    offset = size if data.draw(st.booleans()) else data.draw(st.integers(0, size))
    look(text[:size], language, offset, data.draw(st.integers(0, 2)))


@given(st.sampled_from(MANIFESTS + OWN * 5), st.data(), PIECES)
def test_a_manifest_that_is_edited(manifest: tuple[str, str], data: st.DataObject, piece: str) -> None:
    text, language = manifest
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    changed = text[:start] + piece + text[end:]
    offset = data.draw(st.sampled_from([start, start + len(piece), data.draw(st.integers(0, len(changed)))]))
    look(changed, language, offset, data.draw(st.integers(0, 2)))


@given(
    st.lists(
        st.one_of(PIECES, st.sampled_from(["kind: Job\n", "apiVersion: batch/v1\n", "spec:\n", "  - "])), max_size=12
    )
)
def test_any_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for language in ("yaml", "markdown", "shell", "rst"):
        for offset in {0, len(text) // 2, len(text)}:
            look(text, language, offset, 0)


def test_every_prefix_of_a_job() -> None:
    for text, language in OWN:
        for size in range(len(text) + 1):
            look(text[:size], language, size, 0)


def test_offsets_outside_of_the_text() -> None:
    source = Source("x", WHOLE)
    for offset in (-5, len(WHOLE) + 5):
        assert hover(source, offset, SETTINGS[0], NOW) is None
        assert complete(source, offset, SETTINGS[0]) == []
