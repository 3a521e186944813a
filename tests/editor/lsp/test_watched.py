"""What a rule asks about other texts is recorded; otherwise the editor would show what no longer holds."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from joblint.editor.lsp.watched import Watched
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from tests.support import GOOD, named

SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\n"
KUSTOMIZATION = "namePrefix: a-\nresources:\n- a.yaml\n"

# How a rule asks, for each public method that looks at other texts.
QUERIES: dict[str, Callable[[Corpus, Document], Any]] = {
    "beside": lambda corpus, near: corpus.beside(near),
    "find": lambda corpus, near: corpus.find("Secret", "keys", near),
    "first_named": lambda corpus, near: corpus.first_named("Job", "import", near),
    "has": lambda corpus, _: corpus.has("Secret"),
    "is_repeated": lambda corpus, near: corpus.is_repeated("import", near),
    "kustomized": lambda corpus, near: corpus.kustomized(near),
    "mentions": lambda corpus, _: corpus.mentions("Secret"),
    "of_chart": lambda corpus, near: corpus.of_chart(corpus.manifests(near)[0], corpus.manifests(near)[0].node),
    "objects": lambda corpus, near: corpus.objects("Secret", near),
    "once": lambda corpus, near: corpus.once(near, ("x",), lambda: 1),
    "says_anywhere": lambda corpus, _: corpus.says_anywhere("Secret"),
    "says_elsewhere": lambda corpus, near: corpus.says_elsewhere("Secret", near),
}
# Methods that only look at what they are given, or that only the engine and the kustomizations themselves call.
OF_THE_ENGINE = {"documents", "forget", "manifests", "naming", "objects_in", "read", "source"}


def test_every_query_is_known() -> None:
    public = {name for name, _ in inspect.getmembers(Corpus, inspect.isfunction) if not name.startswith("_")}
    assert public == QUERIES.keys() | OF_THE_ENGINE


def recorded(corpus: Watched) -> tuple[Any, ...]:
    return corpus.asked, corpus.repeated, corpus.changed, corpus.searched


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_recorded(name: str) -> None:
    corpus = Watched()
    source = Source("a.yaml", named("import", GOOD))
    corpus.turn(source, [Source("b.yaml", SECRET), Source("kustomization.yaml", KUSTOMIZATION)])
    (document,) = corpus.documents(source)
    corpus.forget_asked()
    nothing = recorded(corpus)
    assert nothing == ({}, {}, None, False)
    QUERIES[name](corpus, document)
    assert recorded(corpus) != ({}, {}, None, False)
