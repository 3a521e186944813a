"""Texts with a cursor: `¦` stands where it is, and is no part of the text."""

from datetime import UTC, datetime

from joblint.editor.complete import complete
from joblint.editor.completion import Completion
from joblint.engine.api import make_settings
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.rule.settings import Settings

CURSOR = "¦"
NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)  # a Saturday

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: x
spec:
"""
POD = """\
  template:
    spec:
      restartPolicy: Never
      volumes:
      - name: data
        configMap:
          name: settings
      - name: scratch
      containers:
      - name: main
        image: busybox:1.36
"""


def cut(text: str, language: str = "yaml") -> tuple[Source, int]:
    """The source and the cursor's offset."""
    before, mark, after = text.partition(CURSOR)
    assert mark, "no cursor"
    return Source("x", before + after, language), len(before)


def completions(
    text: str, language: str = "yaml", version: str | None = None, others: tuple[str, ...] = (), **gates: bool
) -> list[Completion]:
    """What may be written at the cursor, in the order in which an editor shows it."""
    source, offset = cut(text, language)
    corpus = Corpus([source], [Source(f"other{i}.yaml", other) for i, other in enumerate(others)])
    found = complete(source, offset, settings(version, **gates), corpus=corpus)
    return sorted(found, key=lambda completion: completion.order)


def settings(version: str | None = None, **gates: bool) -> Settings:
    return make_settings(version, gates)


def labels(text: str, language: str = "yaml", version: str | None = None, **gates: bool) -> list[str]:
    return [completion.label for completion in completions(text, language, version, (), **gates)]


def written(text: str, label: str, language: str = "yaml", version: str | None = None) -> str:
    """The whole text after a completion has been taken, its holes as they are."""
    source, _ = cut(text, language)
    chosen = [found for found in completions(text, language, version) if found.label == label]
    assert len(chosen) == 1, [found.label for found in completions(text, language, version)]
    return source.text[: chosen[0].start] + chosen[0].text + source.text[chosen[0].end :]
