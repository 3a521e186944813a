"""action.yml, the GitLab component, the container file and the commands of docs/ci.md: run as far as a machine can."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from joblint.cli.check import command as check
from joblint.cli.fix import command as fix
from tests.checks.own.support import card
from tests.cli.program import Program
from tests.support import BAD, GOOD, run

PROGRAMS = Path(sys.executable).parent
DOCS = sorted(f"docs/{page.name}" for page in (Path(__file__).parent.parent / "docs").glob("*.md"))
RULE = card("self.metadata.name == 'nobody'")
bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A user's directory, with names that a careless script would take apart."""
    folder = tmp_path / "user"
    (folder / "more jobs").mkdir(parents=True)
    (folder / "good.yaml").write_text(GOOD)
    (folder / "more jobs" / "bad.yaml").write_text(BAD)
    (folder / "$(touch oops)").mkdir()
    return folder


@pytest.fixture(scope="module")
def action(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def template(root: Path) -> str:
    return (root / "templates" / "joblint.yml").read_text()


@pytest.fixture(scope="module")
def steps(root: Path) -> list[tuple[str, str]]:
    """The instructions of the container file, each with its arguments."""
    text = re.sub(r"(?m)^#.*\n", "", (root / "Containerfile").read_text()).replace("\\\n", "")
    return [(line.split()[0], line.partition(" ")[2]) for line in text.splitlines() if line]


class TestAction:
    """The steps of the GitHub Action, as a runner would run them."""

    def test_runs_nobody_elses_action(self, action: dict[str, Any]) -> None:
        assert [set(step) >= {"run", "shell"} for step in action["runs"]["steps"]] == [True, True]
        assert not any("uses" in step for step in action["runs"]["steps"])

    def test_inputs_reach_scripts_through_the_environment_only(self, action: dict[str, Any]) -> None:
        """What stands in a script itself would be run, whoever wrote it."""
        used = "".join(str(step["env"]) for step in action["runs"]["steps"])
        assert sorted(re.findall(r"inputs\.([\w-]+)", used)) == sorted(action["inputs"])
        assert not any("${{" in step["run"] for step in action["runs"]["steps"])

    @bash
    @pytest.mark.parametrize(
        ("inputs", "code"),
        [
            ({}, 1),
            ({"paths": "good.yaml"}, 0),
            ({"paths": "good.yaml 'more jobs/bad.yaml'"}, 1),
            ({"paths": "'$(touch oops)' nowhere"}, 2),
            ({"args": "--exclude 'more jobs/' --exit-zero"}, 0),
            ({"args": "--fail-on never"}, 0),
            ({"args": "--exclude '*'", "fail-on-empty": "true"}, 1),
            ({"args": "'"}, 1),
            ({"kube-version": "1.2.3.4"}, 2),
            ({"format": "concise", "kube-version": "1.24-1.26"}, 1),
        ],
        ids=str,
    )
    def test_exit_code(self, action: dict[str, Any], user: Path, inputs: dict[str, str], code: int) -> None:
        done, outputs = self.step(action, user, inputs)
        assert done.returncode == code, done.stderr
        assert outputs in (f"exit-code={code}\n", "" if inputs == {"args": "'"} else None)
        assert not (user / "oops").exists()

    @bash
    def test_reports(self, action: dict[str, Any], user: Path) -> None:
        done, _ = self.step(action, user, {"sarif": "joblint.sarif"})
        assert done.stdout.startswith("::error title=joblint%3A unknown-field,file=more jobs/bad.yaml,line=6,")
        (result,) = json.loads((user / "joblint.sarif").read_text())["runs"][0]["results"]
        assert result["ruleId"] == "unknown-field"
        assert (user.parent / "summary.md").read_text().startswith("### joblint: 1 error in 1 of ")

    @bash
    def test_no_summary(self, action: dict[str, Any], user: Path) -> None:
        self.step(action, user, {"summary": "false"})
        assert not (user.parent / "summary.md").exists()

    @bash
    @pytest.mark.network
    @pytest.mark.slow
    @pytest.mark.xdist_group("packaging")
    @pytest.mark.parametrize("extras", ["", "cel"])
    def test_whole(self, action: dict[str, Any], user: Path, clean_copy: Path, extras: str) -> None:
        """Installed from the checkout of the action, without anything of this process's Python."""
        first, outputs = self.step(action, user, {"extras": extras}, 0, GITHUB_ACTION_PATH=str(clean_copy))
        assert first.returncode == 0, first.stderr
        assert outputs is not None
        known = {"steps.install.outputs.bin": outputs.removeprefix("bin=").strip()}
        done, _ = self.step(action, user, {}, 1, known)
        assert (done.returncode, "file=more jobs/bad.yaml" in done.stdout) == (1, True), done.stderr
        (user / "rules.yaml").write_text(RULE)
        done, _ = self.step(action, user, {"args": "--rules rules.yaml", "paths": "good.yaml"}, 1, known)
        assert (done.returncode, "title=joblint%3A mine" in done.stdout) == ((1, True) if extras else (2, False))

    def step(
        self,
        action: dict[str, Any],
        cwd: Path,
        inputs: Mapping[str, str],
        number: int = 1,
        known: Mapping[str, str] = {"steps.install.outputs.bin": str(PROGRAMS)},
        **environment: str,
    ) -> tuple["subprocess.CompletedProcess[str]", str | None]:
        """Run a step; how it ended, and what it put out."""
        step = action["runs"]["steps"][number]
        values = {f"inputs.{name}": str(one["default"]) for name, one in action["inputs"].items()} | dict(known)
        values |= {f"inputs.{name}": value for name, value in inputs.items()}
        own = {
            name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: values[found[1]], value)
            for name, value in step["env"].items()
        }
        folder = cwd.parent
        (folder / "output").write_text("")
        runner = {
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        }
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**plain(), **runner, **environment, **own},
            text=True,
            capture_output=True,
            check=False,
        )
        return done, (folder / "output").read_text()


