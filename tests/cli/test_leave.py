"""What `check` leaves alone, wholly or in part: our own files of each kind, and each way to tell."""

import os
from pathlib import Path

import pytest

from joblint.engine.api import make_settings
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, manifests
from joblint.manifests.source import Source
from joblint.project.kustomize import Kustomizations
from joblint.project.leave import Leave
from tests.cli.program import in_process
from tests.support import BAD, GOOD

FINDINGS = """\
chart/templates/job.yaml:7:3: error[unknown-field]
chart/templates/quoted.yaml:7:3: error[unknown-field]
cluster/dry-run.yaml:8:3: error[unknown-field]
kustomize/overlay/wrong.yaml:6:3: error[unknown-field]
kustomize/overlay/wrong.yaml:7:13: error[wrong-type]
placeholders/envsubst.yaml:9:7: error[unknown-field]
placeholders/form.yaml:14:9: error[unknown-field]
templates/script.yaml:21:9: error[unknown-field]
"""
LEFT_ALONE = """\
asserts/01-assert.yaml:1: left alone: batch/v1 Job migrate is an assert of a test: it has only a part of an object
asserts/02-status.yaml:1: left alone: batch/v1 Job migrate {status}
chart/templates/assembled.yaml:1: left alone: this document {values}: a `:` is not allowed here
chart/templates/custom.yaml:2: left alone: {{{{ .Values.api }}}}/v1 CleanerJob {{{{ .Release.Name }}}}-custom {other}
chart/templates/unclosed.yaml:1: left alone: this document is not a valid Go template: this `if` has no `end`
chart/values.yaml:2: left alone: CronJob is not an object: it has no `apiVersion`
cluster/dump.yaml:1: left alone: batch/v1 Job dumped {cluster} `metadata.uid`
cluster/dump.yaml:17: left alone: batch/v1 Job versioned {cluster} `metadata.resourceVersion`
cluster/dump.yaml:30: left alone: batch/v1 Job finished {status}
kustomize/base/cronjob.yaml:1: left alone: batch/v1 CronJob report- {name}
kustomize/overlay/patches/limits.yaml:1: left alone: batch/v1 CronJob report- {patch}
kustomize/overlay/schedule.yaml:1: left alone: batch/v1 CronJob report- {patch}
kustomize/overlay/wrong.yaml:1: left alone: batch/v1 CronJob report- {patch}
lookalikes/objects.yaml:1: left alone: batch.volcano.sh/v1alpha1 Job volcano is not a Job or CronJob of Kubernetes
lookalikes/objects.yaml:15: left alone: jobset.x-k8s.io/v1alpha2 JobSet set is not a Job or CronJob of Kubernetes
placeholders/form.yaml:1: left alone: batch/v1 Job NAME {filled} `<HOW_MANY>` is not checked
placeholders/form.yaml:1: left alone: batch/v1 Job NAME {filled} `<node-hostname>` is not checked
placeholders/form.yaml:1: left alone: batch/v1 Job NAME {filled} `NAME` is not checked
placeholders/form.yaml:1: left alone: batch/v1 Job NAME {filled} `YOUR_NAME` is not checked
templates/brackets.yaml:1: left alone: batch/v1 Job is a template: render it first
templates/defaults.yaml:1: left alone: batch/v1 Job replaced is a template: render it first
templates/erb.yaml:1: left alone: batch/v1 Job <%= name %> is a template: render it first
templates/jinja.yaml:1: left alone: this document is a template: render it first
templates/overlay.yaml:1: left alone: this document cannot be read as a ytt template: {overlay}
templates/sed.yaml:1: left alone: this document is a template: render it first
templates/ytt.yaml:3: left alone: batch/v1 Job is a template: render it first
""".format(
    values="cannot be read without the values of its chart",
    overlay="an overlay is a patch of what other files write",
    other="is not a Job or CronJob of Kubernetes",
    filled="has a placeholder:",
    cluster="is an object from a cluster: it has",
    patch="is a kustomize patch: checked only for unknown fields, duplicate keys and wrong types",
    status="is an object from a cluster, or an assert of a test: it has a `status`",
    name="has a name that kustomize completes: its name is not checked",
)


