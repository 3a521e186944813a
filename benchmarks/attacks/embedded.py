"""Hostile Markdown, reStructuredText and shell files."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, FAILED, FOUND, HEAD, MIB, SPEC, Case


def cases() -> Iterator[Case]:
    yield from _markdown_and_shell()
    yield from _rst()


def _rst() -> Iterator[Case]:
    bad = ".. code-block:: yaml\n\n" + "".join(f"   {line}\n" for line in f"{HEAD}specs: 1\n".splitlines())
    short = "a kind of job\n"
    for name, text in {
        "prose": f"{short}\n" * 500_000,
        "one paragraph": short * 300_000 + "\n",
        "CRLF": "a\r\n\r\n" * 1_000_000,
        "blank lines": "\n" * 5 * MIB,
        "open literal blocks": "kind::\n\n" * 100_000,
        "code of others": ".. code:: go\n\n   job::\n\n" * 90_000,
    }.items():
        yield Case(f"long reStructuredText: {name}", text + bad, FOUND, "specs", file="a.rst")
    for name, text in {
        "tabs": "::\n\n\tkind:" + "\t" * MIB + "job\n",
        "one literal block": "::\n\n" + "  kind: Job\n" * 500_000,
        "directives": ".. code:: go\n\n  kind: Job\n" * 300_000,
    }.items():
        yield Case(f"too much reStructuredText: {name}", text, FAILED, "the rest is not checked", file="a.rst")
    for name, text in {
        "markers": "- " * 5 * MIB + "kind: Job::\n\n  a\n",
        "fields": ":kind: " * MIB + "Job::\n",
        "nested notes": "".join(" " * i + ".. note:: kind: Job::\n\n" for i in range(5_000)),
        "nested fields": "".join(" " * i + ":kind: Job::\n\n" for i in range(5_000)),
        "nested comments": "".join(" " * i + ".. kind: Job\n" for i in range(5_000)),
        "a long name": ".. job-kind" + "a" * 20 * MIB + "::\n",
        "a long field": ":job kind" + "a" * 20 * MIB + "\n..\n",
        "colons": "job kind " + ":" * 20 * MIB,
        "backslashes": "job kind " + "\\" * 20 * MIB + "::\n",
        "a long suppression": ".. joblint: ignore[a] kind job" * 200_000,
    }.items():
        yield Case(f"reStructuredText: {name}", text, -1, file="a.rst")
    yield Case("5,000 literal blocks with Jobs", f"::\n\n  {SPEC}\n\n".replace("\n", "\n  ") * 5_000, -1, file="a.rst")
    lines = ".. joblint: ignore[unknown-field]\n\n" * 100_000
    yield Case("100,000 suppressions in reStructuredText", lines + bad, FOUND, "no-containers", file="a.rst")


def _markdown_and_shell() -> Iterator[Case]:
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
