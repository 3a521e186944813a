"""What several test files use: manifests, and commands run as a user would run them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

from joblint.engine.api import make_settings
from joblint.manifests.yaml.tree import Mapping as Tree
from joblint.manifests.yaml.tree import Node, Scalar, Sequence, merged, target
from joblint.rule.settings import Settings

FIXABLE = "1 fixable with `joblint fix`\n"  # the last line of a report on one finding that has a fix
HANG = 600  # seconds: what a test waits for comes at once, or at least before this; only what hangs reaches it

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


CRONJOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: hello
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: hello
            image: busybox:1.36
"""


def plain(node: Node | None) -> Any:
    """A tree as Python, aliases followed and merge keys resolved."""
    if node is None:
        return None
    node = target(node)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Tree)
    return {entry.name: plain(entry.value) for entry, _ in merged(node)}


def each_field(minors: str, gates: Mapping[str, bool] | None = None) -> Settings:
    """Settings of a run over several minors that reports each field and cause that one of them names."""
    return make_settings(minors, gates)._replace(each_field=True)


def named(name: str, text: str = GOOD) -> str:
    """A Job of another name: of two in one file each has its own."""
    return text.replace("name: hello\nspec", f"name: {name}\nspec", 1)


def in_spec(*lines: str, of: str = GOOD) -> str:
    """A Job or CronJob with more lines in its spec, at the top."""
    return of.replace("\nspec:\n", "\nspec:\n" + "".join(f"  {line}\n" for line in lines), 1)


def cronjob(spec: str) -> str:
    """A CronJob with these lines in its spec, from the schedule on."""
    return CRONJOB.replace('  schedule: "0 3 * * *"\n', indent(spec, "  ") + "\n")


def service(selector: str = "{app: shop}", kind: str = "Deployment", labels: str = "{app: shop}") -> str:
    """A Service, and the workload of that kind, with these labels, that it may be meant for."""
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {selector}
  ports: [{{port: 80}}]
---
apiVersion: apps/v1
kind: {kind}
metadata:
  name: shop
spec:
  template:
    metadata:
      labels: {labels}
"""


BAD = in_spec("paralelism: 2")
BAD_PLACE = "bad.yaml:6:3: error[unknown-field]"  # of what `joblint check` prints when its output is no terminal


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    """Run a command as a user would (nothing of this process's Python in its environment); return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def load_yaml(text: str) -> Any:
    """Return the value of a YAML document of our own. libyaml is ten times as fast as PyYAML's own reader."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


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
