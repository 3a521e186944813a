"""Random repositories with a history, in which files mean each other in all the ways that rules look at."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.support import run_git

Options = Sequence[Any]
Pick = Callable[[Options], Any]

_FOLDERS = ("", "a", "a", "a/b", "c")
_NAMES = ("scripts", "scripts", "configs", "config")
_WRITTEN = {  # other ways to write a name
    "scripts": ('"scr\\x69pts"', '"scr\\\n          ipts"', "'scripts'", '"\\u0073cripts"'),
}
_READS = "echo $JOB_COMPLETION_INDEX"
_NOISE = "image: {repository: busybox}\nname: scripts\n"
_NEAR = ("db-credentials", "db-credential", "db-credentials")


def _name(pick: Pick) -> str:
    name = pick(_NAMES)
    return str(pick((name, name, name, *_WRITTEN.get(name, ()))))


def job(pick: Pick) -> str:
    """A Job or CronJob."""
    lines = ["restartPolicy: Never"]
    container = ["- name: main", "  image: busybox:1.36"]
    volumes = []
    use = pick(("", "volume", "volume", "volume", "env", "claim", "secret"))
    if use == "volume":
        container += [f"  command: [sh, /s/{pick(('run.sh', 'go.sh'))}]", "  volumeMounts:"]
        container += ["  - {name: s, mountPath: /s}"]
        volumes = ["volumes:", "- name: s", "  configMap:", f"    name: {_name(pick)}"]
    elif use == "env":
        container += ["  command: [sh, -c, 'eval $RUN']", "  env:", "  - name: RUN", "    valueFrom:"]
        container += [f"      configMapKeyRef: {{name: {pick(_NAMES)}, key: run.sh}}"]
    elif use == "claim":
        container += ["  volumeMounts:", "  - {name: d, mountPath: /d}"]
        volumes = ["volumes:", "- name: d", "  persistentVolumeClaim:", f"    claimName: {pick(_NEAR)}"]
    elif use == "secret":
        container += ["  envFrom:", f"  - secretRef: {{name: {pick(_NEAR)}}}"]
    if pick((False, False, True)):
        lines.append(f"serviceAccountName: {pick(_NEAR)}")
    lines += ["containers:", *container, *volumes]
    spec = [pick(("backoffLimit: 3", "paralelism: 2", "completionMode: Indexed\n  completions: 3", "parallelism: 3"))]
    labels = pick(("", "labels: {app: shop}", "labels: {app: other}"))
    template = ["template:", *(["  metadata:", f"    {labels}"] if labels else []), "  spec:", *_in(lines, 4)]
    name = pick((*_NAMES, "x" * 55))
    head = ["metadata:", f"  name: {name}"] + (["  namespace: prod"] if pick((False, False, False, True)) else [])
    if pick((False, False, True)):
        cron = [f'schedule: "{pick(("0 3 * * *", "* */6 * * *"))}"', "jobTemplate:", "  spec:"]
        return _text("batch/v1", "CronJob", [*head, "spec:", *_in([*cron, *_in(template, 4)], 2)])
    return _text("batch/v1", "Job", [*head, "spec:", *_in([*spec, *template], 2)])


def other(pick: Pick) -> str:
    """An object that Jobs may mean, or that may mean Jobs."""
    what = pick(("ConfigMap", "ConfigMap", "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Service",
                 "Namespace", "ResourceQuota"))  # fmt: skip
    if what == "ConfigMap":
        read = pick(
            (_READS, _READS, f"{_READS}  # joblint: ignore[index-read-without-indexed] ours", "echo hello", "exit 1 |")
        )
        script = [f"{pick(('run.sh', 'go.sh'))}: |", f"  {read}"]
        return _text("v1", what, ["metadata:", f"  name: {pick(_NAMES)}", "data:", *_in(script, 2)])
    if what == "Service":
        pods = ["spec:", "  selector: {app: shop}", "  template:", "    metadata:", "      labels: {app: shop}"]
        service = ["metadata:", "  name: shop", "spec:", "  selector: {app: shop}", "  ports: [{port: 80}]"]
        return _text("v1", what, service) + "---\n" + _text("apps/v1", "Deployment", ["metadata:", "  name: s", *pods])
    if what == "PersistentVolumeClaim":
        spec = ["spec:", "  accessModes: [ReadWriteOnce]"]
        return _text("v1", what, ["metadata:", f"  name: {pick(_NEAR)}", *spec])
    if what == "ResourceQuota":
        return _text("v1", what, ["metadata:", "  name: quota", "spec:", '  hard: {requests.cpu: "4"}'])
    name = "prod" if what == "Namespace" else pick(_NEAR)
    labels = [f"  labels: {{team: {pick(('x', 'y'))}}}"] if what == "Namespace" else []
    return _text("v1", what, ["metadata:", f"  name: {name}", *labels])


def kustomization(pick: Pick) -> str:
    """What a directory's kustomization says."""
    lines = [
        "resources:",
        *(f"- {pick(('one.yaml', 'two.yaml', '../one.yaml', 'b', '../c', 'three.yaml'))}" for _ in "ab"),
    ]
    change = pick(("", "namePrefix: " + "p" * 20, "commonLabels: {app: shop}", "commonLabels: {version: '1'}",
                   "configMapGenerator: [{name: scripts, literals: [a=b]}]", "patches: [{path: two.yaml}]",
                   "nameSuffix: -dev"))  # fmt: skip
    return "\n".join([*lines, *([change] if change else [])]) + "\n"


