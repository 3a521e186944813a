"""Texts that test what is read: long texts, elisions, objects of other kinds, Lists in Lists."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.case import CLEAN, FAILED, FOUND, HEAD, MIB, SPEC, Case

FENCE = "```yaml\nkind: Job\n```\n"
ELIDED = f"{HEAD}spec:\n"


def cases() -> Iterator[Case]:
    yield from _long_texts()
    yield from _elisions()
    yield from _other_kinds()


def _long_texts() -> Iterator[Case]:
    bad = f"\n```yaml\n{HEAD}specs: 1\n```\n"
    for name, line in {
        "prose": "A kind of job.\n\n",
        "one paragraph": "A kind of job\n",
        "items": "- a job\n",
        "quotes": "> kind of a job\n",
        "nested items": "- a\n  - kind\n    - job\n",
        "HTML": "<div>\n\n",
        "blank lines": "\n",
        "rules": "---\n",
        "code": "    kind\n\n",
    }.items():
        lines = 1_000_000 // line.count("\n")
        yield Case(f"1,000,000 lines of Markdown: {name}", line * lines + bad, FOUND, "specs", file="a.md")
    yield Case("5,000,000 short items", "- a\n" * 5_000_000 + bad, FOUND, "specs", file="a.md")
    yield Case("5,000,000 short lines", "job\n\n" * 2_500_000 + bad, FOUND, "specs", file="a.md")
    yield Case("one item of 5,000,000 lines", "- kind\n" + "  - a\n" * 5_000_000 + bad, FOUND, "specs", file="a.md")
    nested = "- a\n" + "  - ```\n    kind\n" * 500_000 + bad
    yield Case(
        "one list of 1,000,000 lines with fences", nested, FAILED, "the rest of this file is not checked", file="a.md"
    )
    yield Case("1,000,000 fences of others", "```go\nx\n```\n" * 333_000 + bad, FOUND, "specs", file="a.md")
    yield Case("an open comment", "<!--\n" + FENCE * 200_000, CLEAN, file="a.md")
    yield Case("comments that open and close", "<!--\n-->\n" * 150_000 + bad, FOUND, "specs", file="a.md")
    yield Case("300,000 comments in items", "- <!-- job kind\n" * 300_000, -1, file="a.md")
    yield Case("fences that are indented and open", "  ~~~ job kind\n\n" * 200_000, -1, file="a.md")
    yield Case(
        "fences too deep", "> " * 30 + "```yaml\n" + "> " * 30 + "kind: Job\n", FAILED, "nested more", file="a.md"
    )
    script = "cat <<EOF > a.txt\na\nEOF\n" * 20_000 + f"kubectl apply -f - <<EOF\n{SPEC}EOF\n"
    yield Case("a script of 20,000 here-documents", script, -1, file="a.sh")


def _elisions() -> Iterator[Case]:
    def fence(text: str) -> str:
        return f"```yaml\n{ELIDED}{text}\n```\n"

    yield Case("a megabyte of dots", fence("." * MIB), -1, file="a.md")
    yield Case("a megabyte of lines of dots", fence("  ...\n" * (MIB // 6)), CLEAN, file="a.md")
    yield Case("a megabyte of one dot a line", fence(".\n" * (MIB // 2)), CLEAN, file="a.md")
    yield Case("a megabyte of comments of dots", fence("# ...\n" * (MIB // 6)), CLEAN, file="a.md")
    yield Case("a megabyte of dots in brackets", fence("  a: " + "[..., " * (MIB // 6)), -1, file="a.md")
    for name, line in {
        "quotes": '"' * 1900,
        "values": "a: " + "x ... " * 300,
        "dots": "a: " + "." * 1900 + "x",
        "items": "- " * 900 + "...x",
        "brackets": "<" * 1900 + "...x",
        "words": "# " + "omitted " * 200 + "...",
    }.items():
        yield Case(f"long lines of {name}", fence(f"{line} ...\n" * 500), -1, file="a.md")


def _other_kinds() -> Iterator[Case]:
    head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: jobs.x.io\nspec:\n"
    field = (
        "            completions:\n              description: A kind of Job in batch/v1.\n              type: integer\n"
    )
    yield Case("a CRD of 300,000 lines", head + field * 100_000, CLEAN)
    yield Case("100,000 lines that begin with kind", "kind: Pod\n" * 100_000, -1)
    yield Case("100,000 lines of a kind's value", "kind: Pod\n" + "\n" * 100_000 + "  Job\n", -1)
    yield Case("a megabyte of backslashes", "kind: Pod\nx: job" + "\\" * MIB, -1)
    yield Case("a megabyte of escaped line breaks", 'kind: "' + "\\\n" * (MIB // 2) + '"\n', -1)
    yield Case("a megabyte of escapes", 'kind: "' + "\\x4a" * (MIB // 4) + '"\n', -1)
    lists = "".join(f"x{i}: &a{i} {{kind: List, items: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 60))
    bomb = f"x0: &a0 {{kind: Job, apiVersion: batch/v1}}\n{lists}kind: List\napiVersion: v1\nitems: [*a59]\n"
    yield Case("Lists in Lists by aliases", bomb, -1)
    yield Case("Lists in Lists", _nested(200), -1)
    yield Case("an object of every kind", _every_kind, CLEAN)


def _nested(depth: int) -> str:
    job = '{"apiVersion": "batch/v1", "kind": "Job"}'
    return '{"apiVersion": "v1", "kind": "List", "items": [' * depth + job + "]}" * depth


def _every_kind(folder: Path) -> None:
    text = "".join(f"apiVersion: v1\nkind: Kind{i}\nmetadata: {{name: job}}\n---\n" for i in range(50_000))
    (folder / "a.yaml").write_text(text)
