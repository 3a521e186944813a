"""Single documents: keys that are not strings, byte order marks, consecutive JSON objects, placeholders, nulls."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, FOUND, MIB, SPEC, Case

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_JOB = (
    '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a%d"},"spec":{"template":{"spec":'
    '{"restartPolicy":"Never","containers":[{"name":"a","image":"a:1"}]}}}}'
)
_BODY = SPEC.replace("kind: Job\n", "")


def cases() -> Iterator[Case]:
    yield from _json()
    yield from _keys()
    yield from _marks()
    yield from _left_alone()


def _json() -> Iterator[Case]:
    job = _JOB % 0
    yield Case("10 MB of empty objects", job + "{}" * 5 * MIB, CLEAN, file="a.json")
    yield Case("10 MB of empty objects first", "{ }\n" * (10 * MIB // 4) + job, CLEAN, file="a.json")
    yield Case("10 MB of small objects", job + '{"a":1}' * (10 * MIB // 7), CLEAN, file="a.json")
    yield Case("10 MB of numbers", job + "1 " * 5 * MIB, CLEAN, file="a.json")
    yield Case("10 MB of nulls", job + "null" * (10 * MIB // 4), CLEAN, file="a.json")
    yield Case("200,000 objects with a kind", job + '{"kind":"a"}' * 200_000, CLEAN, file="a.json")
    yield Case("2,000 Jobs one after another", "".join(_JOB % number for number in range(2000)), CLEAN, file="a.json")
    yield Case("10 MB of braces after a Job", job + "{ " * 5 * MIB, FOUND, "unreadable-document", "a.json")
    yield Case("10 MB of quotes after a Job", job + '"' * 10 * MIB, CLEAN, file="a.json")
    yield Case("a deep object after a Job", job + '{"a":' * 300_000, FOUND, "unreadable-document", "a.json")
    yield Case(
        "a deep list before a Job", '{"a":' + "[" * 300_000 + "]" * 300_000 + "}" + job, FOUND, "unreadable", "a.json"
    )
    yield Case("a number of 5 MB", job + '{"kind":' + "1" * 5 * MIB + "}", CLEAN, file="a.json")
    yield Case("10 MB of white space before a Job", " " * 10 * MIB + job + job, CLEAN, file="a.json")
    yield Case("a separator after two Jobs", f"{job}{job}\n---\n{job}", FOUND, "unreadable-document", "a.json")


def _keys() -> Iterator[Case]:
    floats = "".join(f"    {number}.25e{number % 70 - 35}: x\n" for number in range(100_000))
    annotated = SPEC.replace("  name: a\n", f"  name: a\n  annotations:\n{floats}")
    yield Case("100,000 keys that are floats", annotated, FOUND, "invalid-annotation")
    whole = "".join(f"    {number}.0: x\n" for number in range(100_000))
    yield Case("100,000 keys that are whole floats", SPEC.replace("  name: a\n", f"  name: a\n  labels:\n{whole}"), -1)
    for key in ("9" * 400_000, "9" * 4000 + ".5", "0." + "0" * 400_000 + "1", "1e" + "9" * 400_000):
        yield Case(
            f"a key of {len(key)} digits",
            SPEC.replace("  name: a\n", f"  name: a\n  annotations: {{? {key} : x}}\n"),
            -1,
        )
    yield Case("200,000 merge keys that are strings", SPEC + "!!str <<: {}\n" * 200_000, FOUND, "duplicate-key")


def _marks() -> Iterator[Case]:
    yield Case("byte order marks everywhere", _BOM.join(SPEC), -1)
    yield Case("a byte order mark on every line", SPEC.replace("\n", "\n" + _BOM), -1)
    yield Case("10 MB of byte order marks", _BOM * (10 * MIB // 3) + SPEC, FOUND, "unreadable-document")
    yield Case("100,000 documents with byte order marks", f"---\n{_BOM}a: b\n" * 100_000 + "---\n" + SPEC, CLEAN)
    private = "".join(chr(code) for code in (*range(0xE000, 0xF900), *range(0xF0000, 0xFFFFE)))
    yield Case("all private characters", f"# {private}{_BOM}\n{SPEC}", FOUND, "private")


def _left_alone() -> Iterator[Case]:
    for mark in ("<", "__", "_A", "_A1", "%a", "@a", "{a", "[A", "$(", "((", "`", "A_", "X", "REPLACE"):
        name = (mark * (MIB // len(mark)))[: MIB // 2]
        yield Case(f"a name of 500 kB of {mark}", SPEC.replace("name: a\n", f"name: '{name}'\n", 1), -1)
    yield Case("20,000 placeholders", SPEC + "      - name: A_NAME\n        image: a:1\n" * 20_000, -1)
    yield Case("a body without a kind", _BODY, FOUND, "unknown-kind")
    yield Case("3,000 bodies without a kind", f"{_BODY}---\n" * 3000, FOUND, "unknown-kind")
    yield Case("a field that is null 20,000 times", SPEC + "      - name: null\n" * 20_000, FOUND)
