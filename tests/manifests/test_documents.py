"""Single documents: what kubectl reads of a file is what is judged, at its place."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.keys import key_text
from joblint.rule.finding import Finding
from tests.support import CRONJOB, GOOD

POD = '"restartPolicy":"Never","containers":[{"name":"a","image":"b:1"}]'
JSON = '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s"},"spec":{%s"template":{"spec":{%s}}}}'
WRONG = '"backofLimit":1,'
JOB, CRON = (text.replace("hello", "a").replace("busybox:1.36", "b:1") for text in (GOOD, CRONJOB))
BODY, CRON_BODY = (text.partition("Job\n")[2] for text in (JOB, CRON))


def job(name: str, wrong: str = "") -> str:
    return JSON % (name, wrong, POD)


def places(found: list[Finding]) -> list[tuple[str, int, int]]:
    return [(finding.rule, finding.line, finding.column) for finding in found]


class TestKeys:
    @pytest.mark.parametrize("key", ["10.0", "1e3", "1.5", "1e5", "0x10", "on", "1_000", "-0.0"])
    def test_labels_that_go_makes_valid(self, key: str) -> None:
        label = JOB.replace("  name: a\n", f"  name: a\n  labels:\n    {key}: x\n", 1)
        expected = [("invalid-label", 6, 5)] if key == "-0.0" else []
        assert places(joblint.lint(label)) == expected

    @pytest.mark.parametrize("key", ["1234567.0", "1e39", "1e6", "16777217.0", ".inf", "-.inf", ".nan"])
    def test_annotations_that_go_makes_invalid(self, key: str) -> None:
        text = JOB.replace("  name: a\n", f"  name: a\n  annotations:\n    {key}: x\n", 1)
        assert places(joblint.lint(text)) == [("invalid-annotation", 6, 5)]

    def test_an_infinite_number_may_be_a_key_and_no_value(self) -> None:
        volume = "      volumes:\n      - name: v\n        csi: {driver: a.b, volumeAttributes: {.inf: %s}}\n"
        assert joblint.lint(JOB + volume % "x") == []
        assert places(joblint.lint(JOB + volume % ".inf")) == [("unreadable-document", 14, 53)]
        assert places(joblint.lint(JOB + "x: [&a .nan]\n")) == [("unreadable-document", 12, 5)]

    @pytest.mark.parametrize("key", ["~", "", "18446744073709551615", "[a]", "{a: b}"])
    def test_keys_that_the_reader_refuses(self, key: str) -> None:
        assert [f.rule for f in joblint.lint(f"{JOB}? {key}\n: x\n")] == ["unreadable-document"]

    @given(st.floats(width=32, allow_nan=False, allow_infinity=False))
    def test_the_text_of_a_float_is_read_as_that_float(self, value: float) -> None:
        text = key_text(value)
        assert text is not None
        assert struct.pack("f", float(text)) == struct.pack("f", value)
        digits = text.partition("e")[0].lstrip("-").replace(".", "").strip("0")
        shorter = f"{value:.{max(len(digits) - 2, 0)}e}"
        assert len(digits) <= 9
        assert len(digits) <= 1 or struct.pack("f", float(shorter)) != struct.pack("f", value)

    @pytest.mark.parametrize("key", ["!!str <<", "'<<'", '"<<"', "!foo <<"])
    def test_a_merge_key_that_is_none(self, key: str) -> None:
        text = JOB.replace("spec:\n", f"spec:\n  {key}: {{backoffLimit: 1}}\n", 1)
        assert [(f.rule, f.line, f.field) for f in joblint.lint(text)] == [("unknown-field", 6, "spec.<<")]

    @pytest.mark.parametrize("key", ["<<", "!!merge <<", "!!merge '<<'", "! <<", "&k <<", "? <<\n  "])
    def test_a_merge_key(self, key: str) -> None:
        text = JOB.replace("spec:\n", f"spec:\n  {key}: {{backofLimit: 1}}\n", 1)
        assert [(f.rule, f.field) for f in joblint.lint(text)] == [("unknown-field", "spec.backofLimit")]


class TestByteOrderMarks:
    @pytest.mark.parametrize("end", ["\ufeff", "\ufeff\n", "\ufeff# x\n", "\ufeff---\n"])
    def test_at_the_end(self, end: str) -> None:
        (found,) = joblint.lint(JOB + end)
        assert (found.rule, found.line, found.column) == ("unreadable-document", 12, 1)
        assert "U+FEFF" in found.message

    @pytest.mark.parametrize(
        "text", ["\ufeff" + JOB, "\ufeff\ufeff" + JOB, f"a: b\n---\n\ufeff{JOB}", f"{JOB}...\n\ufeff\n"]
    )
    def test_where_the_reader_passes_over_it(self, text: str) -> None:
        assert joblint.lint(text) == []

    def test_positions_are_those_of_the_file(self) -> None:
        wrong = JOB.replace("spec:\n", "spec:\n  backofLimit: 1\n", 1)
        assert places(joblint.lint(f"a: b\n---\n\ufeff{wrong}")) == [("unknown-field", 8, 3)]

    def test_more_than_one(self) -> None:
        assert places(joblint.lint(f"a: b\n---\n\ufeff\ufeff{JOB}")) == [("unreadable-document", 3, 2)]

    def test_in_a_key_it_is_a_character(self) -> None:
        assert [(f.rule, f.line) for f in joblint.lint(f"{JOB}\ufeffx: y\n")] == [("unknown-field", 12)]

    @pytest.mark.parametrize("value", ["\uf8ff", "\uf8fe", "\ue000\ue001\ue002"])
    def test_private_characters_are_kept(self, value: str) -> None:
        text = JOB.replace("  name: a\n", f"  name: {value}\n", 1) + "# \ufeff {a: x:}\n"
        assert f"`{value!a}`".replace("'", "") in joblint.lint(text)[0].message


class TestJsonObjects:
    @pytest.mark.parametrize("between", ["", " ", "\n", "\n\n\t", "\r\n"])
    def test_each_is_judged_at_its_place(self, between: str) -> None:
        first = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}'
        text = first + between + job("b", WRONG) + between + job("c", WRONG)
        lines = text.split("\n")
        found = joblint.lint(text)
        assert [f.rule for f in found] == ["unknown-field"] * 2
        for finding in found:
            assert lines[finding.line - 1][finding.column - 1 :].startswith('"backofLimit"')
        assert found[0].line < found[1].line or found[0].column < found[1].column

    @pytest.mark.parametrize("path", ["x.json", "x.yaml"])
    def test_fixes_are_made_in_each(self, path: str) -> None:
        text = "\n".join(job(name, WRONG) for name in "abc")
        edits = [edit for found in joblint.lint(text, path=path) if found.fix for edit in found.fix.edits]
        assert len(edits) == 3
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        assert joblint.lint(text) == []

    @pytest.mark.parametrize("after", [",", "}", "]", "x", "# x", ";", "'a'"])
    def test_what_follows_a_job_and_is_no_object(self, after: str) -> None:
        found = joblint.lint(f"{job('a')}\n{after}\n")
        expected = [] if after == "# x" else [("unreadable-document", 2, 1)]
        assert places(found) == expected
        assert places(joblint.lint(f"{job('a')}\n{job('b')}\n{after}\n")) == [("unreadable-document", 3, 1)]

    def test_a_separator_after_two_of_them_stops_kubectl(self) -> None:
        assert joblint.lint(f"{job('a')}\n---\n{job('b')}\n---\n{job('c')}") == []
        assert places(joblint.lint(f"{job('a')}{job('b')}\n---\n{job('c')}")) == [("unreadable-document", 2, 1)]

    def test_json_then_yaml(self) -> None:
        text = f"{job('a')}\n---\n{JOB.replace('name: a', 'name: b', 1)}backofLimit: 1\n"
        assert places(joblint.lint(text)) == [("unknown-field", 14, 1)]

    def test_flow_style_is_no_json_and_its_first_object_alone_is_read(self) -> None:
        flow = (
            "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {backofLimit: 1, template: {spec: {%s}}}}\n"
        )
        pod = "restartPolicy: Never, containers: [{name: a, image: 'b:1'}]"
        assert places(joblint.lint(flow % pod * 2)) == [("unknown-field", 1, 63)]

    def test_escapes_of_json_are_read_in_each(self) -> None:
        text = job("a") + job("b").replace('"b:1"', '"x.y\\/b:1"') + job("c", '"x\\ud83d\\ude00":1,')
        assert [f.field for f in joblint.lint(text)] == ["spec.x\U0001f600"]

    def test_of_a_long_stream_only_what_matters_is_kept(self) -> None:
        text = '{"a":1}\n' * 500 + '{"kind":"ConfigMap"}\n' + job("a", WRONG)
        found = documents(Source("x.json", text, "json"))
        assert [one.text for one in found[100:]] == ['{"kind":"ConfigMap"}', job("a", WRONG)]
        assert [one.index for one in found] == list(range(102))
        assert [(f.rule, f.line) for f in joblint.lint(text, path="x.json")] == [("unknown-field", 502)]

    def test_text_behind_a_last_separator(self) -> None:
        assert places(joblint.lint(f"{JOB}--- x")) == [("unreadable-document", 12, 5)]


class TestNoKind:
    @pytest.mark.parametrize("kind", ["", "kind:\n", "kind: ~\n", 'kind: ""\n', "kind: null\n"])
    @pytest.mark.parametrize(("body", "name"), [(BODY, "Job"), (CRON_BODY, "CronJob")])
    def test_the_body_of_one(self, kind: str, body: str, name: str) -> None:
        (found,) = joblint.lint(f"apiVersion: batch/v1\n{kind}{body}")
        line = 2 if kind else 1
        assert (found.rule, found.line, found.effect, found.field) == ("unknown-kind", line, "rejected", "kind")
        assert name in found.message
        assert found.fix is not None
        assert found.fix.safe

    def test_in_a_list(self) -> None:
        item = f"apiVersion: batch/v1\n{BODY}".replace("\n", "\n  ").rstrip()
        assert places(joblint.lint(f"apiVersion: v1\nkind: List\nitems:\n- {item}\n")) == [("unknown-kind", 4, 3)]

    @pytest.mark.parametrize("version", ["apiVersion:\n", "apiVersion: ''\n", ""])
    def test_no_api_version(self, version: str) -> None:
        found = joblint.lint(f"{version}kind: Job\n{BODY}")
        assert [(f.rule, f.line, f.field) for f in found] == [("unknown-kind", 1, "apiVersion")]

    @pytest.mark.parametrize("body", [BODY.replace("spec:\n", "spec:\n  completions: 1\n", 1), CRON_BODY])
    def test_neither(self, body: str) -> None:
        assert [(f.rule, f.field) for f in joblint.lint(body)] == [
            ("unknown-kind", "apiVersion"),
            ("unknown-kind", "kind"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "apiVersion: batch/v1\nmetadata:\n  name: a\n",
            "apiVersion: batch/v1\nspec: {}\n",
            "apiVersion: batch/v1\ntemplate:\n  spec: {containers: []}\n",
            f"apiVersion: apps/v1\n{BODY}",
            f"apiVersion: batch.volcano.sh/v1alpha1\n{BODY}",
            BODY + "# parallelism\n",
            BODY.replace("spec:\n", "spec:\n  replicas: 1\n  parallelism: 1\n", 1),
            BODY.replace("spec:\n", "spec:\n  parallelism: 1\n", 1) + "values: x\n",
            "job:\n  parallelism: 1\n  template: {spec: {containers: []}}\n",
            "metadata: {}\nspec: {parallelism: 1, template: x}\n",
        ],
    )
    def test_what_may_be_something_else(self, text: str) -> None:
        restart = text.replace("Never", "Always") if text.startswith("metadata") else text
        assert joblint.lint(restart) == []

    def test_a_part_in_a_text_stays_a_part(self) -> None:
        fence = f"```yaml\nspec:\n  completions: 1\n```\n\n```yaml\n{CRON_BODY}```\n"
        assert joblint.lint(fence, path="x.md") == []


def test_no_spec_at_all() -> None:
    found = joblint.lint("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n")
    assert [(f.rule, f.line, f.column) for f in found] == [("no-containers", 1, 1), ("unfit-restart-policy", 1, 1)]
    assert all("`spec` is missing" in f.message for f in found)


class TestLimits:
    """What a limit leaves out is reported: by `lint` as a warning with the line."""

    def test_lists_in_lists(self) -> None:
        text = JOB + "---\n" + "{kind: List, items: [\n" * 101 + "kind: Job" + "]}" * 101
        with pytest.warns(RuntimeWarning, match=r"^x\.yaml:114: Lists are nested more than 100 levels deep"):
            assert joblint.lint(text, path="x.yaml") == []

    def test_one_warning_for_all_fences_of_a_text(self) -> None:
        code = "```sh\n" + "x" * 7000 + " <<EOF\nkind: Job\nEOF\n```\n"
        with pytest.warns(RuntimeWarning) as warned:
            assert joblint.lint(f"# Jobs\n\n{code}\n{code}", path="x.md") == []
        assert [str(one.message).partition(",")[0] for one in warned] == ["x.md:4: this command has more than 6"]
