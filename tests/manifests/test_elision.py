"""What a tutorial leaves out of a manifest: the rest is judged as a part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint import lint
from joblint.manifests.elision import without_elisions

FENCE = "Text.\n\n```yaml\n{}\n```\n"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: pi
  labels:
    app: pi
spec:
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: pi
        image: perl:5.40
        command: [perl, -e, print 1]
        env:
        - name: A
          value: b
"""
MARKS = (
    "...", ".....", "…", "<...>", "[...]", "(...)", "<snip>", "- ...", "...: ...", "# ...", "# …", "# <snip>", "#...",
    "# [...]", "# (...)", "# other fields omitted", "# the rest of the spec", "# ... and more", "⋮", ". . .", "{...}",
    "-- snip --", "# --snip--", "# rest omitted for brevity", "... 3 more lines", "# ... # ...",
)  # fmt: skip


def found(manifest: str, path: str = "a.md") -> list[tuple[str, int, int]]:
    return [(one.rule, one.line, one.column) for one in lint(FENCE.format(manifest), path=path)]


@given(st.integers(1, JOB.count("\n")), st.integers(0, 10), st.sampled_from(MARKS), st.booleans())
def test_nothing_is_said_of_what_is_left_out(kept: int, indent: int, mark: str, crlf: bool) -> None:
    lines = [*JOB.splitlines()[:kept], " " * indent + mark]
    assert found("\n".join(lines).replace("\n", "\r\n" if crlf else "\n")) == []


@given(st.sampled_from(MARKS), st.integers(0, 10))
def test_what_is_shown_is_judged(mark: str, indent: int) -> None:
    head = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: pi\n"
    text = f"{head}spec:\n  completion: 2\n  suspend: 1\n{' ' * indent}{mark}"
    assert found(text) == [("unknown-field", 9, 3), ("wrong-type", 10, 12)]


@pytest.mark.parametrize(
    "spec",
    [
        "spec: ...",
        "spec: {...}",
        "spec: [...]",
        "spec: # ...",
        'spec: "..."',
        "spec: <...>",
        "spec:\n  completions: ...",
        "spec:\n  template: {spec: {...}}",
        "spec:\n  template: {spec: ..., metadata: {}}",
        "spec:\n  template:\n    spec:\n      containers:\n      - ...",
        "spec:\n  template:\n    spec:\n      containers: [...]",
        "spec:\n  template:\n    spec:\n      containers: [{name: a, ...}, ...]",
        "spec:\n  template:\n    spec:\n      containers:\n      - name: a ...\n        image: a@sha256:ab...",
        "spec:\n  completions: 2 # ...",
        "spec:\n  completions: 2\n  # more fields",
        "spec:\n  .\n  .\n  .",
        "spec:\n  template:\n    spec:\n      containers:\n      - args:\n        - |\n          ...",
    ],
)
def test_places(spec: str) -> None:
    assert found(f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: pi\n{spec}") == []


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion": "batch/v1", "kind": "Job", "...": "..."}',
        '{"apiVersion": "batch/v1", "kind": "Job", "spec": {...}}',
        '{\n  "apiVersion": "batch/v1",\n  "kind": "Job",\n  ...\n}',
        '{\n  "apiVersion": "batch/v1",\n  "kind": "Job", // ...\n  "spec": "..."\n}',
        '{\n  "apiVersion": "batch/v1",\n  "kind": "Job",\n  /* ... */\n  "spec": {\n    // rest omitted\n  }\n}',
    ],
)
def test_json(text: str) -> None:
    assert lint(f"```json\n{text}\n```\n", path="a.md") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spec:\n  ...\n  completionMode: Indexd", [("invalid-completion-mode", 6, 19)]),
        ("# ...\nspec:\n  completions: two", [("wrong-type", 6, 16)]),
        ("...\nspec:\n  completions: two", [("wrong-type", 6, 16)]),
    ],
)
def test_fragments(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert [(line, column) for _, line, column in found(text)] == [(line, column) for _, line, column in expected]


@pytest.mark.parametrize(
    "text",
    [
        "# and so on ...",
        "a: 'x ...'",
        "- echo waiting ...",
        "command: go test ./...",
        "- ./...",
        "a: |\n  echo ...\n",
        "# Waiting for the rest",
        "  # more fields\n  b: 1",
        "# Other settings\nbackoffLimit: 1",
        'args: ["..."]',
        "# logs are truncated after 1 MB",
        "url: http://a/...b",
        "# This omits nothing",
        "a: >\n  # some ... text",
        "snippet: x",
        "a: 1..2",
    ],
)
def test_what_is_no_elision(text: str) -> None:
    assert without_elisions(text) is None


@given(st.text(alphabet=".…[]{}<>(),:#/ -\"'\nasnip\r|", max_size=60))
def test_offsets_stay(text: str) -> None:
    blanked = without_elisions(text)
    assert blanked is None or len(blanked) == len(text)
    assert blanked is None or all(new in (old, " ") for old, new in zip(text, blanked, strict=True))


@pytest.mark.parametrize("path", ["a.yaml", "a.sh"])
@pytest.mark.parametrize("mark", ["  # ...", "  # other fields omitted"])
def test_a_file_is_sent_as_it_is(path: str, mark: str) -> None:
    job = f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: pi\nspec:\n{mark}\n"
    text = job if path == "a.yaml" else f"kubectl apply -f - <<EOF\n{job}EOF\n"
    assert {one.rule for one in lint(text, path=path)} >= {"no-containers"}
