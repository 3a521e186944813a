"""Bytes that are not text, or not in the usual encoding."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, FOUND, MIB, SPEC, Case


def cases() -> Iterator[Case]:
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
