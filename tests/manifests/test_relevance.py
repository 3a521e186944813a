"""What may hold a Job: asked before anything is parsed, and never an answer that silences the parser."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint import lint
from joblint.editor.lsp.texts import language_of
from joblint.kube.minors.minor import field_names
from joblint.manifests.document import Document, documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import LANGUAGES
from joblint.manifests.relevance import (
    OVERLAP,
    OWN_FIELDS,
    document_may_hold_job,
    file_may_hold_job,
    has_manifest_line,
    job_kind,
    piece_may_hold_job,
    plain_kind,
    resembles_job,
    text_may_hold_job,
)
from joblint.manifests.source import Source
from joblint.server.decode.fragment import whole

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"

FENCE = "Text.\n\n```yaml\n{}\n```\n"
POD = "  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - {name: a, image: a:1}\n"


@pytest.mark.parametrize(
    ("data", "language", "expected"),
    [
        (b"kind: Job", "yaml", True),
        (b"kind: CRONJOB", "yaml", True),
        (b"kind: Deployment", "yaml", False),
        (b"jobs: {}", "yaml", False),
        (b'{"k\\u0069nd": "\\u004aob"}', "json", True),
        (b'"kind": "Jo\\\n   b"', "yaml", True),
        (b'"kind": "Jo\\\xe2\x80\xa8   b"', "yaml", True),
        (b'"apiVersion": "batch\\/v1"', "json", True),
        ("kind: Job".encode("utf-16"), "yaml", True),
        ("kind: Job".encode("utf-32-be"), "yaml", True),
        (b"completions: 3", "yaml", False),
        (b"completions: 3", "markdown", True),
        (b"completionMode: Indexd", "markdown", True),
        (b"startingDeadlineSeconds: 3", "markdown", True),
        (b"backoffLimit: 3", "shell", True),
        (b"backoffLimit: 3", "rst", True),
        (b"kind: Deployment", "markdown", False),
        (b"", "yaml", False),
    ],
)
def test_file(data: bytes, language: str, expected: bool) -> None:
    assert file_may_hold_job(data, language) is expected
    if b"\0" not in data:
        assert text_may_hold_job(data.decode(), language) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Pod\nmetadata: {}\n", "Pod"),
        ("# a Job\n\napiVersion: v1\nkind: 'Pod' # no Job\n", "Pod"),
        ("kind:\tPod\r\nspec:\r\n  x: 1\r\n", "Pod"),
        ("kind: Pod", "Pod"),
        ("kind: Pod\n\n  # a comment\nspec: {}\n", "Pod"),
        ("kind: Cron\n  Job\n", ""),
        ("kind: Cron\n\n  Job\n", ""),
        ("kind: Pod\nkind: Job\n", ""),
        ("kind: Pod\n? kind\n: Job\n", ""),
        ('kind: Pod\n"kind": Job\n', ""),
        ("kind: Pod\n!!str kind: Job\n", ""),
        ("kind: Pod\n<<: *a\n", ""),
        ("kind: Pod\nKind: Job\n", ""),
        ("kind: &a Pod\n", ""),
        ("kind: >-\n  Pod\n", ""),
        ("kind: Pod # x\rkind: Job\n", ""),
        ("kind: Pod # x\x85kind: Job\n", ""),
        ("  kind: Pod\n", ""),
        ("  a: 'x\nkind: Pod\n'\n  kind: Job\n", ""),
        ("{\nkind: Pod\n, kind: Job}\n", ""),
        ("- kind: Pod\n", ""),
        ("kind: List\nitems: []\n", ""),
        ("kind: FooList\nitems: []\n", ""),
        ("kind:\n", ""),
        ("kind: Pod\n...\nkind: Job\n", ""),
        ("", ""),
    ],
)
def test_plain_kind(text: str, expected: str) -> None:
    assert plain_kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Job\nspec: [\n", True),
        ("kind: !!str Job\nspec: [\n", True),
        ("kind: *job\n[\n", True),
        ("spec: {completions: 3\n", True),
        ("the completions of a job\n", False),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  owner:\n    kind: Job\n", False),
        ("  apiVersion: v1\n  kind: Pod\n  metadata:\n    owner:\n      kind: Job\n", False),
        ("apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\n", False),
        ("apiVersion: kubeflow.org/v1\nkind: 'MPIJob' # batch/v1\n", False),
        ("apiVersion: batch/v1\nkind: Job\n---x\nkind: Pod\n", True),
        ("kind: Pod\nkind: Job\n", True),
        ("kind: List\nitems: [{kind: Job}\n", True),
        ('{"apiVersion": "v1", "kind": "Pod", "spec": {"kind": "Job"', False),
        ('{"apiVersion": "batch/v1", "kind": "Job", "spec": {"kind": "Pod"', True),
        ('{"metadata": {"kind": "Pod"}, "kind": "Job", ', True),
    ],
)
def test_resembles(text: str, expected: bool) -> None:
    assert resembles_job(text) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Job", "Job"), ("jobs", "Job"), (" JOB", "Job"), ("cron-job", "CronJob"), ("Cron Job", "CronJob"),
     ("cron_jobs", "CronJob"), ("ScheduledJob", "CronJob"), ("RayJob", ""), ("JobSet", ""), ("", ""), ("J-ob", "")],
)  # fmt: skip
def test_job_kind(written: str, expected: str) -> None:
    assert job_kind(written) == expected


def test_own_fields_are_fields() -> None:
    assert all(own <= set(field_names(f"{kind}Spec")) for kind, own in OWN_FIELDS.items())


@pytest.mark.parametrize("field", sorted(frozenset().union(*OWN_FIELDS.values())))
def test_each_own_field_makes_a_part(field: str) -> None:
    """No door turns away what server/fragment.py accepts: an unknown value's type is a finding in each."""
    for text in (f"spec:\n  {field}: [[]]\n", f"{field}: [[]]\n", f'spec: {{"{field}": [[]]}}\n'):
        found = lint(FENCE.format(text), path="a.md")
        assert [finding.rule for finding in found] == ["wrong-type"], text
        assert file_may_hold_job(text.encode(), "markdown")
        assert document_may_hold_job(text, embedded=True)
        assert has_manifest_line(text)
        assert resembles_job(text)


