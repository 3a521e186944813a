"""What a container runs, from its command and args."""

import pytest
import yaml

from joblint.checks.reading import shell
from joblint.checks.reading.script import Program, program
from joblint.kube.minors.minor import NEWEST, Facts
from joblint.manifests.yaml.parse import parse
from joblint.server.decode.decode import Decoder


def run(text: str) -> Program:
    """The program of a container written in flow style."""
    node = parse(text)
    assert node is not None
    return program(Decoder(Facts(NEWEST), text).decode(node, "Container"))


@pytest.mark.parametrize(
    ("container", "name", "language", "code"),
    [
        ('{command: [sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [/bin/bash, -lc, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [/bin/sh, -ec], args: ["echo a", b]}', "sh", "shell", "echo a"),
        ('{command: [sh], args: [-c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [bash, -e, -o, pipefail, -c, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [bash, -euxo, pipefail, -c, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [bash, -ceuo, pipefail, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [bash, --norc, -c, --, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [bash, +x, --rcfile, /x, -c, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [tini, -g, --, bash, -c, "echo a"]}', "bash", "shell", "echo a"),
        ('{command: [/usr/bin/env, -u, A, B=1, sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [timeout, -k, "5", "60", sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [busybox, sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [su-exec, nobody, sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{args: [sh, -c, "echo a"]}', "sh", "shell", "echo a"),
        ('{command: [python3.11, -u, -c, "print(1)"]}', "python3.11", "python", "print(1)"),
        ('{command: [perl, -Mbignum=bpi, -wle, "print 1"]}', "perl", "perl", "print 1"),
        ('{command: [node, --eval, "x()"]}', "node", "node", "x()"),
        ("{command: [sh, /run.sh]}", "sh", None, None),
        ("{command: [sh, /run.sh, -c]}", "sh", None, None),
        ("{command: [bash, -s]}", "bash", None, None),
        ("{command: [sh, -c]}", "sh", None, None),
        ("{command: [python, /a.py, -c, x]}", "python", None, None),
        ("{command: [/app/run, --fast]}", "run", None, None),
        ('{args: [-c, "echo a"]}', "", None, None),
        ("{args: [python, -c, x]}", "", "python", "x"),
        ("{}", "", None, None),
    ],
)
def test_what_is_run(container: str, name: str, language: str | None, code: str | None) -> None:
    found = run(container)
    text = next((text for text in found.texts if text.language), None)
    assert (found.name, text and text.language, text and text.value.data) == (name, language, code)
    assert found.entrypoint == ("command" not in yaml.safe_load(container))
    assert (found.shell is not None) == (language == "shell")


def test_a_word_that_is_filled_in_later_is_left_out() -> None:
    text = "command: [sh, -c, HOLE]"
    node = parse(text)
    assert node is not None
    at = text.index("HOLE")
    found = program(Decoder(Facts(NEWEST), text, ((at, at + 4),)).decode(node, "Container"))
    assert [word.value.data for word in found.texts] == ["sh", "-c"]
    assert found.shell is None


@pytest.mark.parametrize(
    ("script", "command", "elsewhere"),
    [
        ("echo x", "echo x", False),
        ("echo x >&2", "echo x", False),
        ("echo x > /dev/stderr", "echo x", False),
        ("echo x > /tmp/y", "echo x", True),
        ("echo x >> y", "echo x", True),
        ("echo x | sh", "echo x", True),
        ("cat y | grep x", "grep x", False),
        ("{ echo x; echo z; } > y", "echo x", True),
        ("if true; then echo x; fi | tee y", "echo x", True),
        ('ls "$(echo x)" > y', "echo x", False),
        ("cat < y", "cat", False),
    ],
)
def test_where_the_output_of_a_command_goes(script: str, command: str, elsewhere: bool) -> None:
    root = shell.parse(script)
    assert root is not None
    commands = [node for node in shell.walk(root) if node.type == "command"]
    found = next(node for node in commands if shell.text_of(node, script).strip() == command)
    assert shell.goes_elsewhere(found, script) == elsewhere


def test_offsets_count_characters() -> None:
    script = "echo 'é\U0001f600' \"$X\"\0"
    root = shell.parse(script)
    assert root is not None
    found = [shell.text_of(node, script) for node in shell.walk(root) if node.type == "simple_expansion"]
    assert found == ["$X"]


def test_what_makes_no_sense_is_not_read() -> None:
    assert shell.parse("if then (((") is None
    assert shell.parse("echo a\n" * shell.LIMIT) is None
