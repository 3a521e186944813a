"""Which configuration speaks for a file, and what is in force in the end."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from joblint.project.config.inforce import ConfigError, Configuration
from joblint.project.config.read import Given
from joblint.rule.settings import Settings
from tests.support import write

RULE, ADVICE = "unknown-field", "missing-ttl"


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A repository as the working directory."""
    (here / ".git").mkdir()
    return here


def line(*values: tuple[str, str | bool | None], name: str = "") -> tuple[Given, ...]:
    """What the command line says."""
    return tuple(Given(key, value, f"--{key}", name) for key, value in values)


def version(path: str, *arguments: Given) -> tuple[int, ...]:
    return Configuration(arguments).settings(path).minors


def on(settings: Settings, name: str, effect: str) -> bool:
    return settings.wants(name, effect)


class TestNearest:
    def test_upwards(self, here: Path) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.25")
        write(here / "a" / "pyproject.toml", "[tool.other]\n")
        write(here / "a" / "b" / ".joblint.toml", "kube-version = 1.26")
        write(here / "a" / "c" / "pyproject.toml", "[tool.joblint]\nkube-version = 1.27\n")
        found = Configuration()
        paths = ("x.yaml", "a/x.yaml", "a/b/x.yaml", "a/b/c/d/x.yaml", "a/c/x.yaml", str(here / "a" / "b" / "x.yaml"))
        assert [found.settings(path).minors for path in paths] == [(25,), (25,), (26,), (26,), (27,), (26,)]
        assert found.settings("x.yaml") is found.settings("a/y.yaml")
        assert not found.wrong

    def test_not_above_the_repository(self, here: Path) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.25")
        (here / "inner" / ".git").mkdir(parents=True)
        assert version("inner/x.yaml") == (37,)

    def test_from_below(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.25")
        (here / "a" / "b").mkdir(parents=True)
        monkeypatch.chdir(here / "a" / "b")
        assert version("x.yaml") == version("../x.yaml") == version("<stdin>") == (25,)

    def test_two_in_a_directory(self, here: Path) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.25")
        write(here / ".joblint.toml", "")
        found = Configuration()
        found.settings("x.yaml")
        assert list(map(str, found.wrong)) == [
            ".joblint.toml: error: conflicts with .joblint.yaml in the same directory; keep only one of them"
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "[tool.joblint]",
            "[ tool . joblint ]",
            '["tool"."joblint"]',
            "[tool]\njoblint.select=[]",
            "[tool]\njoblint = {}",
            "tool.joblint.select = []",
            "tool = {joblint = {}}",
            "[[tool.joblint.per-path]]\npaths='a'",
        ],
    )
    def test_tables(self, here: Path, text: str) -> None:
        write(here / "pyproject.toml", text)
        assert Configuration().said("x.yaml").config == "pyproject.toml"

    @pytest.mark.parametrize("unit", ["joblint tool = ", "joblint", "[tool.", "\t", '"tool" . ', "\r"])
    def test_no_table(self, here: Path, unit: str) -> None:
        """Nor does it take more than linear time to see that."""
        write(here / "pyproject.toml", "# joblint\ntool = " + " " * 500_000 + "\n" + unit * 20_000)
        assert Configuration().said("x.yaml").config == ""

    def test_pyproject_that_cannot_be_read(self, here: Path) -> None:
        with (here / "pyproject.toml").open("wb") as file:
            file.truncate(100 << 20)
        assert version("x.yaml") == (37,)
        (here / "pyproject.toml").unlink()
        if hasattr(os, "mkfifo"):
            os.mkfifo(here / "pyproject.toml")
            assert version("x.yaml") == (37,)

    def test_named(self, here: Path) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.25")
        write(here / "ci" / "strict.yaml", "kube-version: 1.26\nper-path: [{paths: [a/], kube-version: 1.27}]")
        found = Configuration(file="ci/strict.yaml")
        assert [found.settings(path).minors for path in ("x.yaml", "a/x.yaml")] == [(26,), (27,)]
        assert Configuration(isolated=True).settings("x.yaml").minors == (37,)


