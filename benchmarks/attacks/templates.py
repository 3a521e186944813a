"""Templates of charts: many conditions, deep nesting, and what never ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.attacks.case import CLEAN, FOUND, MIB, SPEC, Case

TYPO = "        imagee: b\n"
NOT_READ = ("check", "--format", "text", "--color", "never", "--verbose", ".")
ENTRY, COMMENT = "        - name: A\n", "# a\n"
INVALID, LARGE = "is not a valid Go template", "is a template of more than 1 MiB"


def chart(template: str, values: str = "") -> Callable[[Path], None]:
    """Writes a chart with one template."""

    def write(folder: Path) -> None:
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 0.1.0\n")
        (folder / "templates" / "job.yaml").write_text(template)
        if values:
            (folder / "values.yaml").write_text(values)

    return write


def ifs(count: int, body: str) -> str:
    """Some conditions one after the other."""
    return "".join(f"{{{{- if .Values.a{number} }}}}\n{body}{{{{- end }}}}\n" for number in range(count))


def cases() -> Iterator[Case]:
    yield Case("template with 40 conditions", chart(f"{SPEC}{TYPO}        env:\n{ifs(40, ENTRY)}"), FOUND)
    many = "".join(f"{SPEC}{TYPO}{ifs(1, TYPO)}---\n" for _ in range(40))
    yield Case("template with 40 conditions on 40 Jobs", chart(many), FOUND)
    yield Case("template with 10,000 conditions", chart(f"{SPEC}{ifs(10_000, COMMENT)}{TYPO}"), -1)
    long = " ".join(f"(and .a{number} (not .b{number}))" for number in range(3_000))
    yield Case(
        "template with a condition of 3,000 parts", chart(f"{SPEC}{{{{ if or {long} }}}}\n{TYPO}{{{{ end }}}}\n"), -1
    )
    nested = "(not " * 50_000 + ".a" + ")" * 50_000
    yield Case("template with 50,000 parentheses", chart(f"{SPEC}{{{{ if {nested} }}}}\n{TYPO}{{{{ end }}}}\n"), FOUND)
    ranges = "{{- range .Values.a }}\n        - a\n{{- end }}\n"
    yield Case("template with 10,000 ranges", chart(f"{SPEC}        args:\n{ranges * 10_000}"), -1)
    deep = "{{ if .a }}\n" * 190 + TYPO + "{{ end }}\n" * 190
    yield Case("template with 190 levels", chart(SPEC + deep), FOUND)
    levels = "".join(f"{{{{ if .a{number} }}}}\n" for number in range(190))
    yield Case("template with 190 conditions in each other", chart(SPEC + levels + TYPO + "{{ end }}\n" * 190), -1)
    yield Case("template with 50,000 levels", chart(SPEC + "{{ if .a }}" * 50_000), CLEAN, INVALID, arguments=NOT_READ)
    actions = "{{ .Values.a }}"
    yield Case(
        "template with 10 MiB of actions",
        chart(SPEC + TYPO + "        # " + actions * (10 * MIB // 15)),
        CLEAN,
        LARGE,
        arguments=NOT_READ,
    )
    lines = '        {{- include "a" . | nindent 8 }}\n'
    yield Case("template with 10 MiB of insertions", chart(SPEC + lines * (10 * MIB // len(lines))), -1)
    between = "      - name: b\n        image: b:1\n" + '      {{ include "a" . | indent 6 }}\n'
    yield Case("template with an insertion after each of 12,000 items", chart(SPEC + between * 12_000), FOUND)
    yield Case("template with an indentation of 9,999", chart(SPEC + "{{ toYaml .a | nindent 9999 }}\n" * 2_000), -1)
    for opener in ("{{", '{{ "', "{{ `", "{{/*", "{{ '"):
        yield Case(
            f"template with 100,000 `{opener}`", chart(SPEC + opener * 100_000), CLEAN, INVALID, arguments=NOT_READ
        )
    values = "a:\n" + "".join(f"  b{number}: {number}\n" for number in range(50_000))
    inserted = "".join(f"        - name: A{n}\n          value: {{{{ .Values.a.b{n} }}}}\n" for n in range(3_000))
    yield Case("template with 3,000 default values", chart(f"{SPEC}        env:\n{inserted}", values), -1)
    defines = "".join(f'{{{{ define "d{number}" }}}}\n{SPEC}{TYPO}{{{{ end }}}}\n' for number in range(500))
    yield Case("template with 500 definitions", chart(defines), FOUND)
    yield Case("private characters in a template", chart(SPEC + TYPO + "        # \ue000\ue001 {{ .a }}\n"), FOUND)
