#!/usr/bin/env python3
"""Inputs made to bring a linter down, each checked in a process with a limit of time and of memory.

usage: benchmarks/hostile.py [--only WORD]

Every one must end in time, without a traceback, with the exit code given here. The last line counts them.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# Codes: -1 stands for any of the three, where what matters is only that there is one.

MEMORY = 1 << 30
SECONDS = 30  # of CPU time: the slowest takes about 7, and a busy machine must not fail for that
CLEAN, FOUND, FAILED = 0, 1, 2
MIB = 1 << 20

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n"
POD = "  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        image: a:1\n"
SPEC = f"{HEAD}spec:\n{POD}"
CRON = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  jobTemplate:\n    spec:\n"
CRON += "".join(f"    {line}\n" for line in POD.splitlines())


class Case(NamedTuple):
    """A file to check (or a way to make what is to be checked), the exit code, and what must be said."""

    name: str
    content: str | bytes | Callable[[Path], None]
    code: int
    said: str = ""
    file: str = "a.yaml"


def bombs() -> Iterator[Case]:
    """Texts that are small and mean much."""
    levels = "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 30))
    yield Case("alias bomb", f"x0: &x0 a\n{levels}{SPEC}", FOUND, "oversized-object")
    merges = "".join(f"x{i}: &x{i}\n  <<: [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 30))
    yield Case("merge bomb", f"x0: &x0 {{a: 1}}\n{merges}{SPEC}spec: {{<<: *x29}}\n", FOUND)
    aliased = "".join(f"  l{i}: &l{i} {{a: *l{i - 1}, b: *l{i - 1}}}\n" for i in range(1, 60))
    yield Case("aliases that double", f"{SPEC}x:\n  l0: &l0 a\n{aliased}", FOUND)
    yield Case("anchor in itself", f"{SPEC}x: &x [*x]\n", FOUND)
    yield Case("100,000 levels of flow", f"{SPEC}x: {'[' * 100_000}", FOUND, "unreadable-document")
    yield Case("100,000 levels of braces", f"{SPEC}x: {'{a: ' * 100_000}", FOUND, "unreadable-document")
    yield Case("100,000 closed levels", f"{SPEC}x: {'[' * 100_000}{']' * 100_000}\n", FOUND, "unreadable-document")
    blocks = "".join(f"{' ' * i}a:\n" for i in range(3000))
    yield Case("3,000 levels of blocks", f"{blocks}{' ' * 3000}kind: Job\n", FOUND, "unreadable-document")
    yield Case("3,000 lists in lists", f"kind: Job\nx:\n{'- ' * 3000}a\n", FOUND, "unreadable-document")
    yield Case("100,000 levels of JSON", '{"kind": "Job", "a": ' + '{"a": ' * 100_000, FOUND, "unreadable", "a.json")
    yield Case("List in List", "kind: List\nitems: [" * 400 + SPEC.replace("\n", " "), FOUND)


def large() -> Iterator[Case]:
    """Texts that are long."""
    keys = "".join(f"    k{i}: v\n" for i in range(200_000))
    yield Case("200,000 labels", SPEC.replace("  name: a\n", f"  name: a\n  labels:\n{keys}", 1), CLEAN)
    yield Case("200,000 unknown fields", SPEC + keys.replace("    ", "  "), FOUND)
    yield Case("200,000 times one key", SPEC + "x: 1\n" * 200_000, FOUND)
    yield Case("200,000 items", f"{SPEC}        args: [{'a, ' * 200_000}]\n", CLEAN)
    yield Case(
        "50,000 env",
        SPEC + "        env:\n" + "        - {name: A}\n" * 50_000,
        FOUND,
    )
    yield Case("30 MB plain scalar", f"{SPEC}        workingDir: {'a' * 30 * MIB}\n", FOUND, "oversized-object")
    yield Case("30 MB quoted scalar", f'{SPEC}        args: ["{"a " * 15 * MIB}"]\n', FOUND, "oversized-object")
    yield Case(
        "30 MB block scalar",
        SPEC + "        args:\n        - |\n" + "          aaaaaaaaaaaaaaaaaaa$$\n" * 980_000,
        FOUND,
    )
    yield Case("30 MB name", SPEC.replace("name: a", f"name: {'a' * 30 * MIB}", 1), FOUND)
    yield Case("30 MB comment", f"# {'kind: Job ' * 3 * MIB}\n{SPEC}", CLEAN)
    yield Case("30 MB of newlines", "\n" * 30 * MIB + SPEC, CLEAN)
    yield Case("30 MB of carriage returns", "\r" * 30 * MIB + SPEC, CLEAN)
    yield Case("30 MB of separators", "---\n" * (30 * MIB // 4) + SPEC, CLEAN)
    yield Case("5,000 documents", f"{SPEC}---\n" * 5000, CLEAN)
    yield Case("5,000 broken documents", f"{SPEC}\t{{\n---\n" * 5000, FOUND)
    yield Case("3,000 scripts of ConfigMaps", _scripts(3000), FOUND)
    jobs = "".join(f"---\n{SPEC.replace('image: a:1', f'image: a:{number}')}" for number in range(3000))
    yield Case("3,000 Jobs of one name", jobs, FOUND, "duplicate-object")
    flow = "{metadata: {name: a}, apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{name: a}]}}}}"
    yield Case("a List of 3,000 Jobs of one name", "kind: List\napiVersion: v1\nitems:\n" + f"- {flow}\n" * 3000, FOUND)
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}, ports: [{port: 1}]}\n"
    labelled = SPEC.replace("  template:\n", "  template:\n    metadata: {labels: {a: b}}\n")
    yield Case("1,500 Services beside 1,500 Jobs", (service + f"---\n{labelled}") * 1500, CLEAN)
    yield Case("100 MB without a Job", lambda folder: _write(folder / "a.json", b"[" + b"1," * 50 * MIB + b"1]"), CLEAN)
    yield Case("30 MB with the word", lambda folder: _write(folder / "a.yaml", b"# job" + b"a: 1\n" * 6 * MIB), CLEAN)
    yield Case("30 MB of a Job", lambda folder: _write(folder / "a.yaml", SPEC.encode() + b"a: 1\n" * 6 * MIB), FOUND)
    yield Case(
        "30 MB of a template",
        lambda folder: _write(folder / "a.yaml", b"{{\nkind: Job\n" + b"a: 1\n" * 6 * MIB),
        CLEAN,
    )
    yield Case(
        "100 MB of a Job", lambda folder: _write(folder / "a.yaml", SPEC.encode() + b"a: 1\n" * 20 * MIB), FAILED
    )
    yield Case("a template of quotes", "kind: Job\nb: '{{'\na: " + '"\\"' * MIB + "\n\t{\n", FOUND)
    yield Case("a scalar of quotes", f"{SPEC}        args:\n        - a {{{{" + '"\\"' * (MIB // 2), -1)
    yield Case("a form", f"{SPEC}        workingDir: {'<a ' * (MIB // 2)}\n", CLEAN)
    yield Case("a sparse file of 10 GB", _sparse, FAILED, "larger than")


def _scripts(count: int) -> str:
    """A Job whose containers each start a script of a ConfigMap of their own."""
    each = range(count)
    volumes = "".join(f"      - {{name: v{i}, configMap: {{name: m{i}}}}}\n" for i in each)
    containers = "".join(
        f"      - name: c{i}\n        image: a:1\n        command: [sh, /s/{i}/run]\n"
        f"        volumeMounts: [{{name: v{i}, mountPath: /s/{i}}}]\n"
        for i in each
    )
    maps = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{i}}}\ndata: {{run: 'work &'}}\n" for i in each
    )
    return f"{SPEC}{containers}      volumes:\n{volumes}{maps}"


def values() -> Iterator[Case]:
    """Values that are costly to understand."""
    for text in (
        "1e999999999",
        "1" * 100_000,
        "0." + "0" * 100_000 + "1",
        "1e-999999999",
        "9" * 30 + "Ei",
        ".5" * 50_000,
    ):
        yield Case(f"quantity {text[:12]}", f"{SPEC}        resources: {{requests: {{cpu: {text}}}}}\n", -1)
    for text in ("1e999999999", "-" + "9" * 100_000, "0x" + "f" * 100_000, "1_0" * 50_000, "0b" + "1" * 100_000):
        yield Case(f"number {text[:12]}", f"{HEAD}spec:\n  completions: {text}\n{POD}", FOUND)
    indexed = f"{HEAD}spec:\n  completionMode: Indexed\n  completions: 2147483647\n  parallelism: 1\n{POD}"
    indexed += "  successPolicy:\n    rules:\n"
    for text in ("0-2147483646", "0-9999999999999999999999", "1-2147483640,5", "," * 60_000, "1-" * 30_000):
        yield Case(f"succeededIndexes {text[:12]}", f"{indexed}    - succeededIndexes: {text!r}\n", -1)
    intervals = ",".join(str(i * 2) for i in range(100_000))
    yield Case("succeededIndexes of 100,000", f"{indexed}    - succeededIndexes: {intervals!r}\n", FOUND)
    for text in (
        "*/" * 100_000,
        "0 0 30 2 *",
        ",".join(["1"] * 100_000) + " * * * *",
        "@every " + "9" * 50_000 + "h",
        "0-59/1 " * 5,
        "TZ=" + "A/" * 50_000 + " * * * * *",
        "99999999999999999999 * * * *",
        " " * 100_000,
    ):
        yield Case(f"schedule {text[:12]}", f"{CRON}  schedule: {text!r}\n", -1)  # fmt: skip
    yield Case("time zone of 100 kB", f"{CRON}  schedule: 0 0 * * *\n  timeZone: {'Europe/' * 15_000}\n", FOUND)
    yield Case("time zone up the tree", f"{CRON}  schedule: 0 0 * * *\n  timeZone: ../../etc/passwd\n", FOUND)
    for name, text in (
        ("dollars", "$" * MIB), ("open references", "$(" * (MIB // 2)), ("references", "$(A)" * (MIB // 4)),
        ("quotes", "'\"" * (MIB // 2)), ("backslashes", "\\" * MIB), ("braces", "${" * (MIB // 2)),
        ("index", "JOB_COMPLETION_INDEX " * (MIB // 21)), ("backquotes", "`" * MIB), ("heredocs", "<<A " * (MIB // 4)),
    ):  # fmt: skip
        script = "\n".join(f"          {text[i : i + 1000]}" for i in range(0, len(text), 1000))
        yield Case(
            f"script of {name}", f'{SPEC}        command: ["sh", "-c"]\n        args:\n        - |\n{script}\n', -1
        )
        yield Case(
            f"one line of {name}",
            f'{SPEC}        command: ["sh", "-c"]\n        args:\n        - |\n          {text}\n',
            -1,
        )
    for field in ("image", "workingDir", "name", "imagePullPolicy"):
        pod = SPEC.replace("        image: a:1\n", "") if field == "image" else SPEC
        yield Case(f"{field} of 1 MB", f"{pod}        {field}: {'a/b:c@d-' * (MIB // 8)}\n", -1)


def characters() -> Iterator[Case]:
    """Bytes that are no text, or not the usual one."""
    yield Case("NUL", SPEC.replace("name: a", "name: a\0", 1), FOUND, "unreadable-document")
    yield Case("nothing but NUL", b"\0" * MIB, CLEAN)
    yield Case("all bytes", bytes(range(256)) * 4096 + b"kind: Job\n", FOUND, "unreadable-document")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig"):
        marked = encoding in ("utf-16", "utf-32", "utf-8-sig")
        yield Case(f"{encoding}", SPEC.encode(encoding), CLEAN if marked else -1)
    yield Case("half a character of UTF-16", SPEC.encode("utf-16") + b"\x00", FOUND, "unreadable-document")
    yield Case("surrogates of UTF-16", SPEC.encode("utf-16") + b"\x00\xd8", FOUND, "unreadable-document")
    yield Case("lone surrogate in UTF-8", SPEC.encode() + b"# \xed\xa0\x80\n", FOUND, "unreadable-document")
    yield Case(
        "lone surrogate in JSON", '{"kind": "Job", "apiVersion": "batch/v1", "a": "\\ud800"}', FOUND, "", "a.json"
    )
    yield Case("lone surrogate in YAML", SPEC + '"\\ud800": "\\udfff"\n', FOUND)
    yield Case("directions", SPEC + "\u202e\u2066: \u2069\n", FOUND)
    yield Case("terminal escapes", SPEC + '"\\e]0;title\\a": 1\n', FOUND)
    yield Case("every line ending", SPEC.replace("\n", "\r") + "\x85\u2028\u2029x: 1\n", -1)
    yield Case("tags", f"{SPEC}x: !!python/object/apply:os.system ['true']\n", FOUND)
    yield Case("10,000 tags", SPEC + "".join(f"%TAG !{i}! tag:{i}\n" for i in range(10_000)), CLEAN)


def embedded() -> Iterator[Case]:
    """Markdown and shell."""
    yield Case("20,000 open fences", "```yaml\nkind: Job\n" * 20_000, -1, file="a.md")
    yield Case(
        "20,000 fences of every length",
        "".join(f"{'`' * (3 + i % 300)}yaml\nkind: Job\n" for i in range(20_000)),
        -1,
        file="a.md",
    )
    yield Case("20,000 quotes", "> " * 20_000 + "```yaml\nkind: Job\n", -1, file="a.md")
    yield Case("20,000 lists", "".join(f"{' ' * (i % 100)}- kind: Job\n" for i in range(20_000)), -1, file="a.md")
    yield Case("20,000 brackets", "kind: Job " + "[" * 20_000, CLEAN, file="a.md")
    yield Case("20,000 stars", "kind: Job " + "**a " * 20_000, CLEAN, file="a.md")
    yield Case("5,000 fences with Jobs", f"```yaml\n{SPEC}```\n\n" * 5000, CLEAN, file="a.md")
    yield Case("20,000 heredocs", f"cat <<EOF\n{SPEC}EOF\n" * 3000, CLEAN, file="a.sh")
    yield Case("20,000 open heredocs", "cat <<EOF\nkind: Job\n" * 20_000, -1, file="a.sh")
    yield Case("heredocs on one line", "cat " + "<<EOF " * 20_000 + "\nkind: Job\n" + "EOF\n" * 20_000, -1, file="a.sh")
    yield Case("20,000 open brackets in a shell", "$(" * 20_000 + "\ncat <<EOF\nkind: Job\nEOF\n", -1, file="a.sh")
    yield Case("20,000 substitutions", f"cat <<EOF\n{HEAD}x: {'$(a) ' * 20_000}\nEOF\n", -1, file="a.sh")


def files() -> Iterator[Case]:
    """What a directory can hold besides files."""
    yield Case("FIFO", lambda folder: os.mkfifo(folder / "a.yaml"), CLEAN)
    yield Case("loops of links", _loops, FOUND, "b.yaml:5:1")
    yield Case("names that are no text", _names, FOUND, "\\xff\\n.yaml:5:1")
    yield Case("2,000 directories deep", _deep, -1)
    yield Case("an evil .gitignore", _gitignore, FOUND)
    yield Case("an evil kustomization", _kustomization, FOUND)


BROKEN = f"{HEAD}spec: {{}}\n"


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _sparse(folder: Path) -> None:
    with open(folder / "a.yaml", "wb") as file:
        file.write(SPEC.encode())
        file.truncate(10 << 30)


def _loops(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "up").symlink_to("..")
    (folder / "me.yaml").symlink_to("me.yaml")
    (folder / "b.yaml").write_text(BROKEN)


def _names(folder: Path) -> None:
    for name in (b"\xff\n.yaml", b"\x1b[2J.yaml", b"-rf.yaml", "\u202e.yaml".encode()):
        (folder / os.fsdecode(name)).write_text(BROKEN)


def _deep(folder: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(2000):
        os.mkdir("d" * 10)
        os.chdir("d" * 10)
    Path("a.yaml").write_text(BROKEN)
    os.chdir(here)


def _gitignore(folder: Path) -> None:
    (folder / ".gitignore").write_text(
        "*a" * 100 + "b\n" + "**/a*a/" * 100 + "b\n" + "[" * 100_000 + "\n" + "!\n" * 100_000
    )
    (folder / ("a" * 200 + ".yaml")).write_text(BROKEN)


def _kustomization(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("patches: " + "[" * 100_000)
    (folder / "a.yaml").write_text(BROKEN)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def verdict(case: Case) -> tuple[str, float, int]:
    """What is wrong with the way joblint takes a case, if anything; the seconds and the MiB that it took."""
    with tempfile.TemporaryDirectory(prefix="joblint-") as name:
        folder = Path(name)
        if callable(case.content):
            case.content(folder)
        else:
            content = case.content.encode() if isinstance(case.content, str) else case.content
            (folder / case.file).write_bytes(content)
        command = [sys.executable, "-m", "joblint", "check", "--format", "text", "--color", "never", "."]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("JOBLINT", "COLUMNS"))}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=environment, preexec_fn=limited)  # noqa: PLW1509 - there are no threads
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = (folder / "stdout").read_bytes().decode(errors="replace")
        complained = (folder / "stderr").read_bytes().decode(errors="replace")
        os.system(f"rm -rf '{folder}'/dddddddddd")  # too deep for Python
    return wrong(case, process.returncode, printed, complained), usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10


def wrong(case: Case, code: int, printed: str, complained: str) -> str:
    """What is wrong with an ending; empty where it is as it should be."""
    if "Traceback" in complained or "bug in joblint" in complained:
        return complained.strip()[-300:]
    if code not in (CLEAN, FOUND, FAILED) or (case.code >= 0 and code != case.code):
        return f"exit code {code}, not {case.code}: {complained.strip()[-200:]}"
    if code != CLEAN and not printed + complained:
        return "no message"
    if case.said not in printed + complained:
        return f"`{case.said}` is not said: {(printed + complained)[:200]}"
    if "\x1b" in printed + complained or "\0" in printed + complained:
        return "a control character was printed"
    return ""


def cases() -> Iterator[Case]:
    for group in (bombs, large, values, characters, embedded, files):
        yield from group()


def main() -> int:
    parser = argparse.ArgumentParser(description="Check that hostile inputs do no harm.")
    parser.add_argument("--only", default="", help="cases whose name has this")
    options = parser.parse_args()
    passed = failed = 0
    for case in cases():
        if options.only not in case.name:
            continue
        why, seconds, mebibytes = verdict(case)
        failed += bool(why)
        passed += not why
        print(
            f"{'FAILED' if why else 'ok':7}{seconds:6.2f} s {mebibytes:5} MiB  {case.name}{': ' + why if why else ''}",
            flush=True,
        )
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