def test_a_fence_that_shows_one_field() -> None:
    found = lint(FENCE.format("spec:\n  completionMode: Indexd"), path="a.md")
    assert [(one.line, one.column, one.field) for one in found] == [(5, 19, "spec.completionMode")]


def test_no_other_character_is_small_job() -> None:
    """`job` and `kind` in lower case come from ASCII alone, or the quick look would miss the others."""
    others = [chr(code) for code in range(128, 0x110000) if set(chr(code).lower()) & set("jobcrnsheduli")]
    assert not any(job_kind(f"{one}ob") or job_kind(f"J{one}b") or job_kind(f"Jo{one}") for one in others)


# -- against the parser

KINDS = (
    "Job",
    "CronJob",
    "job",
    "Cronjob",
    "cron-job",
    "JOBS",
    "ScheduledJob",
    "List",
    "JobList",
    "Pod",
    "Cron Job",
    "x",
)
KEYS = ("kind", "Kind", "k-i-n-d", "KIND", "kind ", "_kind")


@st.composite
def escaped(draw: st.DrawFn, text: str, *, is_json: bool = False) -> str:
    """A word in double quotes, some of its characters as escapes."""
    forms = [lambda c: c, lambda c: f"\\u{ord(c):04x}", lambda c: f"\\u{ord(c):04X}"]
    if not is_json:
        forms += [lambda c: f"\\x{ord(c):02x}", lambda c: f"\\U{ord(c):08X}", lambda c: f"\\\n    {c}"]
    return '"' + "".join(draw(st.sampled_from(forms))(character) for character in text) + '"'


