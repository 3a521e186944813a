"""What is said of templates of a chart, and what is not: conditions, insertions, versions, duplicates."""

import pytest

import joblint
from joblint.engine.api import make_settings
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.support import CRONJOB, GOOD

PORTS = """\
        ports:
        - containerPort: 80
        {{- range .a }}
        - containerPort: {{ . }}
        {{- end }}
"""
RESTART = "      restartPolicy: Never\n"


def found(text: str, versions: str | None = None, advice: bool = False) -> list[Finding]:
    """The findings of a template."""
    more = ("advice",) if advice else ()
    return joblint.lint(text, path="x.tpl", kube_version=versions, extend_select=more)


def rules(text: str, versions: str | None = None) -> list[tuple[str, int]]:
    """The rules of its findings with their lines."""
    return [(one.rule, one.line) for one in found(text, versions)]


def skipped(text: str) -> list[str]:
    """Why documents are left alone."""
    source = Source("x.tpl", text, "helm")
    run = Run(make_settings(), Corpus([source]))
    run.source(source)
    assert run.findings == []
    return [one.why for one in run.skipped]


def spec(lines: str) -> str:
    """A Job with lines in its spec, from line 6 on."""
    return GOOD.replace("spec:\n", f"spec:\n{lines}", 1)


def container(lines: str) -> str:
    """A Job with lines in its container, from line 12 on."""
    return GOOD + lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (spec("  {{ if .a }}\n  paralelism: 1\n  {{ end }}\n"), [("unknown-field", 7)]),
        (spec("  parallelism: {{ .a }}\n  backoffLimit: x{{ .a }}\n"), []),
        (spec('  completionMode: Indexed\n'), [("indexed-without-completions", 6)]),
        (spec('  completionMode: Indexed\n  {{- if .a }}\n  completions: 2\n  {{- end }}\n'), []),
        (spec('  completionMode: Indexed\n  {{- with .a }}\n  completions: {{ . }}\n  {{- end }}\n'), []),
        (spec('  {{- if .a }}\n  completionMode: Indexed\n  completions: 2\n  {{- end }}\n'), []),
        (spec('  {{- if .a }}\n  completionMode: Indexed\n  {{- end }}\n'), [("indexed-without-completions", 7)]),
        (spec('  {{- if .a }}\n  completionMode: Indexed\n  {{- else }}\n  completions: 2\n  {{- end }}\n'),
         [("indexed-without-completions", 7)]),
        (spec('  completionMode: Indexed\n  {{- toYaml .Values.job | nindent 2 }}\n'), []),
        (spec('  completionMode: Indexed\n  {{ .Values.key }}: 2\n'), []),
        (spec('  completionMode: {{ .Values.mode }}\n'), []),
        (container(PORTS), []),
        (container("        command: [sh]\n        comand: [b]\n"), [("unknown-field", 13)]),
        (GOOD.replace("containers:", "{{ .Values.containers }}:").replace("      - name", "      - nmae"), []),
        (GOOD.partition("      containers")[0] + "{{ include \"pod\" . | indent 6 }}\n", []),
        (GOOD.partition("      containers")[0], [("no-containers", 7)]),
        (GOOD.replace("restartPolicy: Never", "restartPolicy: {{ .Values.restart }}"), []),
        (GOOD.replace("restartPolicy: Never", "restartPolicy: Always"), [("unfit-restart-policy", 8)]),
        (GOOD.replace(RESTART, f"      {{{{- if .a }}}}\n{RESTART}      {{{{- end }}}}\n"), []),
        (GOOD.replace("name: hello", "name: {{ .Release.Name }}-Hello", 1), []),
        (spec("  paralelism: 1\n").replace("batch/v1", '{{ include "api" . }}'), [("unknown-field", 6)]),
        ('{{ include "header" . }}\n' + GOOD.partition("\n")[2].partition("\n")[2], []),
    ],
)  # fmt: skip
def test_what_holds_in_every_rendering(text: str, expected: list[tuple[str, int]]) -> None:
    assert rules(text) == expected


class TestVersions:
    OLD, NEW = "batch/v1beta1", "batch/v1"

    def text(self, condition: str, one: str = OLD, other: str = NEW) -> str:
        head = f"{{{{- if {condition} }}}}\napiVersion: {one}\n{{{{- else }}}}\napiVersion: {other}\n{{{{- end }}}}\n"
        return head + CRONJOB.partition("\n")[2]

    @pytest.mark.parametrize(
        "condition",
        [
            'semverCompare "<1.21-0" .Capabilities.KubeVersion.Version',
            'semverCompare "<1.25.0" .Capabilities.KubeVersion.GitVersion',
            'not (.Capabilities.APIVersions.Has "batch/v1/CronJob")',
            'semverCompare "<1.21-0" (include "common.capabilities.kubeVersion" .)',
            'eq (include "cronjob.apiVersion" .) "batch/v1beta1"',
            ".Values.legacy",
        ],
    )
    def test_chosen_by_a_condition(self, condition: str) -> None:
        assert rules(self.text(condition)) == []

    @pytest.mark.parametrize(
        "condition",
        ['semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version', '.Capabilities.APIVersions.Has "batch/v1"'],
    )
    def test_chosen_wrongly(self, condition: str) -> None:
        assert rules(self.text(condition)) == [("old-api-version", 2)]

    def test_under_a_condition_of_its_own(self) -> None:
        text = "{{- if .Values.enabled }}\n" + CRONJOB.replace("batch/v1", self.OLD, 1) + "{{- end }}\n"
        assert rules(text) == [("old-api-version", 2)]

    def test_only_for_the_versions_that_are_let_through(self) -> None:
        text = self.text('semverCompare ">=1.23-0" .Capabilities.KubeVersion.Version')
        told = {one.effect: one.kube_versions for one in found(text, "1.21-1.30")}
        assert told["warned"] == ("1.23", "1.24")
        assert told["rejected"][0] == "1.25"

    def test_a_field_of_newer_versions(self) -> None:
        field = "  podReplacementPolicy: Failed\n"
        assert rules(spec(field), "1.21") == [("unknown-field", 6)]
        readable = '  {{- if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}\n'
        unclear = '  {{- if semverCompare ">=1.29-0" (include "version" .) }}\n'
        for condition in (readable, unclear):
            assert rules(spec(f"{condition}{field}  {{{{- end }}}}\n"), "1.21") == []


