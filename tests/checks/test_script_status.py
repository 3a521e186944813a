"""The exit codes that a script can end with: on small cases, and held against what a real shell does."""

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joblint.checks.reading.status import ANY, listed, statuses
from tests.support import HANG

SHELL = shutil.which("bash")


@pytest.mark.parametrize(
    ("script", "codes"),
    [
        ("exit 3", [3]),
        ("work; exit 0", [0]),
        ("work || true", [0]),
        ("work || exit 3", [0, 3]),
        ("work && echo fine || echo bad", [0]),
        ("if work; then exit 0; else exit 42; fi", [0, 42]),
        ("if work; then\n  exit 0\nfi\nexit 7", [0, 7]),
        ("(exit 4)", [4]),
        ("(exit 4) | true", [0]),
        ("set -o pipefail\n(exit 4) | true", [0, 1, 2, 4, 127]),
        ("case $X in a) exit 3;; *) exit 4;; esac", [0, 3, 4]),
        ("f() { exit 9; }\nf || true", [0, 9]),
        ("for i in 1 2; do work; done; echo x", [0]),
        ("work >/dev/null 2>&1 || true", [0]),
        ("echo x > /data/f", [0, 1, 2]),
        ("! work", [0, 1]),
        ("work &\nexit 0", [0]),
        ("while true; do work || exit 5; done", [0, 5]),
        ("until work; do sleep 1; done", [0, 1]),
        ("x=$(work)\necho $x", [0]),
        ("set -u\nexit 0", [0, 1, 2, 127]),
        ("", [0]),
    ],
)
def test_the_codes_of_a_script(script: str, codes: list[int]) -> None:
    found = statuses(script)
    assert found is not None
    assert listed(found) == codes


@pytest.mark.parametrize(
    "script", ["work", "set -e\nwork\nexit 0", "echo a; exit", "work\nexit $?", "work; exit $(CODE)", "exit 300", "$X"]
)
def test_any_code_is_possible(script: str) -> None:
    assert statuses(script) == ANY


@pytest.mark.parametrize(
    "script",
    ["trap x EXIT; exit 0", ". ./env; exit 0", "exec work", "eval $X; exit 0", "true() { exit 5; }; true", "if then",
     "cat <<X | sh\nexit 3\nX", "( " * 80 + "true" + " )" * 80],
)  # fmt: skip
def test_nobody_can_tell(script: str) -> None:
    assert statuses(script) is None


def test_options_of_the_shell_count() -> None:
    assert statuses("work\nexit 0", "-c") == 1
    assert statuses("work\nexit 0", "-ec") == ANY
    assert statuses("work\nexit 0", "-o errexit -c") == ANY


_LEAF = st.sampled_from(
    [
        "true",
        "false",
        ":",
        "echo x",
        "exit 3",
        "exit 0",
        "bash -c 'exit 7'",
        "x=1",
        "x=$(false)",
        "[ a = b ]",
        "sleep 0",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"{p[0]} && {p[1]}"),
        two.map(lambda p: f"{p[0]} || {p[1]}"),
        two.map(lambda p: f"{p[0]} | {p[1]}"),
        two.map(lambda p: f"{p[0]}\n{p[1]}"),
        two.map(lambda p: f"if {p[0]}; then\n{p[1]}\nfi"),
        st.tuples(inner, inner, inner).map(lambda p: f"if {p[0]}; then\n{p[1]}\nelse\n{p[2]}\nfi"),
        inner.map(lambda s: f"(\n{s}\n)"),
        inner.map(lambda s: f"{{\n{s}\n}}"),
        inner.map(lambda s: f"! {{\n{s}\n}}"),
        inner.map(lambda s: f"for i in 1 2; do\n{s}\ndone"),
        inner.map(lambda s: f"f() {{\n{s}\n}}\nf"),
        inner.map(lambda s: f"case a in a)\n{s}\n;; esac"),
        inner.map(lambda s: f"{{\n{s}\n}} &"),
        inner.map(lambda s: f"while {{\n{s}\n}}; do break; done"),
        inner.map(lambda s: f"{{\n{s}\n}} >/dev/null 2>&1"),
    )


@pytest.mark.skipif(SHELL is None, reason="no bash here")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(_LEAF, _grow, max_leaves=8),
    st.sampled_from(["", "set -e\n", "set -o pipefail\n", "set -euo pipefail\n"]),
)
def test_what_a_shell_ends_with_is_among_them(script: str, first: str) -> None:
    assert SHELL is not None
    found = statuses(first + script)
    if found is not None:
        ended = subprocess.run([SHELL, "-c", first + script], capture_output=True, check=False, timeout=HANG)
        by_signal = ended.returncode >= 128  # `echo x | echo x`: SIGPIPE
        assert by_signal or found >> ended.returncode & 1, (script, listed(found), ended.returncode)
