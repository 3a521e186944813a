"""Rules run within bounds: what would take all time or memory, or fails, is reported, and the rest is judged."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from joblint.checks import own
from joblint.checks.own import bounds, client
from joblint.editor.lsp.judging import Bench
from joblint.engine.api import make_settings
from joblint.manifests.source import Source
from joblint.rule import cards as rules
from joblint.rule.own import OWN
from tests.checks.own.support import JOB, card, flaws, found

LINUX = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="only Linux limits the memory of a process")
TIMERS = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers of CPU time")
TEN = "[0,1,2,3,4,5,6,7,8,9]"
LONG = JOB.replace("  labels:", f"  annotations:\n    x: {'x' * 250_000}\n  labels:")
SLOW = f"{TEN}.all(a,{TEN}.all(b,{TEN}.all(c,{TEN}.all(d, !{'x' * 60!r}.matches('(x{{0,30}}){{0,30}}[a-w]')))))"
LARGE = f"{TEN}.map(a, {TEN}.map(b, [{','.join(['object.metadata.annotations.x'] * 100)}].join(''))).size() == 0"
REST = card("false", name="rest")


def write(folder: Path, *texts: str) -> str:
    path = folder / "rules.yaml"
    path.write_text("---\n".join(texts), encoding="utf-8")
    return str(path)


@TIMERS
def test_time(tmp_path: Path) -> None:
    path = write(tmp_path, card(SLOW), REST)
    manifest = f"{JOB}---\n{JOB.replace('hello', 'other')}"
    assert [one.rule for one in found(path, manifest)] == ["rest", "rest"]
    ((at, why),) = rules.trouble()
    assert at == f"{path}:5:12"
    assert why.endswith(
        "cannot be evaluated: it uses more than 2 s of CPU time; it is not evaluated again "
        "(for job.yaml:1 and 1 other place)"
    )


@LINUX
def test_memory(tmp_path: Path) -> None:
    path = write(tmp_path, card(LARGE), REST)
    assert [one.rule for one in found(path, LONG)] == ["rest"]
    ((_, why),) = rules.trouble()
    assert "cannot be evaluated: it uses more than " in why  # on a very slow machine the time is over first


def test_a_worker_that_ends(tmp_path: Path) -> None:
    """As where the library crashes, or the system has no memory left."""
    path = write(tmp_path, card("false"), REST)
    assert own.load(path) == []
    worker = client.at_hand()
    assert worker is not None
    worker.process.kill()
    assert [one.rule for one in found(path)] == ["rest"]
    ((at, why),) = rules.trouble()
    assert at == f"{path}:5:12"
    assert "or the CEL library fails; it is not evaluated again (for job.yaml:1)" in why
    assert client.at_hand() is not worker


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (-int(getattr(signal, "SIGPROF", 27)), "it uses more than 2 s of CPU time"),
        (-int(getattr(signal, "SIGALRM", 14)), "it runs too long"),
        (-int(signal.SIGABRT), "it uses more than 512 MiB of memory, or the CEL library fails"),
        (-int(signal.SIGSEGV), "it uses more than 512 MiB of memory, or the CEL library fails"),
    ],
)
@TIMERS
def test_why_a_worker_ended(status: int, said: str) -> None:
    assert bounds.cause(status) == said


def test_all_rules_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, card("false"), REST)
    assert own.load(path) == []
    monkeypatch.setattr(bounds, "RUN_SECONDS", 0.0)
    monkeypatch.setattr(bounds, "SHARE_SECONDS", 0.0)
    client._state.cpu, client._state.evaluations = 1.0, 1
    assert found(path) == []
    assert all("all your own rules together used more than" in why for _, why in rules.trouble())


def test_a_process_of_another_is_left_alone(tmp_path: Path) -> None:
    """After a fork, both would read the same replies."""
    path = write(tmp_path, REST)
    assert own.load(path) == []
    worker = client.at_hand()
    assert worker is not None
    worker.owner = -1
    assert [one.rule for one in found(path)] == ["rest"]
    assert client.at_hand() is not worker
    worker.owner = os.getpid()
    worker.close()


def test_nothing_is_imported_from_the_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "signal", "re2", "cel_expr_python", "joblint"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(name)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert [one.rule for one in found(write(tmp_path, REST))] == ["rest"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("\"'{}'\"".format("x" * 1100), "variables.a.replace('x', variables.a)"),
        ("object.metadata.name", "[variables.a]" + ".map(a, a + a)" * 20),
        ("'[object]'", " + ".join(["variables.a"] * 30)),
    ],
)
def test_variables_that_grow(tmp_path: Path, first: str, second: str) -> None:
    """Refused before anything is evaluated, at the variable that grows too much."""
    policy = (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec:\n"
        f'  variables:\n  - {{name: a, expression: {first}}}\n  - {{name: b, expression: "{second}"}}\n'
        '  - {name: c, expression: "variables.b + variables.b"}\n'
        "  validations:\n  - {expression: variables.c.size() < 1}\n"
    )
    said = flaws(write(tmp_path, policy))
    large = "the expression can create a value many times as large as the object"
    assert said == ([] if "[object]" in first else [(7, 27, large)])


def test_the_editor_says_it_once(tmp_path: Path) -> None:
    path = write(tmp_path, card("object.metadata.annotations.x == ''"))
    warned: list[str] = []
    bench = Bench(make_settings(select=["own"], rules=[path]), warned.append)
    for manifest in (JOB, f"\n{JOB}"):
        assert bench.judge(Source("job.yaml", manifest), [], None).findings == []
    assert len(set(warned)) == 1
    assert warned[0].startswith(f"{path}:5:12: mine: `object.metadata.annotations.x == ''` cannot be evaluated: ")
    assert OWN.take_trouble() == []


POLICY = (
    "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: mine}\nspec:\n"
    "  variables:\n  - {name: first, expression: object.metadata.name}\n"
    "  - {name: second, expression: variables.first + '-x'}\n"
    "  validations:\n  - expression: variables.second == object.metadata.name\n"
    "    messageExpression: variables.second + ' of ' + object.metadata.name\n"
)


def test_threads(tmp_path: Path) -> None:
    """The worker keeps the variables of one object: threads must not see those of another's."""
    path = write(tmp_path, POLICY)
    names = [f"job-{number}" for number in range(24)]
    gate = Barrier(4)

    def judge(some: list[str]) -> list[list[str]]:
        gate.wait(600)
        return [[one.message for one in found(path, JOB.replace("hello", name))] for name in some]

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(judge, (names[start::4] for start in range(4))))
    assert said == [[[f"policy `mine`: {name}-x of {name}"] for name in names[start::4]] for start in range(4)]
    assert not list(rules.trouble())


@LINUX
def test_the_environment_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hunter2")
    monkeypatch.setenv("TZDIR", "/usr/share/zoneinfo")
    assert own.load(write(tmp_path, REST)) == []
    worker = client.at_hand()
    assert worker is not None
    environment = Path(f"/proc/{worker.process.pid}/environ").read_bytes()
    assert b"hunter2" not in environment
    assert b"TZDIR=" in environment


def test_python_m_looks_into_the_directory_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("re2", "cel_expr_python"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit(name)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for first in ("", str(tmp_path)):
        monkeypatch.syspath_prepend(first)
        assert str(tmp_path) not in client._directories()
