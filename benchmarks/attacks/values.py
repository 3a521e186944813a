"""Values that are costly to parse."""

from collections.abc import Iterator

from benchmarks.attacks.case import CRON, FOUND, HEAD, MIB, POD, SPEC, Case


def cases() -> Iterator[Case]:
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
