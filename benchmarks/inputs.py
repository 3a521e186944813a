"""Generate the inputs of the benchmarks: the same bytes every time, from a seed."""

import random
import subprocess
from pathlib import Path

SEED = 20_240
_WORDS = (
    "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima",
    "mike", "november", "oscar", "papa",
)  # fmt: skip
_IMAGES = (
    "registry.example/team/worker:1.4.2",
    "busybox:1.36",
    "python:3.12-slim",
    "ghcr.example/etl/load@sha256:" + "ab" * 32,
)
_OTHERS = ("Deployment", "StatefulSet", "DaemonSet")
# Words for files without a Job.
_FILLER = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "a",
    "lazy",
    "dog",
    "and",
    "runs",
    "back",
    "to",
    "its",
    "den",
    "before",
    "the",
    "night",
    "falls",
    "on",
    "the",
    "hills",
]

Lines = list[str]


def indented(lines: Lines, by: int) -> Lines:
    return [" " * by + line for line in lines]


def container(rng: random.Random, name: str) -> Lines:
    lines = [f"- name: {name}", f"  image: {rng.choice(_IMAGES)}"]
    if rng.random() < 0.7:
        lines += ["  command:", "  - sh", "  - -c", "  - |", f"    echo {rng.randrange(10**6)} >/tmp/out"]
        lines += [f"    process --part {i} --of 12" for i in range(rng.randrange(1, 8))]
    if rng.random() < 0.6:
        lines.append("  env:")
        for word in rng.sample(_WORDS, rng.randrange(1, 7)):
            if rng.random() < 0.3:
                lines += [f"  - name: {word.upper()}", "    valueFrom:", "      secretKeyRef:"]
                lines += [f"        name: {word}-credentials", "        key: password"]
            else:
                lines += [f"  - name: {word.upper()}", f'    value: "{rng.randrange(10**9)}"']
    if rng.random() < 0.8:
        cpu, memory = rng.randrange(50, 900), rng.randrange(64, 2048)
        lines += ["  resources:", "    requests:", f"      cpu: {cpu}m", f"      memory: {memory}Mi"]
        lines += ["    limits:", f"      memory: {memory * 2}Mi"]
    return lines


def template(rng: random.Random, name: str) -> Lines:
    """Return the lines of a pod template, from `template:` on."""
    lines = ["template:", "  metadata:", "    labels:", f"      app: {name}", "  spec:"]
    spec = [f"restartPolicy: {rng.choice(('Never', 'OnFailure'))}", f"serviceAccountName: {rng.choice(_WORDS)}"]
    if rng.random() < 0.3:
        spec += ["securityContext:", "  runAsNonRoot: true", f"  runAsUser: {rng.randrange(1000, 60000)}"]
    spec.append("containers:")
    main = container(rng, "main")
    if rng.random() < 0.5:
        main += ["  volumeMounts:", "  - name: data", "    mountPath: /data"]
        spec += [*main, "volumes:", "- name: data", "  persistentVolumeClaim:", f"    claimName: {name}-data"]
    else:
        spec += main
    return lines + indented(spec, 4)


def job_spec(rng: random.Random, name: str) -> Lines:
    lines = [f"backoffLimit: {rng.randrange(0, 9)}"]
    if rng.random() < 0.5:
        lines.append(f"activeDeadlineSeconds: {rng.randrange(60, 90000)}")
    if rng.random() < 0.5:
        lines.append(f"ttlSecondsAfterFinished: {rng.randrange(60, 90000)}")
    if rng.random() < 0.3:
        lines += [
            f"completions: {rng.randrange(8, 40)}",
            f"parallelism: {rng.randrange(2, 8)}",
            "completionMode: Indexed",
        ]
    return lines + template(rng, name)


def job(rng: random.Random, number: int) -> str:
    """Return a Job or, one time in three, a CronJob: 25 to 80 lines, all different."""
    name = f"{rng.choice(_WORDS)}-{rng.choice(_WORDS)}-{number}"
    head = ["metadata:", f"  name: {name}", "  labels:", f"    app.kubernetes.io/name: {rng.choice(_WORDS)}", "spec:"]
    if number % 3:
        lines = ["apiVersion: batch/v1", "kind: Job", *head, *indented(job_spec(rng, name), 2)]
    else:
        schedule = f"{rng.randrange(60)} {rng.randrange(24)} * * {rng.choice(('*', '1-5', '0'))}"
        lines = [
            "apiVersion: batch/v1",
            "kind: CronJob",
            *head,
            f'  schedule: "{schedule}"',
            "  concurrencyPolicy: Forbid",
        ]
        lines += ["  jobTemplate:", "    spec:", *indented(job_spec(rng, name), 6)]
    return "\n".join(lines) + "\n"