class TestGitLab:
    """The script of the component, as a runner would run it."""

    def test_every_input_is_used(self, template: str) -> None:
        head, body = yaml.safe_load_all(template)
        used = re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", yaml.safe_dump(body, width=10_000))
        assert sorted(set(used)) == sorted(head["spec"]["inputs"])

    @pytest.mark.parametrize(
        ("inputs", "code"),
        [
            ({}, 1),
            ({"paths": "good.yaml"}, 0),
            ({"paths": "'more jobs' nowhere"}, 2),
            ({"args": "--exclude 'more jobs/'"}, 0),
            ({"kube-version": "1.20"}, 2),
            ({"kube-version": "1.30"}, 1),
            ({"args": "--exclude '*'", "fail-on-empty": "true"}, 1),
        ],
        ids=str,
    )
    def test_script(self, template: str, user: Path, inputs: dict[str, str], code: int) -> None:
        done = self.script(template, user, {"install": "", **inputs})
        assert done.returncode == code, done.stderr

    def test_reports(self, template: str, user: Path) -> None:
        self.script(template, user, {"install": ""})
        reports = self.job(template, {"install": ""})["artifacts"]["reports"]
        (entry,) = json.loads((user / reports["codequality"]).read_text())
        assert entry["location"] == {"path": "more jobs/bad.yaml", "lines": {"begin": 6, "end": 6}}
        assert '<testcase classname="more jobs/bad.yaml" ' in (user / reports["junit"]).read_text()

    @pytest.mark.network
    @pytest.mark.slow
    @pytest.mark.xdist_group("packaging")
    def test_whole(self, template: str, user: Path, clean_copy: Path) -> None:
        (user / "rules.yaml").write_text(RULE)
        inputs = {"install": f"joblint[cel] @ file://{clean_copy}", "args": "--rules rules.yaml"}
        done = self.script(template, user, inputs, "/usr/bin:/bin")
        assert (done.returncode, "more jobs/bad.yaml:6:3: error" in done.stdout) == (1, True), done.stderr
        assert "good.yaml:1:1: warning[mine] It is so." in done.stdout

    def job(self, template: str, inputs: Mapping[str, str]) -> dict[str, Any]:
        """The job that GitLab makes of the template."""
        head, body = yaml.safe_load_all(template)
        given = {name: one.get("default") for name, one in head["spec"]["inputs"].items()} | dict(inputs)

        def filled(value: Any) -> Any:
            if isinstance(value, dict):
                return {filled(key): filled(inner) for key, inner in value.items()}
            if isinstance(value, list):
                return [filled(inner) for inner in value]
            return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: given[found[1]], value)

        return {"joblint": {}, **filled(body)}["joblint"]  # type: ignore[no-any-return]

    def script(
        self, template: str, cwd: Path, inputs: Mapping[str, str], path: str = f"{PROGRAMS}:{os.environ['PATH']}"
    ) -> "subprocess.CompletedProcess[str]":
        job = self.job(template, inputs)
        environment = {**plain(), **job["variables"], "PATH": path}
        command = ["sh", "-e", "-c", "\n".join(job["script"])]
        return subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, check=False)


