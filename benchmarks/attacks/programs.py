"""Inputs that try to make helm, kustomize or git run a command, use a network, or read and write other files.

A case whose program is not installed is skipped, with a line on standard error.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.attacks.case import BROKEN, CLEAN, FAILED, SPEC, Case

QUIET = ("--format", "concise", "--color", "never")
RENDER = ("check", "--render", *QUIET, "k")
CHART = "apiVersion: v2\nname: app\nversion: 0.1.0\n"
_REMOTES = (
    "file:///nowhere/x?ref=--upload-pack=touch PWNED", "http://127.0.0.1:18099/x.yaml", "HTTPS://example.com/x.yaml",
    "git@example.com:a/b", "ssh://example.com/a/b", "git::https://example.com/a/b", "github.com/a/b?ref=v1",
    "gh:a/b", "user@example.com/a/b", "ext::touch PWNED", "https://example.com/a/_git/b",
)  # fmt: skip
_FIELDS = (
    "resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators",
    "patchesStrategicMerge",
)  # fmt: skip
_COMMANDS = ("core.fsmonitor", "core.sshCommand", "core.pager", "core.alternateRefsCommand", "diff.external")


def cases() -> Iterator[Case]:
    yield from _kustomizations()
    yield from _of_helm() if _has("helm") else ()
    yield from _of_git() if _has("git") else ()
    yield from _written()


def _has(*names: str) -> bool:
    if any(map(shutil.which, names)):
        return True
    print(f"left out: the cases of {' and '.join(names)}, which are not installed", file=sys.stderr)
    return False


def _kustomizations() -> Iterator[Case]:
    """Yield kustomizations that are all, except the last, rejected before a program is looked for."""
    if not _has("kustomize", "kubectl"):
        return
    for url in _REMOTES:
        text = json.dumps({"resources": [url]})
        yield Case(f"kustomization with {url[:30]}", _kustomization(text), FAILED, "is remote", arguments=RENDER)
    for field in _FIELDS:
        text = json.dumps({field: ["http://127.0.0.1:18099/x"]})
        yield Case(
            f"kustomization with a remote in {field}", _kustomization(text), FAILED, "is remote", arguments=RENDER
        )
    for name, text, said in (
        ("an escaped URL", 'resources: ["\\x68ttp://127.0.0.1/x"]', "is remote"),
        ("a URL in base64", "resources: [!!binary aHR0cDovLzEyNy4wLjAuMS94]", "is remote"),
        ("another case", "RESOURCES: ['http://127.0.0.1/x']", "is remote"),
        ("a path out of the tree", "resources: [../../../../etc/passwd]", "is outside of"),
        ("an absolute path", "patches: [{path: /etc/passwd}]", "is outside of"),
        ("a plugin that is a program", 'generators: ["{apiVersion: v1, kind: Run}"]', "others start programs"),
        ("helm charts", "helmCharts: [{name: x, repo: http://127.0.0.1}]", "are not rendered"),
        ("aliases that multiply", _bomb(), "too large"),
        ("100,000 brackets", "resources: " + "[" * 100_000, "nested more than"),
    ):
        yield Case(f"kustomization with {name}", _kustomization(text), FAILED, said, arguments=RENDER)
    yield Case("kustomization with a link out", _linked, FAILED, "is a link out of", arguments=RENDER)
    yield Case("kustomization of a bomb", _resource_bomb, FAILED, "kustom", arguments=RENDER)
    yield Case("a kustomization that is a FIFO", _fifo("k/kustomization.yaml"), -1, arguments=RENDER)


def _kustomization(text: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / "k").mkdir()
        (folder / "k" / "kustomization.yaml").write_text(text)

    return make


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)])


def _linked(folder: Path) -> None:
    _kustomization("configMapGenerator: [{name: a, files: [secret]}]")(folder)
    (folder / "k" / "secret").symlink_to("/etc/passwd")


def _resource_bomb(folder: Path) -> None:
    _kustomization("resources: [bomb.yaml]")(folder)
    (folder / "k" / "bomb.yaml").write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{_bomb()}\n")


def _fifo(path: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(folder / path)

    return make


# -- helm


def _of_helm() -> Iterator[Case]:
    doubled = '{{ $a := "x" }}{{ range until 40 }}{{ $a = printf "%s%s" $a $a }}{{ end }}{{ $a }}'
    bound = "is allowed"
    yield Case("a template of 1 TB", _chart("templates/a.yaml", doubled), FAILED, bound, arguments=RENDER)
    endless = "{{ range until 2000000000 }}x{{ end }}"
    yield Case(
        "a template without an end", _chart("templates/a.yaml", endless), FAILED, "`helm template`", arguments=RENDER
    )
    asks = '{{ lookup "v1" "Secret" "" "" }}{{ getHostByName "example.com" }}'
    yield Case("a template that asks", _chart("templates/a.yaml", f"# {asks}\n{SPEC}"), CLEAN, arguments=RENDER)
    for reference in ("http://127.0.0.1:18099/x", "file:///dev/zero", "file:///etc/passwd"):
        text = json.dumps({"$ref": reference})
        yield Case(
            f"a schema with {reference[:20]}", _chart("values.schema.json", text), FAILED, "outside", arguments=RENDER
        )
    yield Case("a chart with a link out", _chart_with_link, FAILED, "is a link out of", arguments=RENDER)
    yield Case("a chart with a link to what git keeps", _chart_with_token, FAILED, "into a `.git`", arguments=RENDER)
    yield Case("a chart with a FIFO", _chart_with_fifo, FAILED, "is a FIFO", arguments=RENDER)


def _chart(name: str, text: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / "k" / "templates").mkdir(parents=True)
        (folder / "k" / "Chart.yaml").write_text(CHART)
        (folder / "k" / name).write_text(text)

    return make


def _chart_with_link(folder: Path) -> None:
    _chart("templates/a.yaml", SPEC)(folder)
    (folder / "k" / "values.yaml").symlink_to("/etc/passwd")


def _chart_with_token(folder: Path) -> None:
    _chart("templates/a.yaml", '# {{ .Files.Get "token" }}\n' + SPEC)(folder)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    (folder / "k" / "token").symlink_to("../.git/config")


def _chart_with_fifo(folder: Path) -> None:
    _chart("templates/a.yaml", SPEC)(folder)
    os.mkfifo(folder / "k" / "values.yaml")


# -- git


def _of_git() -> Iterator[Case]:
    for ref in (":x", ":a.yaml", "HEAD", "HEAD...", "@{u}", "-x", "--output=PWNED"):
        for option in ("--since=", "--against=git:"):
            words = ("check", *QUIET, f"{option}{ref}", "a.yaml")
            yield Case(f"git that runs commands, {option}{ref}", _repository, -1, unsaid="PWNED!", arguments=words)

    for option in ("--since=bomb", "--against=git:bomb"):
        words = ("check", *QUIET, option, "a.yaml")
        yield Case(f"a tree of 10^60 files, {option}", _tree_bomb, FAILED, "more files than", arguments=words)


def _tree_bomb(folder: Path) -> None:
    """Create trees with ten entries each, on 60 levels."""
    _repository(folder)

    def made(kind: str, data: bytes) -> str:
        command = ["git", "hash-object", "-w", "-t", kind, "--stdin"]
        return subprocess.run(command, cwd=folder, input=data, check=True, capture_output=True).stdout.decode().strip()

    entry, name = b"100644 f%d.yaml", made("blob", BROKEN.encode())
    for _ in range(60):
        name = made("tree", b"".join(entry % i + b"\0" + bytes.fromhex(name) for i in range(10)))
        entry = b"40000 d%d"
    person = b"a <a@localhost> 0 +0000"
    commit = made("commit", b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (name.encode(), person, person))
    subprocess.run(["git", "tag", "bomb", commit], cwd=folder, check=True, capture_output=True)


def _repository(folder: Path) -> None:
    """Create a repository whose configuration contains commands that print `PWNED!` on standard error."""
    (folder / "a.yaml").write_text(BROKEN)
    words = ("-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "a.yaml"), ("commit", "-q", "-m", "a")):
        subprocess.run(["git", *words, *command], cwd=folder, check=True, capture_output=True)
    for name in _COMMANDS:
        value = f"echo PWNED! >> '{folder}/stderr';"
        subprocess.run(["git", "config", name, value], cwd=folder, check=True, capture_output=True)


# -- what is written


def _written() -> Iterator[Case]:
    said = "outside of what joblint was given"
    yield Case("fix of a link out", _link_to_fix, FAILED, said, arguments=("fix", *QUIET, "in"))
    words = ("check", *QUIET, "--add-ignore=all", "in")
    yield Case("ignore comments through a link out", _link_to_fix, FAILED, said, arguments=words)
    yield Case("fix of a hard link", _twins, FAILED, "the file has hard links", arguments=("fix", *QUIET, "."))
    for option in ("--baseline", "--write-baseline", "--config"):
        words = ("check", *QUIET, f"{option}=fifo", ".")
        yield Case(f"{option} of a FIFO", _fifo("fifo"), FAILED, "is a FIFO", arguments=words)
    yield Case("a .gitignore that is a FIFO", _fifo(".gitignore"), CLEAN)


def _fixable() -> str:
    return SPEC.replace("spec:\n", "spec:\n  paralelism: 2\n", 1)


def _link_to_fix(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "a.yaml").symlink_to(folder / "outside.txt")
    (folder / "in" / "a.yaml").resolve().write_text(_fixable())


def _twins(folder: Path) -> None:
    (folder / "a.txt").write_text(_fixable())
    os.link(folder / "a.txt", folder / "a.yaml")