def test_our_own_files(root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(root / "fixtures" / "left-alone")
    done = in_process(monkeypatch, capfd)("check", "--verbose", ".")
    assert [line.partition("] ")[0] + "]" for line in done.out.splitlines()] == FINDINGS.splitlines()
    assert done.err.splitlines()[:-3] == LEFT_ALONE.splitlines()
    assert done.err.splitlines()[-3].startswith("joblint: some templates of the Helm chart chart")
    assert done.err.splitlines()[-2:] == [
        "8 errors in 7 of 28 files (5 Jobs, 5 CronJobs, Kubernetes 1.37)",
        "6 fixable with `joblint fix`",
    ]


def judged(text: str, path: str = "x.yaml", language: str = "yaml") -> tuple[list[str], list[str]]:
    """What is said of a file, as rules, and why something in it was left alone."""
    told: list[str] = []
    leave = Leave(lambda _, why: told.append(why))
    source = Source(path, text, language)
    run = Run(leave.settings(make_settings()), Corpus([source]))
    run.source(source)
    return [finding.rule for finding in run.findings], told + [skipped.why for skipped in run.skipped]


TEMPLATE = "is a template: render it first"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("name: hello", "name: {{ x }}", 1),
        GOOD.replace("image: busybox", "image: {{ registry }}/busybox"),
        GOOD.replace("image: busybox", "image: busy{{ x }}box"),
        GOOD.replace("spec:\n", "{{- if x }}\nspec:\n", 1),
        GOOD.replace("spec:\n", "{%- if x %}\nspec:\n", 1),
        GOOD.replace("name: hello", "name: <%= x %>", 1),
        GOOD.replace("name: hello", "name: [[ .x ]]", 1),
        GOOD.replace("name: hello", "name: [[.x]]", 1),
        GOOD.replace("metadata:\n", 'metadata:\n  labels:\n    a: "{{ default "x" .y }}"\n', 1),
        GOOD.replace("spec:\n", "@@LABELS@@\nspec:\n", 1),
        GOOD.replace("spec:\n", "${LABELS}\nspec:\n", 1),
        GOOD.replace("spec:\n", "  MY_LABELS\nspec:\n", 1),
        GOOD.replace("spec:\n", "MY_SPEC|-spec:-|\n", 1),
        "#@ if x:\n" + GOOD,
        GOOD.replace("name: hello", "name: #@ data.values.x", 1),
        "#@overlay/match by=x\n" + GOOD,
        GOOD.replace("name: hello", "name: (@= data.values.x @)", 1),
        *(
            GOOD.replace("name: hello", f"name: {value}", 1)
            for value in (
                "@NAME@",
                "@@NAME@@",
                "@project.version@",
                "%NAME%",
                "%build.number%",
                "%(name)s",
                "%{name}",
                "@{name}",
                "%s",
                "#{NAME}#",
                "#{name}",
                "##NAME##",
                "#NAME#",
                "{id}-job",
                "{ns}.{id}",
            )
        ),
        GOOD.replace("image: busybox:1.36", "image: {registry}/busybox"),
        GOOD.replace("metadata:\n", "metadata:\n  labels: {a: ${A}, b: c-${B}}\n", 1),
        GOOD + "        args: [--to=${TO}, x]\n",
    ],
)
def test_templates(text: str) -> None:
    assert judged(text) == ([], [TEMPLATE])


@pytest.mark.parametrize(
    "text",
    [
        BAD.replace("name: hello", 'name: "{{ x }}"', 1),
        BAD + "        # {{ not here }}\n",
        BAD + "        args:\n        - |\n          echo {{ x }}\n\n          [[ .y ]]\n",
        BAD + "        args: ['{{ x }}']\n",
        BAD + "        args:\n        - echo '{{ x }}' [[ $y ]]\n",
        BAD + "        args:\n        - date +%s # {% x %}\n",
        BAD + "        # mail a#@b\n",
        "#!/usr/bin/env kubectl-apply\n" + BAD,
        BAD + "        args:\n        - |\n          puts a: #{x}\n          - #NAME#\n",
        BAD + "        args: ['a: #{x}', \"b: #{x}#\"]\n",
        BAD + "        stdin: true #{x}\n",
        BAD + "        env: #TODO\n",
        BAD + "        # a: #{x}\n",
    ],
)
def test_no_templates(text: str) -> None:
    assert judged(text) == (["unknown-field"], [])


@pytest.mark.parametrize("line", ["$CONTAINERS", "`cat pod.yaml`", "  $(cat pod.yaml)"])
def test_lines_that_a_shell_fills_in(line: str) -> None:
    text = f"cat <<EOF | kubectl apply -f -\n{GOOD.partition('      containers')[0]}{line}\nEOF\n"
    assert judged(text, "x.sh", "shell") == ([], ["has lines that a shell fills in"])
    if line != "$CONTAINERS":  # which envsubst may fill in
        assert judged(text.replace("<<EOF", "<<'EOF'"), "x.sh", "shell") == (["unreadable-document"], [])


