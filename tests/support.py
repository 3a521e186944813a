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


def commit_all(folder: Path) -> None:
    """Make a git repository of a folder, with all its files in one commit."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    for command in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        (*identity, "commit", "-q", "-m", "all", "--no-verify"),
    ):
        subprocess.run(["git", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
