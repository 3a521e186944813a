"""Documents in the here-documents of shell scripts."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.embed.heredoc import expansion_end, filled_in
from tests.manifests.embed.wrapping import FIRST, JOB, check_map, documents, held, only, place, shell_lines, texts

BASH = shutil.which("bash")


@pytest.mark.parametrize(
    ("command", "info", "guess"),
    [
        ("cat <<EOF | kubectl apply -f -", "", False),
        ("cat << EOF | microk8s kubectl apply -f -", "", False),
        ("cat <<'EOF' > x.yaml", "x.yaml", False),
        ("cat > x.yaml <<EOF", "x.yaml", False),
        ('cat >"$DIR/x.yml" << "EOF"', "$DIR/x.yml", False),
        ("kubectl apply -f - <<EOF", "", False),
        ("kubectl -n test create -f - <<\\EOF", "", False),
        ("oc apply -f - <<'E'\"O\"F && echo done", "", False),
        ("tee x.yaml <<EOF >/dev/null", "x.yaml", False),
        ("sudo tee -a x.yaml > /dev/null <<EOF", "x.yaml", False),
        ("cat <<EOF | sed s/a/b/ | tee x.yaml", "x.yaml", False),
        ("cat <<EOF | sed s/a/b/ > x.yaml", "x.yaml", False),
        ("cat <<EOF | sed s/a/b/ | kubectl create -f -", "", False),
        ("cat <<EOF |\\\n  kubectl apply -f -", "", False),
        ("cat <<EOF", "", True),
        ("mkdir -p a && cat > a/x.yaml <<EOF", "a/x.yaml", False),
        ("kubectl create ns a && kubectl apply -f - <<EOF", "", False),
        ("cat > x.yaml <<EOF -", "x.yaml", False),
        ("<<EOF cat > x.yaml", "x.yaml", False),
        ("cat > notes.txt <<EOF", "notes.txt", True),
        ("cat <<EOF; echo", "", True),
        ("cat >> x.yaml <<EOF", "", True),
        ("kubectl delete -f - <<EOF", "", True),
    ],
)
def test_commands(command: str, info: str, guess: bool) -> None:
    outer = f"#!/bin/sh\n{command}\n{JOB}EOF\nls\n"
    block = only(outer, "shell")
    assert (block.text, block.language, block.origin) == (JOB, "yaml", "heredoc")
    assert (block.info, block.guess, block.flaws) == (info, guess, ())
    assert place(block, outer, "Job") == (outer[: outer.index("Job")].count("\n") + 1, 7)


@pytest.mark.parametrize(
    "outer",
    [
        "if true; then\ncat <<EOF\n{}EOF\nfi\n",
        "f() {{\n  cat <<EOF\n{}EOF\n}}\nf\n",
        "for x in 1 2; do cat <<EOF; done | kubectl apply -f -\n{}EOF\n",
        "(cat <<EOF\n{}EOF\n) | kubectl apply -f -\n",
        'x="$(cat <<EOF\n{}EOF\n)"\n',
        "x=$(cat <<EOF\n{}EOF)\n",
        "case x in\nx) cat <<EOF ;;\n{}EOF\nesac\n",
        "cat <<A <<EOF\n# kind: Job\nA\n{}EOF\n",
        "cat <<EOF |\n{}EOF\nkubectl apply -f -\n",
        "echo $((1<<2)) 'x <<A' \"<<B\" # <<C\n# <<D\ncat <<EOF\n{}EOF\n",
        "cat <<<EOF; cat <<EOF\n{}EOF\n",
        "cat <<EOF\n{}",
        "cat <<EOF\n{}EOF",
        "((x <<= 2))\nf 'a\n <<G\n' && 0<<EOF cat\n{}EOF\n",
    ],
)
def test_places(outer: str) -> None:
    assert texts(outer.format(JOB), "shell")[-1] == JOB


@pytest.mark.parametrize(
    "outer",
    [
        "# cat <<EOF | kubectl apply -f -\n# {}# EOF\n",
        "echo 'cat <<EOF\n{}EOF\n'\n",
        "python3 - <<EOF\nprint('job: kind: Job')\nEOF\n",
        "cat > x.txt <<EOF\njob, batch/v1\nEOF\n",
        "cat > x.yaml <<EOF\n\n \nEOF\n# batch/v1",
        "kubectl apply -f {}\n",
    ],
)
def test_no_documents(outer: str) -> None:
    assert texts(outer.format(JOB), "shell") == []


def test_two_on_a_line() -> None:
    json = '{"kind": "Job", "a": "\\$x"}\n'
    outer = f"cat <<A; cat <<'B' > b.json\n{JOB}a: \\$x\nA\n{json}B\ncat <<A\n{JOB}A\n"
    found = held(outer, "shell")
    assert [block.text for block in found] == [JOB + "a: $x\n", json, JOB]
    assert [block.language for block in found] == ["yaml", "json", "yaml"]
    assert [place(block, outer, "Job") for block in found] == [(3, 7), (6, 11), (10, 7)]


def test_tabs_are_stripped() -> None:
    outer = "\tcat <<-EOF >x.yaml\n\tkind: Job\n\t\ta:\n\t  b: \\$é x\n\n\tEOF\n"
    block = only(outer, "shell")
    assert block.text == "kind: Job\na:\n  b: $é x\n\n"
    assert place(block, outer, "b: ") == (4, 4)
    assert place(block, outer, "é") == (4, 9)
    assert place(block, outer, " x") == (4, 10)


def test_escapes_are_undone_and_expansions_kept() -> None:
    body = 'kind: Job\na: \\$A \\\\$B ${C:-"}"} \\`d\\` `e \\` f` \\"\nb: $(g ")" `h`) $((1 + (2))) $1 $ 5$\n'
    block = only(f"cat <<EOF\n{body}EOF\n", "shell")
    assert block.text == 'kind: Job\na: $A \\$B ${C:-"}"} `d` `e \\` f` \\"\nb: $(g ")" `h`) $((1 + (2))) $1 $ 5$\n'
    opaque = [block.text[start:end] for start, end in block.opaque]
    assert opaque == ["$B", '${C:-"}"}', "`e \\` f`", '$(g ")" `h`)', "$((1 + (2)))", "$1"]


def test_lines_are_joined() -> None:
    outer = "cat <<-EOF\n\tkind: Job\n\ta: b\\\n\tc\n\td: $(e \\\n\tf)\\\\\n\tEOF\n"
    block = only(outer, "shell")
    assert block.text == "kind: Job\na: b\tc\nd: $(e \tf)\\\n"
    assert [block.text[start:end] for start, end in block.opaque] == ["$(e \tf)"]
    assert place(block, outer, "\tc") == (4, 1)
    assert place(block, outer, "f)") == (6, 2)


def test_a_quoted_delimiter_keeps_all() -> None:
    body = "kind: Job\na: \\$A $B \\\n`c`\n"
    block = only(f"cat <<'EOF'\n{body}EOF\n", "shell")
    assert (block.text, block.opaque) == (body, ())


def test_envsubst_fills_in() -> None:
    block = only("cat <<'EOF' | envsubst | kubectl apply -f -\nkind: Job\na: ${A} $B $(c)\nEOF\n", "shell")
    assert [block.text[start:end] for start, end in block.opaque] == ["${A}", "$B"]
    assert filled_in("$A-${B:-c}") == ((0, 2),)


@pytest.mark.parametrize(
    ("outer", "text", "flawed"),
    [
        ("cat <<EOF\n{}EOF \nls\n", JOB, "EOF"),
        ("cat <<'EOF'\n{}  EOF\nls\n", JOB, "'EOF'"),
        ('cat << "E F"\n{}', JOB, '"E F"'),
        ("cat <<EOF\n{}E\n", JOB + "E\n", "EOF"),
        ("cat <<EOF\n{}a: \\\nEOF\n", JOB + "a: EOF\n", "EOF"),
    ],
)
def test_an_end_that_bash_does_not_see(outer: str, text: str, flawed: str) -> None:
    outer = outer.format(JOB)
    block = only(outer, "shell")
    assert block.text == text
    assert [outer[flaw.start : flaw.end] for flaw in block.flaws] == [flawed]
    assert block.flaws[0].start == outer.index(flawed)


def test_an_exact_end_goes_before_a_careless_one() -> None:
    block = only(f"cat <<EOF\n{JOB}a: |\n  EOF\nEOF\n", "shell")
    assert block.text == JOB + "a: |\n  EOF\n"
    assert block.flaws == ()


def test_broken_code_around_is_stepped_over() -> None:
    outer = f"if foo (bar] ;; {{{{\nfi\ncat > x.yaml <<EOF\n{JOB}EOF\n)) done <<\ncat <<A\n{JOB}A\n"
    assert texts(outer, "shell") == [JOB, JOB]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_a_byte_order_mark(end: str) -> None:
    outer = f"\ufeffcat <<EOF \\\n> x.yaml\nkind: Job # é😀\na: \\$x\nEOF\nls\ncat <<A\n{JOB}A\n".replace("\n", end)
    found = held(outer, "shell")
    assert [block.text for block in found] == [("kind: Job # é😀\na: $x\n").replace("\n", end), JOB.replace("\n", end)]
    assert place(found[0], outer, "$x") == (4, 5)
    assert found[0].info == "x.yaml"


def test_odd_characters() -> None:
    outer = f"echo \0 \ud800 é\ncat <<é > \u2028é.yaml\n{JOB}a: \ud800\0\nEOF\né\n"
    block = only(outer, "shell")
    assert block.text == JOB + "a: \ud800\0\nEOF\n"
    assert block.info == "\u2028é.yaml"


def test_a_long_script_is_read_to_its_end() -> None:
    filler = "echo 'it is' # it's <<X\n" * 500
    outer = (filler + f"cat <<EOF\n{JOB}EOF\n") * 3
    assert texts(outer, "shell") == [JOB] * 3


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("$a b", 2), ("${a} b", 4), ("$(a (b) c) d", 10), ("$((1+(2))) d", 10), ("$[a[1]] d", 7), ("`a\\`b` c", 6),
        ("$(a ')' \"$(b)\" \\) `)`) d", 22), ("${a:-${b}} d", 10), ("$? d", 2), ("$12", 2), ("$(a", 3), ("`a", 2),
        ("$", None), ("$ ", None), ("$'a'", None), ("$é", None), ("$(a\\", 4),
    ],
)  # fmt: skip
def test_expansion_end(text: str, end: int | None) -> None:
    assert expansion_end(text, 0, len(text)) == end


def bash(script: str) -> str:
    assert BASH is not None
    done = subprocess.run([BASH, "-c", script], check=True, capture_output=True, env={"A": "1", "B": "2"})
    return done.stdout.decode("utf-8", "surrogateescape")


@pytest.mark.skipif(BASH is None, reason="no bash")
@given(documents(shell_lines()), st.booleans(), st.sampled_from(["EOF", "'EOF'", "\\EOF", 'E"O"F', "a-b.c"]))
def test_what_bash_reads(body: str, tabs: bool, delimiter: str) -> None:
    if not any(character in delimiter for character in "'\"\\"):
        for character in "`$":
            body = body.replace(character, "\\" + character)
    if body.endswith("\\\n"):
        body += "\n"
    end = delimiter.translate({ord(character): None for character in "'\"\\"})
    script = f"cat <<{'-' * tabs}{delimiter}\n{body}{end}\n"
    block = only(script, "shell")
    check_map(block, script)
    if not block.opaque:  # a backslash before what was escaped lets it be expanded
        assert block.text == bash(script)


# What stands in a here-document: what is filled in, with what bash makes of it, and what is not.
_FILLED_IN = {
    "$A": "1",
    "${B}": "2",
    "$(echo 3)": "3",
    "`echo 4`": "4",
    "$((2 + (3)))": "5",
    '${C:-"}"6}': "}6",
    '$(echo ")" ")")': ") )",
    "$(echo `echo 7`)": "7",
    "${C:-$(echo 8)}": "8",
    "$[4 + 5]": "9",
    "`echo \\`echo 10\\``": "10",
    "$#": "0",
    "${C:-\\}}": "}",
}
_PIECES = [*_FILLED_IN, "\\$A", "\\`x\\`", "\\\\", "\\\n", "\\x", " ", "$ ", "\n", "}", ")", '"', "'", "é", ": "]


@pytest.mark.skipif(BASH is None, reason="no bash")
@given(st.lists(st.sampled_from(_PIECES), max_size=8))
def test_what_bash_fills_in(pieces: list[str]) -> None:
    script = f"cat <<EOF\n{FIRST}{''.join(pieces)}\n\nEOF\n"
    block = only(script, "shell")
    check_map(block, script)
    read, last = [], 0
    for start, end in block.opaque:
        read += [block.text[last:start], _FILLED_IN[block.text[start:end]]]
        last = end
    assert "".join([*read, block.text[last:]]) == bash(script)
