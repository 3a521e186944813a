"""The pre-commit hook, run by pre-commit itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.own.support import card
from tests.support import BAD, BAD_PLACE, GOOD, commit_all

FENCED = f"# A tutorial\n\n```yaml\n{BAD}```\n"


def pre_commit(*arguments: str | Path, cwd: Path, home: Path) -> tuple[int, str]:
    """Run pre-commit with a store of its own; return its exit status and what it printed."""
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_manifest_is_valid(root: Path, tmp_path: Path) -> None:
    status, printed = pre_commit("validate-manifest", root / ".pre-commit-hooks.yaml", cwd=tmp_path, home=tmp_path)
    assert status == 0, printed


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it has installed: once for all tests."""
    return tmp_path_factory.mktemp("store")


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.xdist_group("pre-commit")
class TestTryRepo:
    """`pre-commit try-repo` clones joblint, installs it in an environment of its own and gives it a user's files."""

    def test_bad_manifest_fails(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        files = {"good.yaml": GOOD, "bad.yaml": BAD, "README.md": FENCED, "notes.txt": BAD, "Chart.yaml": "name: x\n"}
        status, printed = try_repo(clean_copy, tmp_path, files, store)
        assert status == 1, printed
        assert BAD_PLACE in printed
        assert "README.md:9:3: error[unknown-field]" in printed
        assert "good.yaml" not in printed
        assert "notes.txt" not in printed

    def test_good_manifest_passes(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        status, printed = try_repo(clean_copy, tmp_path, {"good.yaml": GOOD, "script.sh": "echo hello\n"}, store)
        assert status == 0, printed
        assert "Passed" in printed

    def test_excluded_file_passes(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        """pre-commit names the files; what the configuration excludes is left out all the same."""
        files = {"good.yaml": GOOD, "vendor/bad.yaml": BAD, ".joblint.yaml": "exclude: [vendor/]\n"}
        status, printed = try_repo(clean_copy, tmp_path, files, store)
        assert status == 0, printed

    def test_fix_fails_when_it_changed_a_file(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        status, printed = try_repo(clean_copy, tmp_path, {"bad.yaml": BAD, "README.md": FENCED}, store, "joblint-fix")
        assert status == 1, printed
        assert "files were modified by this hook" in printed
        mended = BAD.replace("paralelism", "parallelism")
        assert (tmp_path / "user" / "bad.yaml").read_text() == mended
        assert (tmp_path / "user" / "README.md").read_text() == FENCED.replace(BAD, mended)
        status, printed = again(clean_copy, tmp_path, store, "joblint-fix")
        assert status == 0, printed

    def test_fix_fails_when_findings_remain(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        text = GOOD.replace("image: busybox:1.36", "command: [sh]")
        status, printed = try_repo(clean_copy, tmp_path, {"bad.yaml": text}, store, "joblint-fix")
        assert status == 1, printed
        assert "error[missing-image]" in printed
        assert "files were modified" not in printed

    def test_own_rules(self, clean_copy: Path, tmp_path: Path, store: Path) -> None:
        """With the extra, as docs/ci.md says."""
        revision = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=clean_copy, text=True, capture_output=True, check=True
        ).stdout.strip()
        hook = {"id": "joblint", "additional_dependencies": [".[cel]"]}
        repository = {"repo": str(clean_copy), "rev": revision, "hooks": [hook]}
        files = {
            "good.yaml": GOOD,
            "rules/mine.yaml": card("self.metadata.name == 'nobody'"),
            ".joblint.yaml": "rules: [rules]\nfail-on: info\n",
            ".pre-commit-config.yaml": json.dumps({"repos": [repository]}),
        }
        commit_files(tmp_path, files)
        status, printed = pre_commit("run", "--all-files", cwd=tmp_path / "user", home=store)
        assert (status, "good.yaml:1:1: warning[mine] It is so." in printed) == (1, True), printed


def try_repo(joblint: Path, folder: Path, files: dict[str, str], store: Path, hook: str = "joblint") -> tuple[int, str]:
    """Run the hook over a new git repository with these files."""
    commit_files(folder, files)
    return again(joblint, folder, store, hook)


def commit_files(folder: Path, files: dict[str, str]) -> None:
    """Make a git repository of a user with these files."""
    user = folder / "user"
    for name, text in files.items():
        (user / name).parent.mkdir(parents=True, exist_ok=True)
        (user / name).write_text(text)
    commit_all(user)


def again(joblint: Path, folder: Path, store: Path, hook: str) -> tuple[int, str]:
    """Run the hook over all files of the repository that is there, changed ones too."""
    return pre_commit("try-repo", joblint, hook, "--all-files", cwd=folder / "user", home=store)
