"""The pre-commit hook, run by pre-commit itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.network
@pytest.mark.slow
class TestTryRepo:
    """`pre-commit try-repo` clones joblint, installs it in an environment of its own and gives it a user's files."""

    def test_bad_manifest_fails(self, clean_copy: Path, tmp_path: Path) -> None:
        files = {"good.yaml": GOOD, "bad.yaml": BAD, "README.md": FENCED, "notes.txt": BAD, "Chart.yaml": "name: x\n"}
        status, printed = try_repo(clean_copy, tmp_path, files)
        assert status == 1, printed
        assert BAD_PLACE in printed
        assert "README.md:9:3: error[unknown-field]" in printed
        assert "good.yaml" not in printed
        assert "notes.txt" not in printed

    def test_good_manifest_passes(self, clean_copy: Path, tmp_path: Path) -> None:
        status, printed = try_repo(clean_copy, tmp_path, {"good.yaml": GOOD, "script.sh": "echo hello\n"})
        assert status == 0, printed
        assert "Passed" in printed


def try_repo(joblint: Path, folder: Path, files: dict[str, str]) -> tuple[int, str]:
    """Run the hook over a new git repository with these files."""
    user = folder / "user"
    user.mkdir()
    for name, text in files.items():
        (user / name).write_text(text)
    commit_all(user)
    return pre_commit("try-repo", joblint, "joblint", "--all-files", cwd=user, home=folder / "store")
