"""Scripts in Python: lines that YAML joins, indentation, variables, exit codes. The cards have the typical cases."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import joblint
from joblint.checks.reading.python_status import statuses
from joblint.checks.reading.status import listed
from tests.checking import indexed, job, lint
from tests.checks.test_script_rules import CONFIG_MAP, NEVER, POLICY, SLIP
from tests.support import HANG

FOLDED, INDENTED = "folded-script", "misindented-python"


def python(text: str, sign: str = "|", env: str = "", image: str = "busybox:1.36") -> str:
    """A container's lines: a script in a block scalar; `image` is that of the container."""
    body = "".join(f"\n            {line}" if line else "\n" for line in text.split("\n"))
    lines = f"command:\n        - python3\n        - -c\n        - {sign}{body}" + (
        f"\n        env: {env}" if env else ""
    )
    return job(lines).replace("busybox:1.36", image)


@pytest.mark.parametrize(
    ("lines", "sign", "expected"),
    [
        ("import os\nprint(1)", ">", ["print(1)"]),
        ("import os\nprint(1)", ">-", ["print(1)"]),
        ("import os;\nx = 1\ny = 2", ">", ["y"]),
        ("import os\n\nprint(1)", ">", []),  # an empty line is a line break
        ("import os;\nprint(1)", ">", []),
        ("print(\n1,\n2)", ">", []),
        ("for x in range(3):\n  print(x)\n", ">", []),
        ("for x in range(3):\n  print(x)\nprint(2)\nprint(3)", ">", ["print(3)"]),
        ("# all of it\nimport os\nprint(1)", ">", ["import"]),
        ("print 'a'\nprint 'b'", ">", []),  # Python 2
        ("import os\nprint(1)", "|", []),
        ("import os\nprint($X)", ">", []),
        ('x = """a\nb"""', ">", []),
        ("no Python\nat all", ">", []),
    ],
)
def test_lines_that_yaml_joins(lines: str, sign: str, expected: list[str]) -> None:
    assert lint(python(lines, sign)) == [(FOLDED, "mistake", word) for word in expected]


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        ('"import os\n          print(1)"', ['print(1)"']),
        ("'import os\n          print(''a'')'", ["print(''a'')'"]),
        ("import os\n          print(1)", ["print(1)"]),
        ('"import os\\n\\\n          print(1)"', []),
        ('"import os;\n          print(1)"', []),
    ],
)
def test_lines_that_yaml_joins_in_other_styles(scalar: str, expected: list[str]) -> None:
    found = lint(job(f"command:\n        - python3\n        - -c\n        - {scalar}"))
    assert found == [(FOLDED, "mistake", word) for word in expected]


@pytest.mark.parametrize(
    ("lines", "image", "expected"),
    [
        ("import os\n  print(1)", "x", ["print(1)"]),
        ("if x:\nprint(1)", "x", ["print(1)"]),
        ("if x:\n    a()\n  b()", "x", ["b()"]),
        ("if x:\n\ta()\n        b()", "x", []),  # tabs: Python 2 counts them otherwise
        ("print 'a'\n  print 'b'", "x", []),
        ("match x:\n  case 1:\n  pass", "x", ["pass"]),
        ("x = (1,\n     2)\ny = '''\n  a'''", "x", []),
        ("f(\n  print(1)", "x", []),  # any other error: a newer Python may know better
        ("if x:\n", "x", []),
    ],
)
def test_indentation(lines: str, image: str, expected: list[str]) -> None:
    assert lint(python(lines, image=image)) == [(INDENTED, "mistake", word) for word in expected]


@pytest.mark.parametrize(
    ("image", "command", "expected"),
    [
        ("python:3.12-slim", "python", ["import"]),
        ("docker.io/library/python:3.9", "python3", ["import"]),
        ("x", "python3.11", ["import"]),
        ("python:3.14", "python", []),
        ("python:3", "python3", []),
        ("x", "python3", []),
    ],
)
def test_what_all_lines_are_indented_by(image: str, command: str, expected: list[str]) -> None:
    text = python("  import os\n  print(1)", "|2", image=image).replace("python3\n", f"{command}\n")
    assert lint(text) == [(INDENTED, "mistake", word) for word in expected]


@pytest.mark.parametrize("command", ["python2", "python2.7", "pypy", "ipython", "node"])
def test_other_programs_are_no_python(command: str) -> None:
    assert lint(python("import os\nprint(1)", ">").replace("python3", command)) == []


