"""Files with many fixes: their number must not make them slow."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, FOUND, SPEC, Case

_FIX = ("fix", "--color", "never", ".")
_DIFF = ("fix", "--diff", ".")
_IGNORE = ("check", "--add-ignore=all", ".")
_JSON = ("check", "--format", "json", ".")


def cases() -> Iterator[Case]:
    each = [_slips(number) for number in range(2_000)]
    jobs = "---\n".join(each)
    items = "".join("- " + job.replace("\n", "\n  ").rstrip(" ") for job in each)
    listed = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    fences = "# Jobs\n\n" + "\n".join(f"Text.\n\n```yaml\n{job}```\n" for job in each)
    for name, content, file in (
        ("a List", listed, "a.yaml"),
        ("documents", jobs, "a.yaml"),
        ("fences", fences, "a.md"),
    ):
        yield Case(f"fix: 2,000 Jobs with two slips, {name}", content, CLEAN, "fixed 4,000 problems", file, _FIX)
        yield Case(f"fix --diff: 2,000 Jobs with two slips, {name}", content, FOUND, "would fix", file, _DIFF)
        yield Case(f"json: 2,000 Jobs with two slips, {name}", content, FOUND, "parallelism", file, _JSON)
    yield Case("--add-ignore: 2,000 Jobs with two slips", jobs, CLEAN, "ignored", "a.yaml", _IGNORE)
    env = "        env:\n" + "".join(f"        - {{name: A{i}, vaule: x}}\n" for i in range(1_500))
    yield Case("fix: 1,500 slips in one object", SPEC + env, CLEAN, "fixed", "a.yaml", _FIX)
    yield Case("json: 1,500 slips in one object", SPEC + env, FOUND, "vaule", "a.yaml", _JSON)
    hidden = "".join(f"---\n{SPEC}  completionMod: Indexed\n" for _ in range(500))
    yield Case("fix: 500 slips whose fix does harm", hidden, FOUND, "not fixed", "a.yaml", _FIX)


def _slips(number: int) -> str:
    """Return a Job with two mistakes."""
    job = SPEC.replace("name: a\n", f"name: a{number}\n", 1).replace("spec:\n", "spec:\n  paralelism: 2\n", 1)
    return job.replace("image: a:1\n", "image: a:1\n        imagePullPolicy: always\n")
