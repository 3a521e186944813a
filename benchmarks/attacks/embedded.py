"""Hostile Markdown and shell files."""

from collections.abc import Iterator

from benchmarks.attacks.case import CLEAN, HEAD, SPEC, Case


def cases() -> Iterator[Case]:
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