def content(pick: Pick, name: str, apart: bool = False) -> str:
    """What may be in a file of a name; `apart`: no Job."""
    if name == "kustomization.yaml":
        return kustomization(pick)
    if name == ".gitignore":
        return str(pick(("", "one.yaml\n", "/c/\n", "*.yaml\n!two.yaml\n")))
    if name == ".joblint.yaml":
        return str(pick(("ignore: [unknown-field]\n", "exclude: [c/]\n", "kube-version: 1.24\n", "nonsense: 1\n")))
    kind = "other" if apart else pick(("job", "job", "job", "other", "other", "both", "noise", "patch"))
    if kind == "noise":
        return _NOISE
    if kind == "patch":
        return "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: scripts\n$patch: delete\n"
    text = {"job": job, "other": other}[kind](pick) if kind != "both" else other(pick) + "---\n" + job(pick)
    return f"# Text\n\n```yaml\n{text}```\n" if name.endswith(".md") else text


_FILES = ("one.yaml", "two.yaml", "three.yaml", "text.md", "kustomization.yaml", "four.json.yaml")


def paths(pick: Pick) -> str:
    """The path of a file."""
    name = pick((*_FILES, *_FILES, *_FILES, ".gitignore", ".joblint.yaml"))
    folder = "" if name == ".joblint.yaml" else pick(_FOLDERS)
    return f"{folder}/{name}" if folder else str(name)


def begin(pick: Pick, root: Path) -> None:
    """Make a repository with a commit, which is tagged `before`."""
    run_git("init", "-q", "-b", "main", cwd=root)
    for _ in range(pick(range(3, 12))):
        _write(root, paths(pick), pick)
    _commit(root)
    run_git("tag", "before", cwd=root)


def go_on(pick: Pick, root: Path) -> None:
    """Change the work tree, and perhaps commit some of that; often only what Jobs mean, and no Job."""
    apart = pick((True, False))
    for _ in range(pick((0, 1, 1, 1, 2, 2, 3, 4))):
        there = [one for one in sorted(root.rglob("*")) if one.is_file() and ".git" not in one.parts]
        if apart:
            there = [one for one in there if "Job" not in one.read_text()]
        what = pick(("write", "edit", "edit", "edit", "delete", "delete", "move", "copy", "append", "link", "again",
                     "commit", "stage", "unlook"))  # fmt: skip
        if what == "commit":
            _commit(root)
        elif what == "stage":
            run_git("add", "-A", cwd=root)
        elif what == "write" or not there:
            path = paths(pick)
            _write(root, path, pick, apart)
        else:
            _change(pick, root, pick(there), what, apart)


def _change(pick: Pick, root: Path, one: Path, what: str, apart: bool) -> None:
    if what == "edit":
        _write(root, str(one.relative_to(root)), pick, apart)
    elif what == "delete":
        one.unlink()
    elif what == "append" and one.suffix == ".yaml" and "kustomization" not in one.name:
        one.write_text(one.read_text() + "---\n" + (job(pick) if pick((True, False)) and not apart else other(pick)))
    elif what == "again":
        one.write_bytes(one.read_bytes())
    elif what == "unlook":
        run_git("add", "-A", "-f", cwd=root)
        run_git("update-index", "--assume-unchanged", str(one.relative_to(root)), cwd=root)
    else:
        to = root / paths(pick)
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.exists() or to.is_symlink():
            return
        if what == "link":
            to.symlink_to(one)
        else:
            to.write_bytes(one.read_bytes())
            if what == "move":
                one.unlink()


def _write(root: Path, path: str, pick: Pick, apart: bool = False) -> None:
    whole = root / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    if whole.is_symlink():
        whole.unlink()
    whole.write_text(content(pick, whole.name, apart))


def _commit(root: Path) -> None:
    run_git("add", "-A", cwd=root)
    run_git("commit", "-q", "-m", "some", "--allow-empty", "--no-verify", cwd=root)


def _in(lines: Sequence[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _text(version: str, kind: str, lines: Sequence[str]) -> str:
    return "\n".join([f"apiVersion: {version}", f"kind: {kind}", *lines]) + "\n"
