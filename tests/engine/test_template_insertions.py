"""Where an insertion leaves something open, and what conditions say of versions: kinds that real charts have."""

import pytest

from joblint.engine.suppress.suppressions import ANNOTATION
from tests.engine.test_templates import found, rules, spec
from tests.support import GOOD

POD = GOOD.partition("      containers")[0]
VOLUMES = "      volumes:\n      - name: a\n        emptyDir: {}\n"
ITEMS = '      volumes:\n        - name: a\n          emptyDir: {}\n      {{- include "x" . | nindent 8 }}\n'
ADVICE = {"missing-backoff-limit", "missing-active-deadline", "missing-ttl", "missing-resources", "floating-image"}


class TestListThatIsNotIndented:
    """After it, an insertion at its indentation is more items, or what comes after the list."""

    @pytest.mark.parametrize("action", ['{{- include "x" . | nindent 6 }}', "{{- toYaml .Values.more | nindent 6 }}"])
    def test_containers_may_come(self, action: str) -> None:
        assert rules(f"{POD}{VOLUMES}      {action}\n") == []

    def test_items_may_come(self) -> None:
        mount = "        volumeMounts:\n        - name: b\n          mountPath: /b\n"
        assert rules(f'{GOOD}{mount}{VOLUMES}      {{{{- include "x" . | nindent 6 }}}}\n') == []

    def test_only_items_between_items(self) -> None:
        text = f'{POD}{VOLUMES}      {{{{- include "x" . | nindent 6 }}}}\n      - name: c\n        emptyDir: {{}}\n'
        assert rules(text) == [("no-containers", 7)]

    def test_only_items_of_one_that_is_indented(self) -> None:
        assert rules(POD + ITEMS) == [("no-containers", 7)]

    def test_what_follows_keeps_its_place(self) -> None:
        text = f'{POD}{VOLUMES}      {{{{- include "x" . | nindent 6 }}}}\n      hostNetwrk: true\n'
        [one] = found(text)
        assert (one.rule, one.line, one.column) == ("unknown-field", 13, 7)


class TestInsertionAtTheEndOfALine:
    def test_a_helper_that_begins_with_a_line_break(self) -> None:
        """`image` may be in what is inserted."""
        text = f'{POD}      containers:\n      - name: a {{{{- include "image" . | indent 8 }}}}\n'
        assert rules(text) == []
        assert rules(f"{text}        comand: [a]\n") == [("unknown-field", 11)]

    @pytest.mark.parametrize(
        ("action", "indent"),
        [
            ('{{- include "x" . | indent 8 }}', 8),
            ('{{- include "x" . }}', 8),
            ('{{- include "x" . }}', 6),
            ("{{ include `x` . }}", 6),
        ],
    )
    def test_a_key_with_more_below(self, action: str, indent: int) -> None:
        pad = " " * indent
        mount = "        volumeMounts:\n        - name: b\n          mountPath: /b\n"
        text = f"{GOOD}{mount}      volumes:{action}\n{pad}- name: a\n{pad}  emptyDir: {{}}\n"
        assert rules(text) == []
        told = [(one.rule, one.line, one.column) for one in found(text.replace("emptyDir", "emptyDr"))]
        assert told == [("unknown-field", 17, indent + 3)]

    def test_a_mapping_with_more_below(self) -> None:
        text = GOOD.replace("metadata:\n", 'metadata:\n  labels:{{- include "labels" . }}\n    a: b\n', 1)
        assert rules(text) == []
        assert rules(text.replace("a: b", "a: 1")) == [("wrong-type", 5)]

    def test_deeper_than_what_it_comes_after(self) -> None:
        text = GOOD.replace("metadata:\n", "metadata:\n  labels:\n    a: b\n      {{- toYaml .x | nindent 6 }}\n", 1)
        assert rules(text + "        comand: [a]\n") == [("unknown-field", 15)]

    def test_a_colon_too_many(self) -> None:
        assert rules(f"{GOOD}      tolerations:\n{{{{ toYaml .Values.t | indent 8 }}}}:\n") == []

    def test_a_check_before_a_document(self) -> None:
        assert rules('{{- include "check" . -}}\n---\n' + spec("  paralelism: 1\n")) == [("unknown-field", 8)]