class TestContainer:
    """The container file. Nothing here can build an image: its steps are done by hand, or read."""

    def test_is_not_root(self, steps: list[tuple[str, str]]) -> None:
        last = [argument for instruction, argument in steps if instruction == "USER"][-1]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last)

    def test_calls_joblint(self, steps: list[tuple[str, str]]) -> None:
        assert ("ENTRYPOINT", '["joblint"]') in steps
        assert ("CMD", '["check"]') in steps

    def test_context_is_enough_for_a_wheel(self, root: Path, context: Path, tmp_path: Path) -> None:
        """The same wheel comes from what .dockerignore leaves."""
        assert not (context / "tests").exists()
        names: list[list[str]] = []
        for folder in (context, root):
            out = tmp_path / str(len(names))
            run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=folder)
            with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
                names.append(sorted(wheel.namelist()))
        assert names[0] == names[1]

    @pytest.mark.network
    @pytest.mark.slow
    @pytest.mark.xdist_group("packaging")
    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
    def test_by_hand(self, steps: list[tuple[str, str]], context: Path) -> None:
        """Installed as the build stage does, and run as the image's user, who can write nowhere."""
        system = "/usr/bin:/bin"  # with a Python that any user can read
        enough = [
            shutil.which("python3", path=system) or "",
            "-c",
            "import ensurepip, sys; assert sys.version_info >= (3, 11)",
        ]
        if not enough[0] or subprocess.run(enough, capture_output=True, check=False).returncode:
            pytest.skip("the system's Python cannot make virtual environments, or is too old")
        (build,) = (argument for instruction, argument in steps if instruction == "RUN")
        user = int(next(argument for instruction, argument in steps if instruction == "USER").split(":")[0])
        with tempfile.TemporaryDirectory(prefix="joblint-image-") as image:
            Path(image).chmod(0o755)
            home = Path(image, "opt", "joblint")
            commands = build.replace("/opt/joblint", str(home)).replace("/src", str(context))
            extras = next(word for name, word in steps if name == "ARG" and word.startswith("EXTRAS="))
            run("env", f"PATH={system}", extras, "sh", "-e", "-c", commands, cwd=context)
            work = Path(image, "work")
            work.mkdir()
            (work / "bad.yaml").write_text(BAD)
            (work / "rules.yaml").write_text(RULE)
            command = ["joblint", "check", "--rules", "rules.yaml"]
            done = subprocess.run(
                command, cwd=work, env={"PATH": f"{home / 'bin'}:{system}"}, user=user, group=user,
                extra_groups=[], text=True, capture_output=True, check=False,
            )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert [line.partition("]")[0] for line in done.stdout.splitlines()] == [
            "bad.yaml:1:1: warning[mine",
            "bad.yaml:6:3: error[unknown-field",
        ]

    @pytest.fixture
    def context(self, clean_copy: Path, root: Path, tmp_path: Path) -> Path:
        """What .dockerignore leaves of the repository."""
        listed = (root / ".dockerignore").read_text().splitlines()
        folder = tmp_path / "context"
        folder.mkdir()
        for name in (line[1:] for line in listed if line.startswith("!")):
            copy = shutil.copytree if (clean_copy / name).is_dir() else shutil.copy2
            copy(clean_copy / name, folder / name)
        return folder


class TestExitZero:
    """`--exit-zero` is `--fail-on never`, and wins over any other word on it."""

    @pytest.mark.parametrize(
        "arguments",
        [
            "check --exit-zero .",
            "check --exit-zero --fail-on info .",
            "check --fail-on info --exit-zero .",
            "fix --diff --exit-zero .",
        ],
    )
    def test_wins(self, joblint: Program, user: Path, arguments: str) -> None:
        (user / ".joblint.yaml").write_text("fail-on: warning\n")
        assert joblint(*arguments.replace(" --exit-zero", "").split()).code == 1
        done = joblint(*arguments.split())
        assert (done.code, "paralelism" in done.out) == (0, True)

    def test_does_not_hide_trouble(self, joblint: Program, user: Path) -> None:
        assert joblint("check", "--exit-zero", "nowhere").code == 2
        (user / ".joblint.yaml").write_text("fail-on: sometimes\n")
        assert joblint("check", "--exit-zero", ".").code == 2

    @pytest.fixture
    def joblint(self, joblint: Program, monkeypatch: pytest.MonkeyPatch, user: Path) -> Program:
        monkeypatch.chdir(user)
        return joblint


@pytest.mark.parametrize("name", ["README.md", *DOCS, "action.yml", "templates/joblint.yml", "Containerfile"])
def test_options_exist(root: Path, name: str) -> None:
    """Every option of a `joblint check` or `joblint fix` is one that the command has."""
    text = (root / name).read_text().replace("\\\n", " ")
    known = {command.name: {o for p in command.params for o in p.opts} | {"-h", "--help"} for command in (check, fix)}
    calls = re.findall(r"joblint\"? (check|fix)([^\n|#`]*)", text)
    wrong = [(call, word) for call, rest in calls for word in OPTION.findall(rest) if word not in known[call]]
    assert wrong == []


OPTION = re.compile(r"(?<!\S)(--?[a-z][a-z-]*)")


def test_docs_have_every_input(root: Path) -> None:
    text = (root / "docs" / "ci.md").read_text()
    action = yaml.safe_load((root / "action.yml").read_text())["inputs"]
    component = next(yaml.safe_load_all((root / "templates" / "joblint.yml").read_text()))["spec"]["inputs"]
    assert [name for name in (*action, *component) if f"`{name}`" not in text] == []


def plain() -> dict[str, str]:
    """The environment without what is this process's Python's, or would speak to joblint."""
    ours = ("PYTHON", "VIRTUAL_ENV", "JOBLINT", "GITHUB_", "CI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