@st.composite
def word(draw: st.DrawFn, text: str) -> str:
    """A value as YAML can write it."""
    style = draw(st.integers(0, 8))
    if style == 0:
        return draw(escaped(text))
    plain = [
        text,
        f"'{text}'",
        f"!!str {text}",
        f"&k {text}",
        f">-\n  {text}",
        f"|-\n  {text}",
        f"\n  {text}",
        f"{text} # y",
    ]
    return plain[style - 1]


@st.composite
def yaml_objects(draw: st.DrawFn) -> str:
    """An object whose kind is written in one of many ways, among what may hide it."""
    kind = draw(st.sampled_from(KINDS))
    key = draw(st.sampled_from(KEYS) | st.just("kind"))
    head = draw(st.sampled_from((f"{key}: ", f"'{key}': ", f"? {key}\n: ", f"!!str {key}: ", "%")))
    if head == "%":
        head = draw(escaped(key)).replace("\n    ", "\n") + ": "
    version = draw(st.sampled_from(("batch/v1", '"batch\\/v1"', "v1", "batch.volcano.sh/v1", "")))
    lines = [
        head + draw(word(kind)) + "\n",
        f"apiVersion: {version}\n",
        draw(st.sampled_from(("metadata: {name: a}\n", "metadata:\n  name: a\n", "metadata: {x: 'a\nkind: Pod\n'}\n"))),
        draw(st.sampled_from(("spec: {}\n", "spec:\n  completions: 1\n", f"items: [{{kind: {kind}}}, {{}}]\n"))),
        draw(
            st.sampled_from(
                ("", "", "kind: Pod\n", "kind: Job\n", "x: &k Job\n", "y: |\n  kind: Pod\n", "...\n", "# kind\n")
            )
        ),
        draw(st.sampled_from(("", "", "kind: *k\n", "<<: {kind: Job}\n", "Kind: Job\n", "z: 'a\nkind: Pod\n'\n"))),
    ]
    text = "".join(draw(st.permutations(lines)))
    return draw(st.sampled_from((text, text.replace("\n", "\r\n"), "# Job\n" + text, re.sub("(?m)^", "  ", text))))


def judged(document: Document) -> bool:
    """Whether the parser sees something in a document that joblint judges."""
    return any(
        kind_of(one) or (document.block and not one.kind and not one.api_version and whole(one))
        for one in manifests(document, 0)
    )


def holds(source: Source, data: bytes) -> None:
    for document in documents(source):
        if judged(document):
            assert document.may_hold_job
            assert file_may_hold_job(data, source.language)
            assert text_may_hold_job(source.text, source.language)
        for one in manifests(document, 0):
            assert not one.kind or document.may_hold(one.kind) or one.kind not in document.text


@given(yaml_objects())
def test_yaml_is_never_skipped(text: str) -> None:
    holds(Source("a.yaml", text), text.encode())


@given(st.data(), st.sampled_from(KINDS), st.booleans())
def test_json_is_never_skipped(data: st.DataObject, kind: str, listed: bool) -> None:
    def quoted(text: str) -> str:
        return data.draw(escaped(text, is_json=True))

    text = f"{{{quoted('apiVersion')}: {quoted('batch/v1')}, {quoted('kind')}: {quoted(kind)}}}"
    text = f'{{"kind": "List", "items": [{text}]}}' if listed else text
    assert json.loads(text)
    holds(Source("a.json", text, "json"), text.encode())


@given(yaml_objects(), st.sampled_from(("```yaml\n{}```\n", "- x\n\n  ~~~\n{}  ~~~\n", "> ```yaml\n{}> ```\n")))
def test_markdown_is_never_skipped(text: str, frame: str) -> None:
    prefix = frame[:2] if frame[0] == ">" else "  " if frame[0] == "-" else ""
    whole_text = frame.replace("{}", "".join(prefix + line for line in text.splitlines(keepends=True)))
    holds(Source("a.md", whole_text, "markdown"), whole_text.encode())


@given(yaml_objects(), st.sampled_from(("<<EOF", "<<'EOF'", "<<-EOF")))
def test_shell_is_never_skipped(text: str, operator: str) -> None:
    script = f"kubectl apply -f - {operator}\n{text}EOF\n"
    holds(Source("a.sh", script, "shell"), script.encode())