class TestVersions:
    RANGE = "1.21-1.37"
    FIELD = "  podReplacementPolicy: Failed\n"

    def told(self, text: str, rule: str) -> list[tuple[str, str]]:
        return [(one.kube_versions[0], one.kube_versions[-1]) for one in found(text, self.RANGE) if one.rule == rule]

    def test_an_optional_field_is_written_for_the_versions_that_have_it(self) -> None:
        optional = f"  {{{{- if .Values.policy }}}}\n{self.FIELD}  {{{{- end }}}}\n"
        assert self.told(spec(self.FIELD), "unknown-field") == [("1.21", "1.27")]
        assert self.told(spec(optional), "unknown-field") == []
        assert rules(spec(optional), "1.21") == [("unknown-field", 7)]
        assert self.told(f"{{{{- if .Values.job }}}}\n{spec(self.FIELD)}{{{{- end }}}}\n", "unknown-field") != []

    def test_a_condition_on_the_version_that_lets_too_many_through(self) -> None:
        condition = '{{- if semverCompare ">=1.25-0" .Capabilities.KubeVersion.Version }}'
        text = spec(f"  {condition}\n{self.FIELD}  {{{{- end }}}}\n")
        assert self.told(text, "unknown-field") == [("1.25", "1.27")]

    def test_only_where_it_holds_in_every_output(self) -> None:
        """The second branch puts it right, for some versions."""
        newer = '{{- if semverCompare ">=1.25-0" .Capabilities.KubeVersion.Version }}'
        other = "  {{- if .Values.n }}\n  completions: 2\n  {{- end }}\n"
        text = spec(f"  completionMode: Indexed\n  {newer}\n{other}  {{{{- end }}}}\n")
        assert self.told(text, "indexed-without-completions") == [("1.22", "1.24")]

    def test_a_document_that_only_some_versions_get(self) -> None:
        older = '  {{- if semverCompare "<1.25-0" .Capabilities.KubeVersion.Version }}\n  a: b: c\n  {{- end }}\n'
        assert self.told(spec(older), "unreadable-document") == [("1.21", "1.24")]
        assert rules(spec(older), "1.30") == []

    @pytest.mark.parametrize("policy", ["{{ .Values.policy }}", '"{{ .Values.a }}lways"'])
    def test_a_gate_that_lets_one_value_through(self, policy: str) -> None:
        sidecar = f"      initContainers:\n      - name: b\n        image: b:1\n        restartPolicy: {policy}\n"
        assert rules(GOOD + sidecar, "1.34") == []
        assert rules(GOOD + sidecar.replace(policy, "Never"), "1.34") == [("gated-field", 15)]


def test_many_conditions_with_a_version_among_them() -> None:
    """What one branch puts right is seen under each version, even where there are too many to try all."""
    many = "".join(f"  {{{{- if .Values.c{n} }}}}\n  {{{{- end }}}}\n" for n in range(8))
    newer = '  {{- if semverCompare "<1.25-0" .Capabilities.KubeVersion.Version }}\n  parallelism: 1\n  {{- end }}\n'
    both = "  {{- if and .Values.x .Values.y }}\n  completions: 2\n  {{- end }}\n"
    assert rules(spec(f"{many}{newer}  completionMode: Indexed\n{both}")) == []


def test_a_suppression_that_is_inserted() -> None:
    text = GOOD.replace("metadata:\n", f"metadata:\n  annotations:\n    {ANNOTATION}: {{{{ .Values.x | quote }}}}\n", 1)
    assert rules(text) == []
