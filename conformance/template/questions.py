"""The templates that Go's parser is asked about: the same ones every time."""

import random
from typing import Any

SEED = 20_261_201
ODD = (
    "", "x", "{{", "}}", "{{}}", "{{ }}", "{{.}}", "{{ . }}", "a{{.}}b", "{{-.}}", "{{- .}}", "a \n{{- . -}} \n b",
    "{{. -}} x", "{{.-}}", "{{. - }}", "{{-}}", "{{- }}", "{{- -}}", "{{ -}}", "{{ - }}", "{{-3}}", "{{- -3 -}}",
    '{{ "}}" }}', "{{ `}}` }}", "{{ '}' }}", "{{ '\\'' }}", '{{ "\\"}}" }}', '{{ "a\nb" }}', "{{ `a\nb` }}",
    '{{ "a }}', "{{ `a }}", "{{ 'a }}", "{{/* x */}}", "{{- /* x */ -}}", "{{-/* x */}}", "{{ /* x */ }}",
    "{{/* x */ }}", "{{/* x }}", "{{/* {{ . }} */}}", "{{/**/}}", "{{/*/}}", "a {{- /* x */ -}} b", "{{/* x */-}}",
    "{{/* a\nb */}}", "{{if .a}}x{{end}}", "{{if .a}}x{{else}}y{{end}}", "{{if .a}}x{{else if .b}}y{{else}}z{{end}}",
    "{{if .a}}x{{else}}{{if .b}}y{{end}}{{end}}", "{{with .a}}x{{else with .b}}y{{end}}",
    "{{with .a}}{{else if .b}}{{end}}", "{{if .a}}{{else with .b}}{{end}}", "{{range .a}}x{{else}}y{{end}}",
    "{{range .a}}{{else range .b}}{{end}}", "{{range $i, $x := .a}}{{$i}}{{end}}",
    "{{range .a}}{{break}}{{continue}}{{end}}", "{{break}}", "{{continue}}", "{{if .a}}{{break}}{{end}}",
    "{{range .a}}{{if .b}}{{ break }}{{end}}{{else}}{{break}}{{end}}", "{{if}}x{{end}}", "{{if .a}}", "{{end}}",
    "{{else}}", "{{if .a}}{{else}}{{else}}{{end}}", "{{if .a}}{{else}}{{else if .b}}{{end}}", "{{if .a}}{{end .b}}",
    '{{define "a"}}x{{end}}', '{{define "a"}}x{{end}}{{define "a"}}y{{end}}',
    '{{if .a}}{{define "a"}}x{{end}}{{end}}', "{{define a}}x{{end}}", '{{define "a" .}}x{{end}}',
    "{{define `a`}}{{.}}{{end}}", '{{block "a" .}}x{{end}}', '{{block "a"}}x{{end}}',
    '{{if .a}}{{block "b" .x}}{{.}}{{end}}{{end}}', '{{template "a"}}', '{{template "a" .}}', "{{template a}}",
    '{{ template "a" . | quote }}', "{{$x := .a}}{{$x}}", "{{ $x = 1 }}", "{{$x := 1}}{{ $x = 2 }}",
    "{{ $x := .a | default 1 -}}\n", "{{ $x, $y := .a }}", "{{ .a == .b }}", "{{ eq $ .b }}", "{{ $.Values.a }}",
    "{{ (.a) }}", "{{ (.a }}", "{{ .a) }}", '{{ include "x" . | nindent 4 }}', "{{ .a | }}", "{{ | .a }}",
    "{{ .a.b.c }}", "{{ .a\n  | quote\n}}", "{{\n.a\n}}", "{{\n- .a }}", "{{- \n .a \n -}}",
    "{{if .a -}}\n x\n{{- end}}", "{{ifx}}", "{{if.a}}x{{end}}", "{{endx}}", "{{ end }}",
    "{{if .a}}x{{ end -}}  \n y", "{ {.a} }", "{{{.a}}}", "{{ {{ .a }} }}", "a {{/* x */}} b {{- .c }}",
    "\n\n{{- if .a }}\n{{- end }}\n", "é{{ .é }}ü{{- .a}}", "\u2028{{- .a -}}\u2028", "\t{{- .a -}}\t",
    "\u00a0{{- .a}}", "{{ nil }}", "{{ true }}", "{{ 1 }}", '{{ "a" | b }}', "{{ 'ab' }}", "{{ break }}",
    "{{range .a}}{{ break . }}{{end}}",
)  # fmt: skip
PIECES = (
    "x", "\n", "  ", "key: ", "- ", "{{ .Values.a }}", "{{- .b -}}", "{{ if .a }}", "{{- if not .b }}\n",
    "{{ else }}", "{{- else if .c -}}", "{{ end }}", "{{- end }}\n", "{{ end -}} ", "{{ range .l }}", "{{ with .w }}",
    "{{/* no */}}", "{{- /* no\n */ -}}", '{{ include "a.b" . | nindent 8 }}', "{{ $v := .a }}", "{{ $v }}",
    '{{ printf "%s}}" .a }}', "{{ `raw\n}}` }}", '{{ define "d" }}', '{{ define "e" }}', '{{ block "k" . }}',
    '{{ template "d" . }}', "{{ break }}", "{{", "}}", '"', "'", "`", "{{ toYaml .x\n | indent 2 }}", "é", "#",
    "{{ else with .z }}", "{{ index .l 0 }}", "\r\n",
)  # fmt: skip