class TestLayers:
    def test_precedence(self, here: Path) -> None:
        assert version("x.yaml") == (37,)
        write(
            here / ".joblint.yaml",
            "kube-version: 1.25\nper-path: [{paths: [a], kube-version: 1.26}, {paths: [a/b], kube-version: 1.27}]",
        )
        assert (version("x.yaml"), version("a/x.yaml"), version("a/b/x.yaml")) == ((25,), (26,), (27,))
        assert version("a/b/x.yaml", *line(("kube-version", "1.28"))) == (28,)

    def test_gates(self, here: Path) -> None:
        write(
            here / ".joblint.yaml",
            (
                "kube-version: 1.29\nfeature-gates: {JobPodReplacementPolicy: true, ElasticIndexedJob: false}\n"
                "per-path: [{paths: [a], feature-gates: {JobPodReplacementPolicy: false}}]"
            ),
        )
        gates = [Configuration().settings(path).gates for path in ("x.yaml", "a/x.yaml")]
        assert gates == [
            {"JobPodReplacementPolicy": True, "ElasticIndexedJob": False},
            {"JobPodReplacementPolicy": False, "ElasticIndexedJob": False},
        ]

    def test_gates_of_other_versions(self, here: Path) -> None:
        """A gate that is set for one version says nothing of the others that a later layer names."""
        write(
            here / ".joblint.yaml",
            (
                "feature-gates: {JobPodReplacementPolicy: true}\nkube-version: 1.29\n"
                "per-path: [{paths: [a], kube-version: 1.24}]"
            ),
        )
        found = Configuration()
        assert found.settings("a/x.yaml").gates == {}
        assert Configuration(line(("kube-version", "1.24"))).settings("x.yaml").gates == {}
        assert not found.wrong

    def test_gates_that_do_not_fit(self, here: Path) -> None:
        write(here / ".joblint.yaml", "kube-version: 1.24\nfeature-gates:\n  JobPodReplacementPolicy: true\n")
        found = Configuration()
        assert found.settings("x.yaml").minors == (37,)
        assert [(one.path, one.line, one.column) for one in found.wrong] == [(".joblint.yaml", 3, 28)]
        with pytest.raises(ConfigError):
            Configuration(line(("feature-gates", True), name="JobPodReplacementPolicy")).settings("x.yaml")

    @pytest.mark.parametrize(
        ("text", "arguments", "path", "wanted"),
        [
            ("{}", (), "x", (True, False)),
            ("select: [advice]", (), "x", (False, True)),
            ("extend-select: [advice]", (), "x", (True, True)),
            (f"ignore: [{RULE}]", (), "x", (False, False)),
            (f"ignore: [{RULE}]\nextend-select: [{RULE}]", (), "x", (False, False)),
            (f"ignore: [{RULE}]", (("extend-select", RULE),), "x", (True, False)),
            (f"ignore: [{RULE}]", (("select", "rejected"),), "x", (True, False)),
            (f"extend-select: [{ADVICE}]", (("select", RULE),), "x", (True, False)),
            ("extend-select: [advice]", (("ignore", ADVICE),), "x", (True, False)),
            ("{}", (("select", None),), "x", (False, False)),
            (f"per-path: [{{paths: [x], ignore: [{RULE}]}}]", (), "x", (False, False)),
            (f"per-path: [{{paths: [x], ignore: [{RULE}]}}]", (), "y", (True, False)),
            (f"ignore: [{RULE}]\nper-path: [{{paths: [x], extend-select: [{RULE}]}}]", (), "x", (True, False)),
            (f"severity: {{{RULE}: off}}", (), "x", (False, False)),
            (f"severity: {{{RULE}: off}}", (("select", RULE),), "x", (True, False)),
            (f"severity: {{rejected: off, {RULE}: info}}", (), "x", (True, False)),
            (f"severity: {{{RULE}: off}}\nper-path: [{{paths: x, severity: {{all: info}}}}]", (), "x", (True, False)),
            (f"severity: {{{ADVICE}: error}}", (), "x", (True, False)),
            (f"ignore: [{RULE}]\nseverity: {{{RULE}: error}}", (), "x", (False, False)),
        ],
    )  # fmt: skip
    def test_selection(
        self, here: Path, text: str, arguments: Sequence[tuple[str, str]], path: str, wanted: tuple[bool, bool]
    ) -> None:
        write(here / ".joblint.yaml", text)
        found = Configuration(line(*arguments)).settings(path)
        assert (on(found, RULE, "rejected"), on(found, ADVICE, "advice")) == wanted

    def test_severity(self, here: Path) -> None:
        write(here / ".joblint.yaml", f"severity: {{{RULE}: info, decoding: warning, all: error}}")
        severities = Configuration().settings("x").severities
        assert [severities[name, "rejected"] for name in (RULE, "wrong-type", "invalid-name")] == [
            "info",
            "warning",
            "error",
        ]


class TestRun:
    def test_common_directory(self, here: Path) -> None:
        write(here / ".joblint.yaml", "fail-on: error")
        write(here / "a" / ".joblint.yaml", "fail-on: never\nformat: json\nbaseline: known.json")
        found = Configuration()
        assert found.whole_run([])["fail-on"].value == "error"
        assert {key: one.value for key, one in found.whole_run(["a"]).items()} == {
            "fail-on": "never", "format": "json", "baseline": os.path.join("a", "known.json"),
        }  # fmt: skip
        assert found.whole_run(["a/x.yaml", "b.yaml"])["fail-on"].value == "error"
        over = Configuration(line(("fail-on", "warning"))).whole_run(["a"])
        assert (over["fail-on"].value, over["format"].value) == ("warning", "json")


class TestExclusions:
    @pytest.mark.parametrize(
        ("pattern", "path", "expected"),
        [
            ("vendor/", "vendor/x.yaml", True),
            ("vendor/", "a/vendor/b/x.yaml", True),
            ("/vendor/", "a/vendor/x.yaml", False),
            ("./a", "a/x.yaml", True),
            ("./a", "b/a/x.yaml", False),
            ("*.gen.yaml", "a/b.gen.yaml", True),
            ("a/**/c", "a/b/c/x.yaml", True),
            ("x.yaml", "y.yaml", False),
        ],
    )
    def test_pattern(self, here: Path, pattern: str, path: str, expected: bool) -> None:
        write(here / path, "")
        assert bool(Configuration(line(("exclude", pattern))).excludes(path)) == expected
        write(here / ".joblint.yaml", f"exclude: ['{pattern}']")
        assert bool(Configuration().excludes(path)) == expected
        assert bool(Configuration().excludes(str(here / path))) == expected
        assert not Configuration(isolated=True).excludes(path)

    def test_taken_back(self, here: Path) -> None:
        write(here / ".joblint.yaml", "exclude: ['*.yaml', '!keep.yaml']")
        assert [bool(Configuration().excludes(path)) for path in ("a.yaml", "keep.yaml")] == [True, False]

    def test_outside(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Patterns of the command line are for what lies below the current directory; names count everywhere."""
        write(here / "b" / "x.yaml", "")
        (here / "a").mkdir()
        monkeypatch.chdir(here / "a")
        found = [
            Configuration(line(("exclude", pattern))).excludes("../b/x.yaml") for pattern in ("x.yaml", "b/x.yaml")
        ]
        assert found == ["--exclude", ""]