@pytest.mark.parametrize("dots", ["        ...", "      ...", "      - ...", "        \N{HORIZONTAL ELLIPSIS} "])
def test_a_part_left_out_in_a_tutorial(dots: str) -> None:
    text = GOOD.replace("        image: busybox:1.36\n", f"{dots}\n        image: x: y\n")
    assert judged(text) == (["unreadable-document"], [])
    assert judged(f"```yaml\n{text}```\n", "x.md", "markdown") == ([], ["has a part left out"])


def test_quoted_template_is_a_string_whatever_comes_of_it() -> None:
    text = GOOD.replace("name: hello", 'name: "{{ x }}"', 1).replace("spec:\n", 'spec:\n  completions: "{{ x }}"\n', 1)
    assert judged(text) == (["wrong-type"], [])


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("spec:\n", "spec\n", 1),
        GOOD.replace("spec:\n", "spec\n", 1) + "        # {{ x }}\n",
        GOOD.replace("spec:\n", "spec\n", 1) + "        args: ['{{ x }}']\n",
        GOOD.replace("spec:\n", "spec\n", 1) + "        args:\n        - |\n          {{ x }}\n",
        GOOD.replace("spec:\n", "SPEC\n", 1),
        *(GOOD.replace("name: hello", f"name: {value}", 1) for value in ("@x", "%x", "%x y%", "@x y", "{a} b", "[x]b")),
        GOOD.replace("metadata:\n", "metadata:\n  labels: {a: '${A}', b: [}\n", 1),
        GOOD.replace("name: hello", "name: [ # ${A}", 1),
        GOOD.replace("name: hello", "name: ] ${A}: b: c", 1),
    ],
)
def test_broken_document_that_is_no_template(text: str) -> None:
    assert judged(text) == (["unreadable-document"], [])


def test_only_the_document_that_is_a_template_is_left_alone() -> None:
    text = "{{- if x }}\n" + GOOD + "---\n" + BAD + "---\n" + GOOD.replace("spec:\n", "spec\n", 1)
    assert judged(text) == (["unknown-field", "unreadable-document"], [TEMPLATE])


class TestClusterObjects:
    @pytest.mark.parametrize("field", ["uid: a-b", "resourceVersion: '1'", "resourceVersion: 1"])
    def test_metadata_of_the_server(self, field: str) -> None:
        found, why = judged(BAD.replace("metadata:\n", f"metadata:\n  {field}\n"))
        assert (found, why) == ([], [f"is an object from a cluster: it has `metadata.{field.partition(':')[0]}`"])

    @pytest.mark.parametrize("text", ["status:\n  active: 1\n", "status: {conditions: []}\n"])
    def test_status(self, text: str) -> None:
        assert judged(BAD + text)[0] == []

    @pytest.mark.parametrize("text", ["status: {}\n", "status:\n", "status: null\n"])
    def test_empty_status_is_judged(self, text: str) -> None:
        assert judged(BAD + text) == (["unknown-field"], [])

    @pytest.mark.parametrize(
        "field", ["uid: ''", "uid:", "resourceVersion: ''", "creationTimestamp: null", "ownerReferences: []"]
    )
    def test_empty_metadata_is_judged(self, field: str) -> None:
        assert judged(BAD.replace("metadata:\n", f"metadata:\n  {field}\n")) == (["unknown-field"], [])


class TestAsserts:
    PARTIAL = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  completions: 1\n"

    @pytest.mark.parametrize(
        "name",
        ["00-assert.yaml", "12-errors.yaml", "assert.yaml", "t/03-assert-job.yaml", "job-assert.yml", "error.yaml"],
    )
    def test_part_of_an_object(self, name: str) -> None:
        assert judged(self.PARTIAL, name) == ([], ["is an assert of a test: it has only a part of an object"])
        assert judged(BAD, name) == (["unknown-field"], [])

    @pytest.mark.parametrize("name", ["job.yaml", "asserted.yaml", "terrors.yaml", "00-install.yaml"])
    def test_other_names(self, name: str) -> None:
        assert judged(self.PARTIAL, name)[0] != []


class TestPlaceholders:
    @pytest.mark.parametrize(
        "value", ["<name>", "<your name here>", "YOUR_NAME", "CHANGE_ME", "CHANGEME", "REPLACE-THIS", "NAME"]
    )
    def test_value_to_be_filled_in_is_not_judged(self, value: str) -> None:
        told = f"has a placeholder: `{value}` is not checked"
        assert judged(BAD.replace("name: hello", f"name: {value}", 1)) == (["unknown-field"], [told])

    @pytest.mark.parametrize("value", ["Hello", "NAMES", "<>", "a<b", "YOURS"])
    def test_other_values_are(self, value: str) -> None:
        found, why = judged(GOOD.replace("name: hello", f"name: {value}", 1))
        assert (set(found), why) == ({"invalid-name"}, [])