ENV = "[{name: DATABASE_URL, value: x}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nload(os.environ['DATABSE_URL'])", ["DATABSE_URL"]),
        ("import os\nload('ü', os.getenv('DATABSE_URL'))", ["DATABSE_URL"]),
        ("from os import environ\nload(environ.get('DATABSE_URL'))", ["DATABSE_URL"]),
        ("import os\nload(os.getenv('DATABSE_URL', 'x'))", []),
        ("import os\nload(os.getenv('DATABSE_URL') or 'x')", []),
        ("import os\nif os.getenv('DATABSE_URL'): pass", []),
        ("import os\ntry: os.environ['DATABSE_URL']\nexcept KeyError: pass", []),
        ("import os\nos.environ['DATABSE_URL'] = 'x'\nload(os.environ['DATABSE_URL'])", []),
        ("import os\nload(os.environ['DATABSE_URL'], os.environ['DATABASE_URL'])", []),
        ("import os\nload_dotenv()\nload(os.environ['DATABSE_URL'])", []),
        ("import os\nload(other['DATABSE_URL'])", []),
        ("import os\nload(os.environ['HOME_OF'])", []),
    ],
)
def test_a_misspelt_variable(text: str, expected: list[str]) -> None:
    assert lint(python(text, env=ENV)) == [(SLIP, "mistake", word) for word in expected]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("JOB_INDEX", [SLIP]),
        ("JOB_COMPLETION_INDX", [SLIP]),
        ("JOB_COMPLETION_INDEX", []),
        ("RANK_OF_IT", []),
    ],
)
def test_the_index_under_another_name(name: str, expected: list[str]) -> None:
    text = indexed(f"command: [python3, -c, \"import os; work(int(os.environ['{name}']))\"]")
    found = [(rule, shown) for rule, effect, shown in lint(text) if effect == "mistake" and rule != "unread-index"]
    assert found == [(rule, name) for rule in expected]


def test_the_index_is_read_without_indexed() -> None:
    text = job("command: [python3, -c, \"import os; work(os.environ['JOB_COMPLETION_INDEX'])\"]")
    assert [(rule, shown) for rule, _, shown in lint(text)] == [("index-read-without-indexed", "JOB_COMPLETION_INDEX")]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("print(1)", [0, 1]),
        ("import sys\nsys.exit(3)", [0, 1, 3]),
        ("exit(3)", [0, 1, 3]),
        ("raise SystemExit(3)", [0, 1, 3]),
        ("raise SystemExit", [0, 1]),
        ("import sys\nsys.exit('it failed')", [0, 1]),
        ("import sys\nsys.exit(-1)", [0, 1, 255]),
        ("import sys\nsys.exit(256 + 3 if x else 4)", None),
        ("import sys\nsys.exit(259)", [0, 1, 3]),
        ("import sys\nsys.exit(0 if ok else 4)", [0, 1, 4]),
        ("import sys\nsys.exit(not ok)", [0, 1]),
        ("import sys\ndef main():\n  return 5\nsys.exit(main())", [0, 1, 5]),
        ("import sys\ndef main():\n  return main()\nsys.exit(main())", [0, 1]),
        ("import sys\ndef main():\n  return 5\nmain = work\nsys.exit(main())", None),
        ("import os\nos._exit(7)", [0, 1, 7]),
        ("try:\n  work()\nexcept SystemExit:\n  pass", [0, 1]),
        ("import re\nre.compile('x')", [0, 1]),
        ("import sys\nsys.exit(code)", None),
        ("import sys\nstop = sys.exit\nstop(3)", None),
        ("from sys import exit as stop\nstop(3)", None),
        ("from sys import exit\nexit(3)", [0, 1, 3]),
        ("import own_module\nown_module.main()", None),
        ("import argparse", None),
        ("from . import x", None),
        ("from os import *", None),
        ("import os\nos.execvp('x', [])", None),
        ("exec(code)", None),
        ("class Stop(SystemExit): pass\nraise Stop(4)", None),
        ("this is no Python", None),
    ],
)
def test_the_codes_of_a_script(text: str, codes: list[int] | None) -> None:
    found = statuses(text)
    seen = None if found is None or (found >> 2 & found >> 99 & 1) else [c for c in listed(found) if c != 120]
    assert seen == codes


