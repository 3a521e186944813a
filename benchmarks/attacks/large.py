"""Long texts."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.case import CLEAN, FAILED, FOUND, MIB, SPEC, Case


def cases() -> Iterator[Case]:
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
    yield Case("1,500 Services next to 1,500 Jobs", (service + f"---\n{labelled}") * 1500, CLEAN)
    yield Case("100 MB without a Job", lambda folder: write(folder / "a.json", b"[" + b"1," * 50 * MIB + b"1]"), CLEAN)
    yield Case("30 MB with the word", lambda folder: write(folder / "a.yaml", b"# job" + b"a: 1\n" * 6 * MIB), CLEAN)
    yield Case("30 MB of a Job", lambda folder: write(folder / "a.yaml", SPEC.encode() + b"a: 1\n" * 6 * MIB), FOUND)
    yield Case(
        "30 MB of a template",
        lambda folder: write(folder / "a.yaml", b"{{\nkind: Job\n" + b"a: 1\n" * 6 * MIB),
        CLEAN,
    )
    yield Case("100 MB of a Job", lambda folder: write(folder / "a.yaml", SPEC.encode() + b"a: 1\n" * 20 * MIB), FAILED)
    yield Case("a template of quotes", "kind: Job\nb: '{{'\na: " + '"\\"' * MIB + "\n\t{\n", FOUND)
    yield Case("a scalar of quotes", f"{SPEC}        args:\n        - a {{{{" + '"\\"' * (MIB // 2), -1)
    yield Case("a form", f"{SPEC}        workingDir: {'<a ' * (MIB // 2)}\n", CLEAN)
    yield Case("a sparse file of 10 GB", sparse, FAILED, "larger than")


def _scripts(count: int) -> str:
    """Return a Job in which each container starts a script from its own ConfigMap."""
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


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def sparse(folder: Path) -> None:
    with open(folder / "a.yaml", "wb") as file:
        file.write(SPEC.encode())
        file.truncate(10 << 30)
