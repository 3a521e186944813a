"""The outline of a file, and what can be folded."""

from joblint.editor.outline import Symbol, foldings, symbols
from joblint.manifests.source import Source
from tests.editor.marks import JOB, POD

WHOLE = JOB + POD
CRONJOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  generateName: night-
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: a
"""


def tree(source: Source, found: list[Symbol] | tuple[Symbol, ...]) -> list[tuple[str, str, str, str, list]]:
    """The symbols, each with the text that its name stands on."""
    return [(s.what, s.name, s.detail, source.text[s.name_start : s.name_end], tree(source, s.children)) for s in found]


def test_objects_with_their_containers_and_volumes() -> None:
    source = Source("x", f"{WHOLE}---\n{CRONJOB}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n")
    assert tree(source, symbols(source)) == [
        ("object", "x", "Job", "x", [
            ("container", "main", "busybox:1.36", "main", []),
            ("volume", "data", "configMap", "data", []),
            ("volume", "scratch", "", "scratch", []),
        ]),
        ("object", "night-", "CronJob", "night-", [("container", "a", "", "a", [])]),
    ]  # fmt: skip


def test_a_symbol_spans_what_it_names() -> None:
    source = Source("x", f"# c\n{WHOLE}\n\n---\n")
    job = symbols(source)[0]
    assert source.text[job.start : job.end] == WHOLE.rstrip()
    data = job.children[1]
    assert source.text[data.start : data.end] == "name: data\n        configMap:\n          name: settings"


def test_items_of_a_list_and_objects_without_a_name() -> None:
    source = Source("x", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n- kind: Service\n")
    assert tree(source, symbols(source)) == [
        ("object", "Job", "Job", "apiVersion", []),
        ("object", "Service", "Service", "kind", []),
    ]


def test_the_outline_stays_while_something_is_typed() -> None:
    source = Source("x", WHOLE.replace("restartPolicy: Never", "restartPo"))
    assert [symbol.name for symbol in symbols(source)[0].children] == ["main", "data", "scratch"]


def test_what_can_be_folded() -> None:
    source = Source("x", f"a: 1\n---\n{WHOLE}        args:\n        - |\n          a\n          b\n\n\n---\nb: 1\n")
    shown = [
        (source.line_text(source.position(f.start)[0]).strip(), source.position(f.end)[0]) for f in foldings(source)
    ]
    assert shown == [
        ("apiVersion: batch/v1", 22),
        ("metadata:", 6),
        ("spec:", 22),
        ("template:", 22),
        ("spec:", 22),
        ("volumes:", 15),
        ("- name: data", 14),
        ("configMap:", 14),
        ("containers:", 22),
        ("- name: main", 22),
        ("args:", 22),
        ("- |", 22),
    ]
