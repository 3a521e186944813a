"""What several test files use: two manifests, and commands run as a user would run them."""

import os
import subprocess
from pathlib import Path

GOOD = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: hello
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: hello
        image: busybox:1.36
"""


def named(name: str, text: str = GOOD) -> str:
    """A Job of another name: of two in one file each has its own."""
    return text.replace("name: hello\nspec", f"name: {name}\nspec", 1)


BAD = GOOD.replace("spec:\n  template", "spec:\n  paralelism: 2\n  template")
BAD_PLACE = "bad.yaml:6:3: error[unknown-field]"  # of what `joblint check` prints when its output is no terminal


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    """Run a command as a user would (nothing of this process's Python in its environment); return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write(path: Path, text: str) -> Path:
    """Write a file, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def run_git(*arguments: str, cwd: Path | None = None) -> None:
    """Run git as somebody who may commit, and who may clone and fetch from another folder."""
    said = ("user.name=test", "user.email=test@localhost", "commit.gpgsign=false", "protocol.file.allow=always")
    settings = [word for setting in said for word in ("-c", setting)]
    subprocess.run(["git", *settings, *arguments], cwd=cwd, check=True, capture_output=True)


def commit_all(folder: Path) -> None:
    """Make a git repository of a folder, with all its files in one commit."""
    run_git("init", "-q", "-b", "main", cwd=folder)
    run_git("add", "-A", cwd=folder)
    run_git("commit", "-q", "-m", "all", "--no-verify", cwd=folder)