class TestKustomize:
    PATCH = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  suspend: true\n"

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        (tmp_path / "overlay" / "deep").mkdir(parents=True)
        return tmp_path

    @pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
    @pytest.mark.parametrize(
        "content",
        [
            "patches:\n- path: deep/p.yaml\n",
            "patches: [{path: ./deep/p.yaml, target: {kind: CronJob}}]\n",
            "patchesStrategicMerge: [deep/p.yaml]\n",
            "patchesJson6902:\n- path: deep/../deep/p.yaml\n",
            "patches:\n- patch: |-\n    a: b\n- path: deep/p.yaml\n",
        ],
    )
    def test_named_beside_or_above(self, tree: Path, name: str, content: str) -> None:
        (tree / "overlay" / name).write_text(content)
        found, why = judged(self.PATCH, str(tree / "overlay/deep/p.yaml"))
        assert found == []
        assert why == ["is a kustomize patch: checked only for unknown fields, duplicate keys and wrong types"]
        assert "invalid-schedule" in judged(self.PATCH, str(tree / "q.yaml"))[0]

    def test_what_a_patch_can_be_wrong_about(self, tree: Path) -> None:
        (tree / "kustomization.yaml").write_text("patches: [{path: p.yaml}]")
        wrong = self.PATCH + "  suspend: no\n  schedule: 5\n  conurrencyPolicy: x\n  jobTemplate: {$patch: delete}\n"
        assert judged(wrong, str(tree / "p.yaml"))[0] == ["duplicate-key", "wrong-type", "unknown-field"]

    def test_name_in_full_comes_later(self, tree: Path) -> None:
        (tree / "kustomization.yaml").write_text("nameSuffix: -x\nresources: [r.yaml]\n")
        resource = BAD.replace("name: hello", "name: hello-", 1)
        assert judged(resource, str(tree / "r.yaml")) == (
            ["unknown-field"], ["has a name that kustomize completes: its name is not checked"]
        )  # fmt: skip
        assert set(judged(resource, str(tree / "s.yaml"))[0]) == {"invalid-name", "unknown-field"}

    def test_search_ends_at_the_top_of_the_repository(self, tree: Path) -> None:
        (tree / "kustomization.yaml").write_text("patches: [{path: overlay/p.yaml}]")
        (tree / "overlay/.git").mkdir()
        assert not Kustomizations().patches(str(tree / "overlay/p.yaml"))

    @pytest.mark.parametrize(
        "content",
        [b"", b"- a\n", b"patches: 5\n", b"patches: [5, {path: 5}, {path: [a]}, [a]]\n", b"{{", b"\xff\xfe\xff",
         b"a: *b\n", b"&a [*a]\n", b'patches: [{path: "a\\0b"}]\n'],
    )  # fmt: skip
    def test_odd_kustomizations_do_no_harm(self, tree: Path, content: bytes) -> None:
        (tree / "kustomization.yaml").write_bytes(content)
        assert not Kustomizations().patches(str(tree / "p.yaml"))

    def test_fifo_is_not_opened(self, tree: Path) -> None:
        os.mkfifo(tree / "kustomization.yaml")
        assert not Kustomizations().patches(str(tree / "p.yaml"))


class TestCharts:
    def test_comments_count_in_a_chart(self, tmp_path: Path) -> None:
        (tmp_path / "templates/jobs").mkdir(parents=True)
        text = BAD + "        # {{ end }}\n"
        path = str(tmp_path / "templates/jobs/a.yaml")
        assert judged(text, path) == (["unknown-field"], [])
        (tmp_path / "Chart.yaml").write_text("name: x\n")
        assert judged(text, path) == ([], [TEMPLATE])
        assert judged(BAD, path) == (["unknown-field"], [])


def test_nothing_is_left_alone_by_the_library() -> None:
    import joblint

    assert [finding.rule for finding in joblint.lint(BAD.replace("metadata:\n", "metadata:\n  uid: a\n"))] == [
        "unknown-field"
    ]


def test_long_document_is_looked_at_once() -> None:
    text = "[" * 2000 + "{{"
    document = Document(Source("x.yaml", text), text, 0)
    assert manifests(document, 0) == []
    assert Leave().unreadable(document) == TEMPLATE