def other(rng: random.Random, number: int) -> str:
    """Return an object or a values file that has nothing to do with Jobs: 10 to 120 lines."""
    kind = number % 4
    name = f"{rng.choice(_WORDS)}-{number}"
    if kind == 0:
        lines = ["apiVersion: apps/v1", f"kind: {rng.choice(_OTHERS)}", "metadata:", f"  name: {name}", "spec:"]
        lines += ["  selector:", "    matchLabels:", f"      app: {name}", *indented(template(rng, name), 2)]
    elif kind == 1:
        lines = ["apiVersion: v1", "kind: ConfigMap", "metadata:", f"  name: {name}", "data:"]
        lines += [
            f"  {word}: {' '.join(rng.choices(_FILLER, k=9))}" for word in rng.sample(_WORDS, rng.randrange(3, 16))
        ]
    elif kind == 2:
        lines = ["apiVersion: v1", "kind: Service", "metadata:", f"  name: {name}", "spec:", "  ports:"]
        lines += [
            line
            for port in rng.sample(range(1, 65536), rng.randrange(1, 9))
            for line in (f"  - port: {port}", "    protocol: TCP")
        ]
    else:
        lines = [f"# Values of {name}"]
        for word in rng.sample(_WORDS, rng.randrange(4, 16)):
            lines += [f"{word}:", "  enabled: true", f"  text: {' '.join(rng.choices(_FILLER, k=12))}", "  list:"]
            lines += [f"  - {' '.join(rng.choices(_FILLER, k=6))}" for _ in range(rng.randrange(6))]
    return "\n".join(lines) + "\n"


def jobs(root: Path, count: int) -> Path:
    """Create a directory with `count` different Jobs, one per file."""
    rng = random.Random(SEED)
    root.mkdir(parents=True)
    for number in range(count):
        (root / f"job-{number:04}.yaml").write_text(job(rng, number))
    return root


def tree(root: Path, files: int, with_jobs: int) -> Path:
    """Create a tree of YAML files in folders of about 30; some of them, evenly distributed, contain Jobs."""
    rng = random.Random(SEED + files)
    every = files // with_jobs
    for number in range(files):
        folder = root / f"team-{number % 17}" / f"app-{number // 30}"
        folder.mkdir(parents=True, exist_ok=True)
        text = job(rng, number) if number % every == 0 else other(rng, number)
        (folder / f"{rng.choice(_WORDS)}-{number}.yaml").write_text(text)
    return root


def repository(root: Path, files: int, with_jobs: int) -> tuple[Path, Path]:
    """Create a git repository with a tree in folders of 30; return a file with a Job, and the file of its ConfigMap.

    One Job of five runs a script of a ConfigMap.
    """
    rng = random.Random(SEED + files)
    scripts: list[tuple[str, Path]] = []
    pair = root, root
    for number in range(files):
        folder = root / f"team-{number // 30 % 17}" / f"app-{number // 30}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{rng.choice(_WORDS)}-{number}.yaml"
        if number * with_jobs // files == (number - 1) * with_jobs // files:
            text = other(rng, number)
            if "kind: ConfigMap" in text:
                scripts.append((text.partition("  name: ")[2].partition("\n")[0], path))
        else:
            text = job(rng, number)
            if number % 5 == 0 and scripts and " volumes:" not in text:
                name, defined = rng.choice(scripts)
                text = _with_script(text, name)
                pair = path, defined
        path.write_text(text)
    said = ("user.name=benchmark", "user.email=benchmark@localhost", "commit.gpgsign=false", "gc.auto=0")
    settings = [word for setting in said for word in ("-c", setting)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--no-verify", "-m", "all"]):
        subprocess.run(["git", *settings, *command], cwd=root, check=True)
    return pair


def _with_script(text: str, name: str) -> str:
    """Return the Job with a container that mounts a ConfigMap."""
    head, mark, rest = text.partition("containers:\n")
    indent = " " * (len(head) - len(head.rstrip(" ")))
    mount = indented(["- name: scripts", "  image: busybox:1.36", "  command: [sh, /scripts/run.sh]"], len(indent))
    mount += indented(["  volumeMounts:", "  - {name: scripts, mountPath: /scripts}"], len(indent))
    volume = indented(["volumes:", "- name: scripts", f"  configMap: {{name: {name}}}"], len(indent))
    return head + mark + "\n".join(mount) + "\n" + rest + "\n".join(volume) + "\n"
