"""What is wrong with a configuration, each mistake at its line and column; nothing that a file holds does harm."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.project.config import MAX_BYTES
from joblint.project.config.read import Config, read
from joblint.project.config.recognize import is_configuration


def wrong(folder: Path, text: str | bytes, name: str = ".joblint.yaml") -> list[tuple[int, int, str]]:
    """Line, column and message of each mistake."""
    return [(one.line, one.column, one.message) for one in config(folder, text, name).wrong]


def config(folder: Path, text: str | bytes, name: str = ".joblint.yaml") -> Config:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read((str(path),), str(folder))


SEVERITIES = "`error`, `warning`, `info` or `off`"
VERSIONS = "joblint supports 1.21 to 1.37"


class TestYaml:
    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ("ignor: []\n", 1, 1, "unknown key `ignor`; did you mean `ignore`?"),
            ("kube_version: 1.29\n", 1, 1, "unknown key `kube_version`; did you mean `kube-version`?"),
            ("verbose: true\n", 1, 1, "unknown key `verbose`"),
            ("- a\n", 1, 1, "a configuration must be a mapping, not a list"),
            ("text\n", 1, 1, "a configuration must be a mapping, not `text`"),
            ("# x\nignore: []\nignore: []\n", 3, 1, "`ignore` is set twice"),
            ("kube-version: 1.99\n", 1, 15, f"`kube-version`: Kubernetes 1.99 is not supported; {VERSIONS}"),
            (
                "kube-version: [1.29, x]\n",
                1,
                22,
                f"`kube-version`: `x` is not a valid Kubernetes version; write 1.29 or v1.29.3; {VERSIONS}",
            ),
            ("kube-version:\n", 1, 14, "`kube-version` must be a Kubernetes version, or a list of them, not empty"),
            ("kube-version: true\n", 1, 15, "`kube-version` must be a Kubernetes version, not `true`"),
            (
                "kube-version: []\n",
                1,
                15,
                "`kube-version` must be a Kubernetes version, or a list of them, not an empty list",
            ),
            (
                "feature-gates:\n  JobPodFailurePolicie: true\n",
                2,
                3,
                "`feature-gates`: unknown feature gate `JobPodFailurePolicie`; did you mean `JobPodFailurePolicy`?",
            ),
            (
                "feature-gates:\n  JobPodFailurePolicy: 1\n",
                2,
                24,
                "`feature-gates`: `JobPodFailurePolicy` must be `true` or `false`, not `1`",
            ),
            (
                "feature-gates: [JobPodFailurePolicy]\n",
                1,
                16,
                "`feature-gates` must be a mapping of feature gates, not a list",
            ),
            (
                "field-validation: strickt\n",
                1,
                19,
                "`field-validation` must be `strict`, `warn` or `ignore`, not `strickt`; did you mean `strict`?",
            ),
            (
                "field-validation: [strict]\n",
                1,
                19,
                "`field-validation` must be `strict`, `warn` or `ignore`, not a list",
            ),
            (
                "select:\n- rejected\n- unknown-feild\n",
                3,
                3,
                "`select`: `unknown-feild` is not a rule, group or effect; did you mean `unknown-field`?",
            ),
            ("ignore: {a: b}\n", 1, 9, "`ignore` must be a list of rules, groups and effects, not a mapping"),
            ("ignore: [[a]]\n", 1, 10, "`ignore` must be the name of a rule, group or effect, not a list"),
            (
                "ignore: [on]\n",
                1,
                10,
                (
                    "`ignore` must be the name of a rule, group or effect, not `on`: "
                    "YAML reads `on` as true; put it in quotes"
                ),
            ),
            (
                "severity:\n  advice: warn\n",
                2,
                11,
                f"`severity`: `advice` must be {SEVERITIES}, not `warn`; did you mean `warning`?",
            ),
            (
                "severity:\n  advic: off\n",
                2,
                3,
                "`severity`: `advic` is not a rule, group or effect; did you mean `advice`?",
            ),
            ("severity:\n  advice: off\n  advice: info\n", 3, 3, "`severity`: `advice` is set twice"),
            (
                "options:\n  unknown-field: {}\n",
                2,
                3,
                "`options`: `unknown-field` has no options; only `overlapping-runs` has",
            ),
            (
                "options:\n  overlapping-runs: {minute: 1}\n",
                2,
                22,
                "`options`: `overlapping-runs` has no option `minute`; did you mean `minutes`?",
            ),
            (
                "options:\n  overlapping-runs:\n    minutes: 0\n",
                3,
                14,
                "`options`: `overlapping-runs` `minutes` must be an integer of at least 1, not `0`",
            ),
            (
                "exclude: ['../a']\n",
                1,
                11,
                "`exclude`: `../a` must not contain `..`: patterns match only paths below the base directory",
            ),
            ("exclude: ['#a']\n", 1, 11, "`exclude`: `#a` matches nothing; use the pattern syntax of .gitignore"),
            ("baseline: ''\n", 1, 11, "`baseline`: a file name must not be empty or contain a NUL character"),
            (
                "fail-on: errors\n",
                1,
                10,
                "`fail-on` must be `error`, `warning`, `info` or `never`, not `errors`; did you mean `error`?",
            ),
            ("per-path: a\n", 1, 11, "`per-path` must be a list of sections, not `a`"),
            ("per-path:\n- a\n", 2, 3, "a section of `per-path` must be a mapping with `paths`, not `a`"),
            (
                "per-path:\n- ignore: [advice]\n",
                2,
                3,
                "`paths` is required in a section of `per-path`: the files that it applies to",
            ),
            (
                "per-path:\n- paths: [1]\n  ignore: [advice]\n",
                2,
                11,
                "`paths` must be a pattern in .gitignore syntax, not `1`",
            ),
            (
                "per-path:\n- paths: a\n  fail-on: error\n",
                3,
                3,
                "`fail-on` applies to the whole run: it is not allowed in a section of `per-path`",
            ),
            ("per-path:\n- path: a\n", 2, 3, "unknown key `path`; did you mean `paths`?"),
            (
                "a: b: c\n",
                1,
                5,
                "a `:` is not allowed here: put a value that contains `: ` in quotes, or check the indentation",
            ),
            ("ignore: []\n---\nselect: []\n", 3, 1, "a configuration must be a single document; this is a second one"),
            ("# x\n---\nignor: []\n", 3, 1, "unknown key `ignor`; did you mean `ignore`?"),
            (b"ignore: [\xff]\n", 1, 10, "byte 0xff is not UTF-8"),
        ],
    )
    def test_mistake(self, tmp_path: Path, text: str | bytes, line: int, column: int, message: str) -> None:
        assert (line, column, message) in wrong(tmp_path, text)

    @pytest.mark.parametrize(
        "text", ["", "# nothing\n", "---\n", "{}", "ignore: []\n", "ignore: advice\n", "\ufeffignore: advice\n"]
    )
    def test_nothing_wrong(self, tmp_path: Path, text: str) -> None:
        assert wrong(tmp_path, text) == []

    def test_all_are_told(self, tmp_path: Path) -> None:
        found = wrong(tmp_path, "ignor: []\nselect: [a, rejected, b]\nfail-on: x\n")
        assert [place[:2] for place in found] == [(1, 1), (2, 10), (2, 23), (3, 10)]

    def test_values(self, tmp_path: Path) -> None:
        text = (
            "kube-version: [1.30, '1.31']\nbaseline: base.json\nseverity: {advice: off}\nper-path:\n"
            "- paths: [a]\n  select: []\n"
        )
        general, section = config(tmp_path, text).sections
        found = [(one.key, one.name, one.value, one.line, one.column) for one in general.given]
        base = os.path.relpath(tmp_path / "base.json")
        assert found == [
            ("kube-version", "", "1.30", 1, 16),
            ("kube-version", "", "1.31", 1, 22),
            ("baseline", "", base, 2, 11),
            ("severity", "advice", "off", 3, 20),
        ]
        assert [(one.key, one.value, one.line) for one in section.given] == [("select", None, 6)]
        assert section.paths is not None
        assert section.paths.hold(str(tmp_path / "a" / "b.yaml"))
        assert not section.paths.hold(str(tmp_path / "b" / "c.yaml"))

    def test_anchors(self, tmp_path: Path) -> None:
        text = "ignore: &a [advice]\nextend-select: *a\n"
        found = config(tmp_path, text)
        assert [(one.key, one.value) for one in found.sections[0].given] == [
            ("ignore", "advice"),
            ("extend-select", "advice"),
        ]

    @given(text=st.text(st.sampled_from("abignore:-[]{}, \n\t'\"&*!|>#?%@`"), max_size=60) | st.text(max_size=30))
    def test_any_text(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        folder = tmp_path_factory.mktemp("any-text")
        data = text.encode("utf-8", "surrogatepass")
        for name in (".joblint.yaml", ".joblint.toml"):
            for one in config(folder, data, name).wrong:
                assert one.line >= 1
                assert one.column >= 1


class TestToml:
    def test_places(self, tmp_path: Path) -> None:
        text = (
            'kube-version = 1.30\nignor = 1\n[severity]\nadvice = "of"\n[[per-path]]\npaths = "a"\nformat = "text"\n'
            '[[per-path]]\nignore = ["nothing"]\n'
        )
        found = wrong(tmp_path, text, ".joblint.toml")
        assert [place[:2] for place in found] == [(2, 1), (4, 10), (7, 1), (8, 1), (9, 11)]

    def test_syntax(self, tmp_path: Path) -> None:
        assert [place[:2] for place in wrong(tmp_path, "ignore = []\nselect = [\n", ".joblint.toml")] == [(3, 1)]

    def test_pyproject(self, tmp_path: Path) -> None:
        text = '[project]\nname = "x"\n[tool.joblint]\nselect = ["all"]\nx = 1\n[tool.other]\ny = 1\n'
        found = config(tmp_path, text, "pyproject.toml")
        assert [(one.line, one.column) for one in found.wrong] == [(5, 1)]
        assert [(one.key, one.value) for one in found.sections[0].given] == [("select", "all")]

    def test_pyproject_without_table(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
        found = read((str(tmp_path / "pyproject.toml"),), str(tmp_path), named=True)
        assert [one.message for one in found.wrong] == ["has no table [tool.joblint]"]


class TestHostile:
    def test_no_file(self, tmp_path: Path) -> None:
        found = read((str(tmp_path / "gone.yaml"),), str(tmp_path))
        assert [(one.line, one.message) for one in found.wrong] == [(0, "no such file or directory")]

    def test_directory(self, tmp_path: Path) -> None:
        (tmp_path / ".joblint.yaml").mkdir()
        assert [one.line for one in read((str(tmp_path / ".joblint.yaml"),), str(tmp_path)).wrong] == [0]

    def test_loop(self, tmp_path: Path) -> None:
        (tmp_path / ".joblint.yaml").symlink_to(".joblint.yaml")
        assert [one.line for one in read((str(tmp_path / ".joblint.yaml"),), str(tmp_path)).wrong] == [0]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
    def test_fifo(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ".joblint.yaml")
        assert [one.line for one in read((str(tmp_path / ".joblint.yaml"),), str(tmp_path)).wrong] == [0]

    @pytest.mark.parametrize("size", [MAX_BYTES + 1, 100 << 20])
    def test_large(self, tmp_path: Path, size: int) -> None:
        path = tmp_path / ".joblint.yaml"
        with path.open("wb") as file:
            file.write(b"# job\n")
            file.truncate(size)
        (one,) = read((str(path),), str(tmp_path)).wrong
        assert "larger than " in one.message

    def test_binary(self, tmp_path: Path) -> None:
        assert [place[:2] for place in wrong(tmp_path, b"\x00\x01\x02")] == [(1, 1)]

    def test_deep(self, tmp_path: Path) -> None:
        assert len(wrong(tmp_path, "[" * 100_000)) == 1
        assert len(wrong(tmp_path, "ignore: " + "[" * 400 + "]" * 400)) == 1

    def test_many(self, tmp_path: Path) -> None:
        found = wrong(tmp_path, "".join(f"k{n}: 1\n" for n in range(5_000)))
        assert len(found) == 101
        assert found[-1] == (101, 1, "too many mistakes: this one and those after it are not listed")

    @pytest.mark.parametrize(
        "text",
        [
            "".join(["feature-gates:\n", *(f"  JobPodFailurePolic{n}: true\n" for n in range(30_000))]),
            "".join(["ignore:\n", *(f"- unknown-fiel{n}\n" for n in range(30_000))]),
            "".join(["severity:\n", *(f"  unknown-fiel{n}: error\n" for n in range(30_000))]),
        ],
    )
    def test_many_that_are_nearly_right(self, tmp_path: Path, text: str) -> None:
        """Each costs milliseconds: they stop being looked at."""
        assert len(wrong(tmp_path, text)) == 101

    @pytest.mark.parametrize("key", ["kube-version", "select", "namespace", "fail-on", "exclude", "k" * 9999])
    def test_long(self, tmp_path: Path, key: str) -> None:
        ((_, _, message),) = wrong(tmp_path, f"{key}: {'../1' * 50_000}\n")
        assert len(message) <= 501

    def test_a_number_of_many_digits(self, tmp_path: Path) -> None:
        digits = "1" * 5_000
        for text in (f"x = 1\nfail-on = {digits}\n", f"x = 1\nfail-on = 1_{digits}\n"):
            assert wrong(tmp_path, text, ".joblint.toml") == [(2, 11, "this number has too many digits")]
        assert config(tmp_path, f"[project]\nx = {digits}\n", "pyproject.toml").wrong

    @pytest.mark.parametrize("text", ['{"fail-on": "error"}', ' {"fail-on":"error"}\n\n', '{\n"fail-on":\n"error"\n}'])
    def test_json(self, tmp_path: Path, text: str) -> None:
        for name in (".joblint.yaml", "joblint.yaml"):
            found = config(tmp_path, text, name)
            assert is_configuration(str(tmp_path / name))
            assert [(one.key, one.value) for one in found.sections[0].given] == [("fail-on", "error")]
        (tmp_path / ".joblint.yaml").write_text('{"ignor": 1}')
        assert wrong(tmp_path, '{"ignor": 1}') == [(1, 2, "unknown key `ignor`; did you mean `ignore`?")]


class TestLinks:
    """A link in a pull request does not bring files of the machine into a log."""

    @pytest.mark.parametrize(
        "secret", ["s3cret", "[default]\nkey = s3cret\n", "s3cret: 1\n", "{s3cret: [\n", "s3cret = [\n"]
    )
    @pytest.mark.parametrize("name", [".joblint.yaml", ".joblint.toml"])
    @pytest.mark.parametrize("inside", [".git/config", "../out/token"])
    def test_out(self, tmp_path: Path, name: str, secret: str, inside: str) -> None:
        top = tmp_path / "top"
        (top / ".git").mkdir(parents=True)
        (tmp_path / "out").mkdir()
        (top / inside).write_text(secret)
        (top / name).symlink_to(inside)
        (flaw,) = read((str(top / name),), str(top)).wrong
        assert "s3cret" not in str(flaw)
        assert flaw.message.startswith("links to a file outside the repository")
        named = read((str(top / name),), str(top), named=True).wrong
        assert named
        assert not named[0].message.startswith("is a link")

    def test_a_valid_one(self, tmp_path: Path) -> None:
        top = tmp_path / "top"
        (top / ".git").mkdir(parents=True)
        (tmp_path / "shared.yaml").write_text("fail-on: error\n")
        (top / ".joblint.yaml").symlink_to("../shared.yaml")
        assert not read((str(top / ".joblint.yaml"),), str(top)).wrong

    def test_inside(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "shared.yaml").write_text("ignor: error\n")
        (tmp_path / ".joblint.yaml").symlink_to("shared.yaml")
        (flaw,) = read((str(tmp_path / ".joblint.yaml"),), str(tmp_path)).wrong
        assert flaw.message == "unknown key `ignor`; did you mean `ignore`?"


class TestRest:
    def test_control_characters_in_messages(self, tmp_path: Path) -> None:
        assert wrong(tmp_path, 'x = "\\u001b"\n"a\\u001b" = 1\n', ".joblint.toml")
