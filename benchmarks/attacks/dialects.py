"""Templates of Jinja, ERB, ytt and Go outside of charts: many conditions, deep nesting, and what never ends."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, FOUND, MIB, SPEC, Case
from benchmarks.attacks.templates import NOT_READ, TYPO

FILES = {"Jinja": "job.yaml.j2", "ERB": "job.yaml.erb", "Go": "job.yaml.tmpl", "ytt": "job.ytt.yaml"}
# How each of them is written: the beginning of a condition, its end, a hole, and what opens something without an end.
_SYNTAX = {
    "Jinja": ("{{% if {} %}}\n", "{% endif %}\n", "{{ a }}", ("{{", "{%", "{#", "{{ '", "{{ (", "{% raw %}", "{{ {}}")),
    "ERB": ("<% if {} -%>\n", "<% end -%>\n", "<%= a %>", ("<%", "<%=", "<%#", "<% '", "<%%", "<% %%>")),
    "ytt": ("#@ if {}:\n", "#@ end\n", "#@ a", ("#@ if/end a:\n", "#@ if a:\n", "a: #@ b\n", "#@ (", "(@=", "'")),
    "Go": ("{{{{ if .{} }}}}\n", "{{ end }}\n", "{{ .a }}", ("{{", '{{ "', "{{ `", "{{/*")),
}


def cases() -> Iterator[Case]:
    for name, file in FILES.items():
        start, end, hole, opened = _SYNTAX[name]

        def case(what: str, text: str, code: int, said: str = "", file: str = file, name: str = name) -> Case:
            arguments = NOT_READ if said else ("check", "--format", "text", "--color", "never", ".")
            return Case(f"{name} template with {what}", text, code, said, file=file, arguments=arguments)

        entry = "        - name: A\n"
        ifs = "".join(start.format(f"a{number}") + entry + end for number in range(40))
        yield case("40 conditions", f"{SPEC}{TYPO}        env:\n{ifs}", FOUND)
        many = "".join(start.format(f"a{number}") + "# a\n" + end for number in range(10_000))
        yield case("10,000 conditions", f"{SPEC}{many}{TYPO}", -1)
        yield case("190 levels", f"{SPEC}{start.format('a') * 190}{TYPO}{end * 190}", FOUND)
        levels = "".join(start.format(f"a{number}") for number in range(190))
        yield case("190 conditions in each other", f"{SPEC}{levels}{TYPO}{end * 190}", -1)
        yield case("50,000 levels", SPEC + start.format("a") * 40_000, CLEAN, "nested more than 200 levels deep")
        holes = f"{SPEC}{TYPO}        # {hole * (10 * MIB // len(hole))}\n"
        holes = holes if name != "ytt" else SPEC + TYPO + f"        a: {hole}\n" * (10 * MIB // 12)
        yield case("10 MiB of holes", holes, CLEAN, "is a template of more than 1 MiB")
        yield case("900 KiB of holes in a line", f"{SPEC}{TYPO}        # {hole * (900_000 // len(hole))}\n", FOUND)
        line = f"        {hole}\n"
        yield case("900 KiB of insertions", SPEC + TYPO + line * (900_000 // len(line)), -1)
        tag = start.format("a").strip() + end.strip()
        yield case("900 KiB of tags in a line", f"{SPEC}{TYPO}# {tag * (900_000 // len(tag))}\n", -1)
        for one in opened:
            yield case(f"100,000 `{one}`", SPEC + TYPO + "        # " + one * 100_000, -1)
    nested = "(" * 50_000 + "a" + ")" * 50_000
    yield _jinja("50,000 parentheses in a condition", f"{SPEC}{{% if {nested} %}}\n{TYPO}{{% endif %}}\n", FOUND)
    yield _jinja("50,000 `not`", f"{SPEC}{{% if {'not ' * 50_000}a %}}\n{TYPO}{{% endif %}}\n", FOUND)
    long = " or ".join(f"a{number} and not b{number}" for number in range(3_000))
    yield _jinja("a condition of 3,000 parts", f"{SPEC}{{% if {long} %}}\n{TYPO}{{% endif %}}\n", -1)
    sets = "".join(f"{{% set a{number} = 1 %}}\n" for number in range(20_000))
    yield _jinja("20,000 variables", f"{sets}{SPEC}{TYPO}", FOUND)
    loops = "{% for a in b %}\n" * 190 + "        - a\n" + "{% endfor %}\n" * 190
    yield _jinja("190 loops in each other", f"{SPEC}{TYPO}        args:\n{loops}", FOUND)
    yield _jinja(
        "10,000 loops", f"{SPEC}        args:\n" + "{% for a in b %}\n        - a\n{% endfor %}\n" * 10_000, -1
    )
    macros = "".join(f"{{% macro d{number}() %}}\n{SPEC}{TYPO}{{% endmacro %}}\n" for number in range(500))
    yield _jinja("500 macros", macros, FOUND)
    whens = "".join(f"<% when 'a{number}' -%>\n# a\n" for number in range(5_000))
    yield Case(
        "ERB template with a case of 5,000", f"{SPEC}<% case a -%>\n{whens}<% end -%>\n{TYPO}", -1, file=FILES["ERB"]
    )
    code = "<%\n" + "a = 'b' if c; x.each { |y| y }\n" * 30_000 + "%>\n"
    yield Case("ERB template with 30,000 statements in a tag", f"{code}{SPEC}{TYPO}", FOUND, file=FILES["ERB"])
    assigned = "<% " + "a <<" * 100_000 + " %>\n"
    yield Case("ERB template with 100,000 `<<`", f"{assigned}{SPEC}{TYPO}", -1, file=FILES["ERB"])


def _jinja(what: str, text: str, code: int) -> Case:
    return Case(f"Jinja template with {what}", text, code, file=FILES["Jinja"])