class TestDuplicates:
    FIRST, SECOND = "  backoffLimit: 2\n", "  backoffLimit: 3\n"

    def test_the_last_one_wins(self) -> None:
        [one] = found(spec(self.FIRST + self.SECOND))
        assert (one.rule, one.effect, one.line, one.related[0].line) == ("duplicate-key", "mistake", 6, 7)
        assert one.message.endswith("so helm drops this value and sends the last one")

    @pytest.mark.parametrize(
        ("one", "other", "told"),
        [
            ("{{- if .a }}", "{{- if .a }}", True),
            ("{{- if .a }}", "{{- if not .a }}", False),
            ("{{- if .a }}", "{{- if .b }}", False),
            ('{{- if eq .a "x" }}', '{{- if eq .a "y" }}', False),
            ("{{- if .a }}", "{{- if and .a .b }}", True),
        ],
    )
    def test_under_conditions(self, one: str, other: str, told: bool) -> None:
        text = spec(f"  {one}\n{self.FIRST}  {{{{- end }}}}\n  {other}\n{self.SECOND}  {{{{- end }}}}\n")
        assert [rule for rule, _ in rules(text)] == ["duplicate-key"] * told

    def test_if_and_else(self) -> None:
        assert rules(spec(f"  {{{{- if .a }}}}\n{self.FIRST}  {{{{- else }}}}\n{self.SECOND}  {{{{- end }}}}\n")) == []

    def test_one_that_is_always_there(self) -> None:
        text = spec(f"{self.FIRST}  {{{{- if .a }}}}\n{self.SECOND}  {{{{- end }}}}\n")
        assert rules(text) == [("duplicate-key", 6)]


class TestUnreadable:
    @pytest.mark.parametrize(
        "text",
        [
            container("        args: {{ .Values.args }}\n          more: x\n"),
            container('        {{ include "x" . }}\n          more: x\n'),
            container("        args: [{{ .Values.args }}\n"),
            GOOD.replace("spec:\n", '{{ include "x" . }}\n    b: c\nspec:\n', 1),
        ],
    )
    def test_an_insertion_may_be_to_blame(self, text: str) -> None:
        [why] = skipped(text)
        assert why.startswith("cannot be read without the values of its chart: ")

    @pytest.mark.parametrize(
        "line", ["        volumes: []\n", "       args: [a]\n", "         args: [a]\n", "        args: a: b\n"]
    )
    def test_no_insertion_is_to_blame(self, line: str) -> None:
        text = GOOD.replace("name: hello", "name: {{ .Release.Name }}", 1).replace("      - name", "        - name")
        text = text.replace("        image", "          image") + line
        assert [rule for rule, _ in rules(text)] == ["unreadable-document"]

    def test_only_in_a_branch(self) -> None:
        text = GOOD + "{{- if .a }}\n        args: a: b\n{{- end }}\n"
        assert rules(text) == [("unreadable-document", 13)]

    @pytest.mark.parametrize("action", ["{{ if }}", "{{ end }}", "{{ if .a }}", "{{ .a", '{{ "x }}', "{{/* a }}"])
    def test_not_of_go(self, action: str) -> None:
        [why] = skipped(GOOD + action)
        assert why.startswith("is not a valid Go template: ")


def test_words_that_an_insertion_may_have() -> None:
    """Rules that look for the absence of a word say nothing of what they do not see."""
    indexed = spec("  completionMode: Indexed\n  completions: 2\n") + "        command: [sh, -c, echo a]\n"
    assert "unread-index" in {one.rule for one in found(indexed, advice=True)}
    for more in ("        args: [{{ .a }}]\n", "        env:\n        {{- toYaml .a | nindent 8 }}\n"):
        assert "unread-index" not in {one.rule for one in found(indexed + more, advice=True)}


def test_what_only_checks_values_writes_nothing() -> None:
    head = '{{- template "check" . }}\n{{- if .a }}{{ fail "no" }}{{ end -}}\n'
    assert rules(head + spec("  paralelism: 1\n")) == [("unknown-field", 8)]
    script = "        command:\n        - sh\n        - -c\n        - |\n          kubectl create -f - <<E\n"
    assert rules(container(f"{script}          kind: Secret\n          apiVersion: {{{{ .a }}}}\n          E\n")) == []


ITEM = "        args:\n        - -selector\n        - {{- toYaml .Values.selector | nindent 10 -}}\n"


def test_an_item_that_is_inserted_may_be_anything() -> None:
    """As consul's chart has it: the lines of the item are a string."""
    text = container(ITEM + "        {{ if .a }}\n        - -b\n        {{ end }}\n")
    assert rules(text) == []
    entry = "        env:\n        - {{- toYaml .Values.env | nindent 10 }}\n          vaule: a\n"
    assert rules(container(entry)) == [("unknown-field", 14)]