@given(
    yaml_objects(), st.sampled_from((".. code-block:: yaml\n\n{}", "- x::\n\n{}", ".. highlight:: yaml\n\n::\n\n{}"))
)
def test_rst_is_never_skipped(text: str, frame: str) -> None:
    whole_text = frame.replace("{}", "".join("    " + line for line in text.splitlines(keepends=True)))
    holds(Source("a.rst", whole_text, "rst"), whole_text.encode())


@given(yaml_objects(), st.sampled_from(("utf-16", "utf-32", "utf-8-sig", "utf-16-be")))
def test_other_encodings_are_never_skipped(text: str, encoding: str) -> None:
    data = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)
    holds(Source("a.yaml", text), data)


BODIES = (
    "metadata: {name: a}\nspec:\n  completions: 1\n  template: {spec: {containers: []}}\n",
    "metadata: {name: a}\nspec:\n  template: {spec: {restartPolicy: Never, containers: []}}\n",
    'metadata: {name: a}\nspec:\n  template: {spec: {"restart\\u0050olicy": "On\\\n  Failure", containers: []}}\n',
    "metadata: {name: a}\nspec:\n  schedule: x\n  jobTemplate: {spec: {template: {spec: {containers: []}}}}\n",
    "apiVersion: batch/v1\nspec:\n  template: {spec: {containers: []}}\n",
    "apiVersion: batch/v1\nkind:\nspec:\n  template: {spec: {containers: []}}\n",
    "apiVersion: batch/v1\nkind: null\nspec:\n  template: {spec: {containers: []}}\n",
)


@pytest.mark.parametrize("text", BODIES)
def test_a_body_without_kind_is_never_skipped(text: str) -> None:
    assert any(judged(document) for document in documents(Source("a.yaml", text)))
    holds(Source("a.yaml", text), text.encode())


@given(st.lists(st.sampled_from(
    ("kind: Pod\n", "kind: Job\n", "kind: Cron\n", "  Job\n", '"', "'", "\n", "# x\n", "a: ", "{", "}", "- ", "  ",
     "apiVersion: batch/v1\n", "metadata: {}\n", "spec: {}\n", "...\n", "? ", ": ", "|\n", "&a ", "*a", "\r",
     "Kind: Job\n", "\t", "kind", ",", "!!str ")
), max_size=12))  # fmt: skip
def test_soup_is_never_skipped(parts: list[str]) -> None:
    text = "".join(parts)
    holds(Source("a.yaml", text), text.encode())


@given(st.integers(0, 400), st.binary(max_size=30).map(lambda data: data.replace(b"\0", b"")))
def test_pieces_overlap(at: int, other: bytes) -> None:
    word = b'"\\U0000004A\\U0000006F\\U00000062"'
    data = b"x" * at + word + b"y" * (OVERLAP - at) + other
    cut = at + len(word) // 2
    assert piece_may_hold_job(data[:cut]) or piece_may_hold_job(data[max(0, cut - OVERLAP) :])


# -- the extension and the docs


def test_extension_starts_for_the_languages_that_are_read() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    events = [event.removeprefix("onLanguage:") for event in manifest["activationEvents"]]
    menu = re.search(r"\((.*)\)\$", manifest["contributes"]["menus"]["commandPalette"][0]["when"])
    served = re.search(r"LANGUAGES = (\[.*\]);", (EXTENSION / "src" / "server.ts").read_text())
    assert menu is not None
    assert served is not None
    assert events == menu[1].split("|") == json.loads(served[1])
    assert {language_of(one, "") for one in events} == set(LANGUAGES)


def test_extension_knows_the_own_fields() -> None:
    written = re.search(r"OWN_FIELDS = \[(.*?)\]", (EXTENSION / "src" / "versions.ts").read_text(), re.DOTALL)
    assert written is not None
    assert re.findall(r'"(\w+)"', written[1]) == sorted(frozenset().union(*OWN_FIELDS.values()))