WRITTEN = (
    "x", "\n", "  ", "\n  a: b\n", "- ", "{{ $.v }}", "{{- $.v -}}", "{{ $.v | quote }}", "{{ squote $.v }}",
    '{{ "literal" }}', "{{ `raw` }}", "\n{{ toYaml $.m | indent 4 }}\n", "key: {{- toYaml $.m | nindent 2 }}\n",
    '{{ include "d" $ }}', '{{- include "d" $ | nindent 4 }}', '{{ template "d" $ }}', '{{ default "x" $.e }}',
    '{{ tpl "{{ .v }}!" $ }}', "{{/* no */}}", "{{- /* no\n */ -}}", "{{ $y := 1 }}", "{{- $y := 1 -}}", "é",
)  # fmt: skip
CONDITIONS = (
    "$.a", "$.b", "not $.a", "and $.a $.b", "or (not $.a) $.c", 'eq $.v "w"', 'ne $.v "w"', "and (or $.a $.b) $.c",
)  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """Return all of them, in a fixed order."""
    dice = random.Random(SEED)
    parsed = (*ODD, *(_noise(dice) for _ in range(1500)), *(_tree(dice, 4) for _ in range(900)))
    return [*({"text": text} for text in parsed), *(_executed(dice) for _ in range(1200))]


def _executed(dice: random.Random) -> dict[str, Any]:
    """Return a template with what it is executed with."""
    values = {
        **{name: dice.random() < 0.5 for name in "abc"},
        "v": dice.choice(("v", "w", "two words")),
        "e": dice.choice(("", "e")),
        "m": {"k": "v", "l": "w"},
        "l": ["i"] * dice.randint(0, 2),
    }
    return {"text": f'{{{{ define "d" }}}}d: {{{{ .v }}}}{{{{ end }}}}{_writing(dice, 3)}', "values": values}


def _writing(dice: random.Random, depth: int) -> str:
    """Return a template that can be executed anywhere."""
    made = []
    for _ in range(dice.randint(1, 5)):
        kind = dice.choice(("if", "if", "with", "range", *["leaf"] * 6)) if depth else "leaf"
        if kind == "leaf":
            made.append(dice.choice(WRITTEN))
            continue
        trims = [dice.choice(("{{", "{{-")) + " {} " + dice.choice(("}}", "-}}")) for _ in range(4)]
        condition = {"with": "$.v", "range": "$.l"}.get(kind) or dice.choice(CONDITIONS)
        made.append(trims[0].format(f"{kind} {condition}") + _writing(dice, depth - 1))
        if kind == "if" and dice.random() < 0.3:
            made.append(trims[1].format(f"else if {dice.choice(CONDITIONS)}") + _writing(dice, depth - 1))
        if dice.random() < 0.4:
            made.append(trims[2].format("else") + _writing(dice, depth - 1))
        made.append(trims[3].format("end"))
    return "".join(made)


def _noise(dice: random.Random) -> str:
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 12)))


def _tree(dice: random.Random, depth: int) -> str:
    """Return a template that is probably right."""
    made = []
    for _ in range(dice.randint(0, 4)):
        trims, trims_too = dice.choice(("", "- ", "")), dice.choice((" -", "", ""))
        kind = dice.choice(("if", "with", "range", "leaf", "leaf", "leaf")) if depth else "leaf"
        if kind == "leaf":
            leaf = dice.choice(
                ("x\n", "  a: b\n", "{{ .v | quote }}", "{{/* c */}}", "{{ $v := 1 }}", " ", '{{ template "d" }}')
            )
            made.append(leaf)
            continue
        made.append(f"{{{{{trims}{kind} .c{dice.randint(0, 3)}{trims_too}}}}}{_tree(dice, depth - 1)}")
        while kind != "range" and dice.random() < 0.3:
            made.append(f"{{{{{trims}else {kind} .d{trims_too}}}}}{_tree(dice, depth - 1)}")
        if dice.random() < 0.4:
            made.append(f"{{{{{trims}else{trims_too}}}}}{_tree(dice, depth - 1)}")
        made.append(f"{{{{{trims}end{trims_too}}}}}")
    return "".join(made)
