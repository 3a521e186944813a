"""Definitions and references."""

import pytest

from joblint.editor.links import Location, definitions, references
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from tests.editor.marks import CURSOR, JOB, POD, cut, settings

USES = """\
        volumeMounts:
        - name: data
          mountPath: /data
        env:
        - name: A
          valueFrom:
            configMapKeyRef:
              name: settings
              key: a.txt
        - name: B
          valueFrom:
            resourceFieldRef:
              containerName: main
              resource: limits.cpu
"""
POLICY = "  podFailurePolicy:\n    rules:\n    - action: Ignore\n      onExitCodes:\n        containerName: main\n"
WHOLE = JOB + POLICY + POD + USES
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a.txt: x\n"
OTHER = JOB.replace("name: x", "name: y") + POD


def told(found: list[Location]) -> list[tuple[str, int, str]]:
    """Path, line and text of each place."""
    return [(at.source.path, at.source.position(at.start)[0], at.source.text[at.start : at.end]) for at in found]


def look(text: str, *others: str) -> tuple[list[tuple[str, int, str]], list[tuple[str, int, str]]]:
    """The definitions, and the references without them."""
    source, offset = cut(text)
    corpus = Corpus([source], [Source(f"{index}.yaml", other) for index, other in enumerate(others)])
    defined = definitions(source, offset, settings(), corpus)
    return told(defined), told(references(source, offset, settings(), corpus, declaration=False))


@pytest.mark.parametrize(
    ("before", "after"),
    [("- name: da¦ta", "\n        configMap"), ("- name: ¦data", "\n          mountPath")],
)
def test_a_volume(before: str, after: str) -> None:
    text = WHOLE.replace(before.replace(CURSOR, "") + after, before + after)
    assert look(text) == ([("x", 15, "data")], [("x", 23, "data")])


@pytest.mark.parametrize("place", ["- name: main", "        containerName: main", "              containerName: main"])
def test_a_container(place: str) -> None:
    text = WHOLE.replace(
        "\n" + place if place[0] == " " else place, ("\n" if place[0] == " " else "") + place + CURSOR, 1
    )
    assert look(text) == ([("x", 20, "main")], [("x", 10, "main"), ("x", 34, "main")])


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("settings", "sett¦ings", 1),
        WHOLE.replace("\n              name: settings", "\n              name: settings¦"),
    ],
)
def test_a_config_map_of_another_file(text: str) -> None:
    assert look(text, CONFIG, OTHER) == (
        [("0.yaml", 4, "settings")],
        [("x", 17, "settings"), ("x", 29, "settings"), ("1.yaml", 12, "settings")],
    )


def test_from_the_config_map_itself() -> None:
    assert look(CONFIG.replace("settings", "settings¦"), OTHER) == (
        [("x", 4, "settings")],
        [("0.yaml", 12, "settings")],
    )
    assert look(CONFIG.replace("a.txt", "a¦.txt"), WHOLE) == ([("x", 6, "a.txt")], [("0.yaml", 30, "a.txt")])


def test_a_key() -> None:
    assert look(WHOLE.replace("a.txt", "¦a.txt"), CONFIG) == ([("0.yaml", 6, "a.txt")], [("x", 30, "a.txt")])


def test_objects_of_another_namespace_or_kind_are_others() -> None:
    text = WHOLE.replace("name: x", "name: x\n  namespace: one").replace("settings", "sett¦ings", 1)
    there = CONFIG.replace("name: settings", "name: settings\n  namespace: {}")
    assert look(text, there.format("two"), CONFIG.replace("ConfigMap", "Secret"))[0] == []
    assert look(text, there.format("one"))[0] == [("0.yaml", 4, "settings")]


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("      serviceAccountName: thing¦\n", "ServiceAccount"),
        ("      imagePullSecrets:\n      - name: thing¦\n", "Secret"),
        ("        envFrom:\n        - secretRef:\n            name: thing¦\n", "Secret"),
    ],
)
def test_other_kinds(spec: str, kind: str) -> None:
    thing = f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: thing\n"
    assert look(JOB + POD + spec, thing)[0] == [("0.yaml", 4, "thing")]


def test_nothing_is_named() -> None:
    for text in (WHOLE.replace("Never", "Nev¦er"), WHOLE.replace("image:", "ima¦ge:"), "a: b¦\n", "¦"):
        assert look(text, CONFIG) == ([], [])


def test_in_markdown() -> None:
    text = "> ```yaml\n" + "".join(f"> {line}\n" for line in WHOLE.splitlines()) + "> ```\n"
    source = Source("x", text, "markdown")
    found = definitions(source, text.index("name: data\n>           mount") + 8, settings(), Corpus([source]))
    assert told(found) == [("x", 16, "data")]