_LEAF = st.sampled_from(
    [
        "pass",
        "exit(3)",
        "exit()",
        "raise SystemExit(4)",
        "raise ValueError",
        "sys.exit('x')",
        "f()",
        "sys.exit(f())",
        "sys.exit(not 1)",
        "import os; os._exit(9)",
        "sys.exit(-2)",
        "1 / 0",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def deeper(text: str) -> str:
        return "\n".join(f"  {line}" for line in text.split("\n"))

    return st.one_of(
        st.tuples(inner, inner).map("\n".join),
        inner.map(lambda s: f"try:\n{deeper(s)}\nexcept Exception:\n  pass"),
        inner.map(lambda s: f"try:\n{deeper(s)}\nexcept SystemExit:\n  sys.exit(6)"),
        inner.map(lambda s: f"if sys.argv:\n{deeper(s)}\nelse:\n  exit(8)"),
        inner.map(lambda s: f"try:\n  pass\nfinally:\n{deeper(s)}"),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(_LEAF, _grow, max_leaves=5), st.sampled_from(["return 7", "return None", "pass", "return 'x'"]))
def test_what_python_ends_with_is_among_them(script: str, body: str) -> None:
    text = f"import sys\ndef f():\n  {body}\n{script}\n"
    found = statuses(text)
    assert found is not None
    ended = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, check=False, timeout=HANG)
    assert found >> ended.returncode & 1, (text, listed(found), ended.returncode)


@pytest.mark.parametrize(
    ("command", "key", "text", "expected"),
    [
        ("python3, /s/run.py", "run.py", "exit(3)", [(NEVER, "42")]),
        ("python3, -u, /s/run.py", "run.py", "exit(3)", [(NEVER, "42")]),
        ("python3, -m, /s/run.py", "run.py", "exit(3)", []),
        ("python3, /s/run.py", "run.py", "exit(42)", []),
        ("sh, /s/run.py", "run.py", "exit(42)", []),
        ("/s/run", "run", "#!/usr/bin/env python3\n    exit(3)", [(NEVER, "42")]),
        ("/s/run", "run", "#!/usr/bin/python2\n    exit(3)", []),
        ("/s/run", "run", "exit(3)", []),
        ("python3, /s/run.py", "run.py", "import os\n      work()", [(INDENTED, "work()")]),
        ("python3, /s/run.py", "run.py", "import os\n    work(os.environ['DATABSE_URL'])", [(SLIP, "DATABSE_URL")]),
    ],
)
def test_a_script_of_a_config_map(command: str, key: str, text: str, expected: list[tuple[str, str]]) -> None:
    lines = f"command: [{command}]\n        volumeMounts: [{{name: v, mountPath: /s}}]\n        env: {ENV}"
    volume = "      volumes: [{name: v, configMap: {name: scripts, defaultMode: 0755}}]\n"
    config = CONFIG_MAP.replace("run.sh", key).replace("#!/bin/bash\n    %s", "%s") % text
    found = lint(job(lines, POLICY % ("In", "42")) + volume + config)
    assert [(rule, shown) for rule, _, shown in found if rule != NEVER or "exit" in text] == expected


def test_a_folded_script_of_a_config_map_shows_both_places() -> None:
    lines = "command: [python3, /s/run.py]\n        volumeMounts: [{name: v, mountPath: /s}]"
    config = CONFIG_MAP.replace("run.sh: |", "run.py: >").replace("#!/bin/bash\n    %s", "import os\n    print(1)")
    text = job(lines) + "      volumes: [{name: v, configMap: {name: scripts}}]\n" + config
    [found] = joblint.lint(text)
    [place] = found.related
    assert (found.rule, found.line) == (FOLDED, text.count("\n"))
    assert text.splitlines()[found.line - 1][found.column - 1 : found.end_column - 1] == "print(1)"
    assert text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1] == "/s/run.py"


def test_scripts_that_are_hostile_cost_nothing() -> None:
    deep = ("(" * 4_000, "-" * 9_000 + "1", "1+" * 5_000 + "1", "a or lambda: " * 900 + "1", "a." * 5_000 + "b")
    odd = ("'" * 9_999, "\x00", "x = '\\d'", "if 1:" * 2_000, "os.environ['DATABSE_URL'] < " * 500 + "1")
    for text in (*deep, *odd):
        found = joblint.lint(python(text, env=ENV))
        assert all(finding.effect for finding in found)
