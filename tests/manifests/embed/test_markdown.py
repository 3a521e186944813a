"""Documents in the code blocks of Markdown."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joblint.manifests.embed import blocks, commonmark
from joblint.manifests.embed.block import Unread
from joblint.manifests.embed.code import CodeBlock
from joblint.manifests.embed.commonmark import MAX_NESTING, code_blocks
from joblint.manifests.embed.look import begins_as_yaml, label_kind
from joblint.manifests.embed.pieces import Piece
from tests.manifests.embed.wrapping import JOB, held, only, place, texts

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT.parent / "shared" / "seeds"


@pytest.mark.parametrize(
    ("info", "kind"),
    [
        ("yaml", "yaml"), (' YAML title="x"', "yaml"), ("yml {2,4}", "yaml"), ("yaml{2}", "yaml"),
        ("yaml:x.yaml", "yaml"), ("{.yaml}", "yaml"), ("{ .yaml .numberLines }", "yaml"), ("{code-block} yaml", "yaml"),
        ("{#id .json}", "json"),
        ("job.yaml", "yaml"), ("k8s", "yaml"), ("json", "json"), ("jsonc", "maybe json"), ("bash", "shell"),
        ("Sh", "shell"), ("console", "transcript"), ("shell-session", "transcript"), ("", "plain"), ("text", "plain"),
        ("  ", "plain"),
        ("{2-3}", "plain"), ("go", "other"), ("yaml+jinja", "other"), ("{r}", "other"),
        ("diff", "other"), ("!yaml", "other"),
    ],
)  # fmt: skip
def test_label_kind(info: str, kind: str) -> None:
    assert label_kind(info) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", True), ("---\n", True), ("\n# x\n - a: 1", True), ('{"a": 1}', True), ("'a b': c", True),
        ("a:\n", True), ("$ kubectl get", False), ("Name: x y: z", True), ("a b: c", False), ("", False),
        ("http://x", False), ("NAME   READY", False), ("# only\n", False),
    ],
)  # fmt: skip
def test_begins_as_yaml(text: str, expected: bool) -> None:
    assert begins_as_yaml(text) is expected


@pytest.mark.parametrize(
    ("outer", "line", "column"),
    [
        ("```yaml\n{}```\n", 3, 7),
        ("~~~yaml\n{}~~~\n", 3, 7),
        ("text\n```yaml\n{}\n", 4, 7),
        ("<details>\n<summary>x</summary>\n```yaml\n{}```\n</details>\n", 5, 7),
        ("<details>\n\n```yaml\n{}```\n\n</details>\n", 5, 7),
        ('<Tabs>\n<TabItem value="x">\n```yaml\n{}```\n</TabItem>\n', 5, 7),
        ('{{{{< tab name="x" >}}}}\n```yaml\n{}```\n{{{{< /tab >}}}}\n', 4, 7),
        (":::note\n```yaml\n{}```\n:::\n", 4, 7),
        ("---\ntitle: x\n---\n```yaml\n{}```\n", 6, 7),
        ("# x\n````md\n```yaml\nkind: Job\n```\n````\n```yaml\n{}```\n", 9, 7),
        ("<!--\n```yaml\nkind: Job\n```\n-->\n```yaml\n{}```\n", 8, 7),
        ("<pre>\n```yaml\nkind: Job\n```\n\n```yaml\n</pre>\n```yaml\n{}```\n", 10, 7),
        ("`` ```yaml ``\n\n```yaml `x`\n\n```yaml\n{}```\n", 7, 7),
        ("\ufeff```yaml\n{}```\n", 3, 7),
        ("```\n{}```\n", 3, 7),
        ("```bash\n{}```\n", 3, 7),
        ("```text\n# x\n---\n{}```\n", 5, 7),
        ("> [!NOTE]\n> x\n\n```yaml\n{}```\n", 6, 7),
        ("a\n===\n```yaml\n{}```\n", 5, 7),
    ],
)
def test_places(outer: str, line: int, column: int) -> None:
    outer = outer.format(JOB)
    block = only(outer)
    assert block.text.strip().endswith(JOB.strip())
    assert place(block, outer, "Job") == (line, column)


@pytest.mark.parametrize(
    ("outer", "line", "column"),
    [
        ("- a\n  ```yaml\n  kind: Job\n  ```\n", 3, 9),
        ("1. a\n   - b\n\n     ```yaml\n     kind: Job\n     ```\n", 5, 12),
        ("> a\n> ```yaml\n> kind: Job\n> ```\n", 3, 9),
        ("> > - ```yaml\n>>   kind: Job\n> >   ```\n", 2, 12),
        (">```yaml\n>kind: Job\n>```\n", 2, 8),
        ("-\t```yaml\n\tkind: Job\n\t```\n", 2, 8),
        ("   ```yaml\n   kind: Job\n```\n", 2, 10),
        ("* a\n\n\n      ```yaml\n      kind: Job\n      ```\n", 5, 13),
        ("<Tabs>\n  <TabItem>\n\n    ```yaml\n    kind: Job\n    ```\n\n  </TabItem>\n", 5, 11),
        ('=== "YAML"\n\n    ```yaml\n    kind: Job\n    ```\n', 4, 11),
        ("!!! note\n    ```yaml\n    kind: Job\n    ```\n", 3, 11),
        ("!!! note\n    1. a\n\n        ```yaml\n        kind: Job\n        ```\n", 5, 15),
        ("a\n\n    kind: Job\n", 3, 11),
        ("- a\n\n      kind: Job\n- b\n", 3, 13),
        ("- ```yaml\n  kind: Job\n- b\n", 2, 9),
        ("> ```yaml\n> kind: Job\nx\n```\n```\n", 2, 9),
        ("```yaml\r\nkind: Job\r\n```\r\n", 2, 7),
        ("- a\r\n\r\n  ```yaml\r\n  kind: Job\r\n  ```\r\n", 4, 9),
        ("```{code-block} yaml\n:linenos:\n:name: x\nkind: Job\n```\n", 4, 7),
    ],
)
def test_indented_places(outer: str, line: int, column: int) -> None:
    block = only(outer)
    assert block.text.rstrip("\r\n") == "kind: Job"
    assert place(block, outer, "Job") == (line, column)


def test_old_line_ends() -> None:
    block = only("a\r```yaml\rkind: Job\rb: c\r```\rd\r")
    assert block.text == "kind: Job\rb: c\r"


@pytest.mark.parametrize(
    ("outer", "found"),
    [
        ("```yaml\nkind: Job\n```{{exec}}\n```yaml\nkind: CronJob\n```\n", ["kind: Job\n", "kind: CronJob\n"]),
        ("```yaml\nkind: Job\n``` {{ copy }}\ntext\n", ["kind: Job\n"]),
        ("```yaml\nkind: Job\n````{{execute T1}} \ntext\n", ["kind: Job\n"]),
        ("```yaml\nkind: Job\n```{copy}\n\ntext\n", ["kind: Job\n"]),
        ("~~~yaml\nkind: Job\n~~~{: .pub}", ["kind: Job\n"]),
        ("- ```yaml\n  kind: Job\n  ```{copy}\n\n  x\n", ["kind: Job\n"]),
        ("```yaml\nkind: Job\n```yaml\na: b\n```\n", ["kind: Job\n```yaml\na: b\n"]),
        ("```yaml\nkind: Job\n```{r}\na\n```\n", ["kind: Job\n```{r}\na\n"]),
        ("```yaml\nkind: Job\n\n```{r}\n\na\n```\n", ["kind: Job\n\n```{r}\n\na\n"]),
        ("```yaml\nkind: Job\n~~~{{exec}}\n```\n", ["kind: Job\n~~~{{exec}}\n"]),
        ("````yaml\nkind: Job\n```{{exec}}\n````\n", ["kind: Job\n```{{exec}}\n"]),
        ("```yaml\nkind: Job\n    ```\n```\n", ["kind: Job\n    ```\n"]),
        ("```yaml\nkind: Job\n", ["kind: Job\n"]),
        ("```yaml\nkind: Job", ["kind: Job"]),
    ],
)
def test_closing_fences(outer: str, found: list[str]) -> None:
    assert texts(outer) == found


@pytest.mark.parametrize(
    ("outer", "language", "origin", "info", "guess"),
    [
        ("```yaml x\n{}```\n", "yaml", "fence", "yaml x", False),
        ('```json\n{{"kind": "Job"}}\n```\n', "json", "fence", "json", False),
        ('```jsonc\n{{"kind": "Job"}}\n```\n', "json", "fence", "jsonc", True),
        ('```\n{{"a": 1,\n"kind": "Job"}}\n```\n', "json", "fence", "", True),
        ("```\n{}```\n", "yaml", "fence", "", True),
        ("```sh\n{}```\n", "yaml", "fence", "sh", True),
        ("```\nparallelism: 2\n```\nkind: Job\n", "yaml", "fence", "", True),
        ("```yaml\nfoo: bar\n```\nkind: Job\n", "yaml", "fence", "yaml", False),
        ("    apiVersion: batch/v1\n    kind: Job\n", "yaml", "indented", "", True),
        ("```yaml\ncat <<EOF | kubectl apply -f -\n{}EOF\n```\n", "yaml", "heredoc", "", False),
        ("```yaml\n<<: *a\nkind: Job\n```\n", "yaml", "fence", "yaml", False),
        ("```yaml\n{}a: |\n  cat > x.yaml <<EOF\n  kind: Job\n  EOF\n```\n", "yaml", "fence", "yaml", False),
        ("```\n{}a: |\n  cat > x.yaml <<EOF\n  kind: Job\n  EOF\n```\n", "yaml", "fence", "", True),
        ("```bash\ncat <<EOF > x.json\n{}EOF\n```\n", "json", "heredoc", "x.json", False),
    ],
)
def test_what_a_block_says(outer: str, language: str, origin: str, info: str, guess: bool) -> None:
    block = only(outer.format(JOB))
    assert (block.language, block.origin, block.info, block.guess) == (language, origin, info, guess)


@pytest.mark.parametrize(
    "outer",
    [
        "```go\n{}```\n",
        "```yaml+jinja\n{}```\n",
        "```\n$ kubectl get job -o yaml\n{}```\n",
        "```\nName: x\nKind: Job\nAPI Version: batch/v1\n```\n",
        "```bash\nkubectl get jobs\n```\n{}",
        "```yaml\n\n \n```\n{}",
        "```yaml\n```\n{}",
        "    ls\n\n{}",
        "<!--\n```yaml\n{}```\n-->\n",
        "text\n    {}",
        "```bash\n# cat <<EOF\n# kind: Job\n# EOF\n```\n",
        "```bash\necho <<EOF\nkind of job\nEOF\n```\n{}",
    ],
)
def test_no_documents(outer: str) -> None:
    assert texts(outer.format(JOB)) == []


@pytest.mark.parametrize(
    ("outer", "line", "column"),
    [
        ("```console\n$ cat <<EOF | kubectl apply -f -\n{}EOF\njob.batch/x created\n```\n", 4, 7),
        ("```console\n# cat <<EOF | kubectl apply -f -\n{}EOF\n```\n", 4, 7),
        ("```\nroot@host:~# kubectl apply -f - <<EOF\n{}EOF\n```\n", 4, 7),
        ("```\n[root@host ~]# kubectl apply -f - <<EOF\n{}EOF\n```\n", 4, 7),
        ("```sh\nPlease don't\n$ cat <<EOF | kubectl apply -f -\n{}EOF\nit's (done\n```\n", 5, 7),
        ("```sh\n$ cat > x.yaml <<EOF\n> {}> EOF\n$ ls\n```\n", 4, 9),
    ],
)
def test_transcripts(outer: str, line: int, column: int) -> None:
    outer = outer.format(JOB.replace("\n", "\n> ", 1) if "> {}" in outer else JOB)
    block = only(outer)
    assert (block.text, block.guess) == (JOB, False)
    assert place(block, outer, "Job") == (line, column)


def test_heredoc_in_a_nested_fence() -> None:
    outer = (
        "1. x\n   > ```bash\n   > cat <<-EOF | kubectl apply -f -\n   > \tkind: Job\n   >\n   > \ta: \\$x ${Y} \\\n"
        "   > z\n   > \tEOF \n   > ```{{exec}}\n"
    )
    block = only(outer)
    assert block.text == "kind: Job\n\na: $x ${Y} z\n"
    assert [block.text[start:end] for start, end in block.opaque] == ["${Y}"]
    assert place(block, outer, "Job") == (4, 13)
    assert place(block, outer, "$x") == (6, 11)
    assert place(block, outer, "z") == (7, 6)
    assert [outer[flaw.start : flaw.end] for flaw in block.flaws] == ["EOF"]
    assert block.flaws[0].start == outer.index("EOF")


def test_a_tab_that_reaches_into_the_content() -> None:
    outer = "> - ```yaml\n>\t kind: Job\n>   ```\n"
    (block,) = blocks(outer, "markdown")
    assert block.text == " kind: Job\n"
    assert place(block, outer, "Job") == (2, 10)


def test_too_deep_is_a_paragraph_and_hides_nothing() -> None:
    deep = MAX_NESTING + 5
    outer = ">" * deep + " a\n\n" + "- " * deep + "a\n\n```yaml\nkind: Job\n```\n"
    assert texts(outer) == ["kind: Job\n"]
    outer = "> " * (MAX_NESTING - 1) + "```yaml\n" + "> " * (MAX_NESTING - 1) + "kind: Job\n"
    assert texts(outer) == ["kind: Job\n"]


END = "```yaml\nkind: Job\n```\n"


def unread(outer: str) -> list[tuple[int, str]]:
    noted: Unread = {}
    list(blocks(outer, "markdown", noted))
    return [(start, why.partition(":")[0].partition(" ")[2]) for why, start in noted.items()]


def test_too_deep_is_noted() -> None:
    quotes, lists = "> " * (MAX_NESTING + 1), "- " * (MAX_NESTING // 2 + 1)
    said = f"and lists are nested more than {MAX_NESTING} levels deep"
    assert unread(f"{END}\n{quotes}```yaml\n") == [(len(END) + 1 + 2 * (MAX_NESTING - 1), said)]
    assert [why for _, why in unread(f"{lists}```\n{END}")] == [said]
    assert unread(f"{END}\n{quotes}a\n") == []  # nothing of it is code
    assert unread("> " * (MAX_NESTING - 1) + END) == []


@pytest.mark.parametrize(
    "line",
    ["", "a\n", "a kind of job\n", "\n", "- a job\n", "1. kind\n", "> a job of a kind\n", "<b>\n\n", "# job\n\n"],
)
def test_a_long_text_is_read_to_its_end(line: str) -> None:
    outer = END + "\n" + line * 200_000 + "\n" + END
    assert texts(outer) == ["kind: Job\n"] * 2
    assert unread(outer) == []


def test_too_much_in_one_list_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commonmark, "MAX_LINES", 1000)
    outer = f"{END}\n- a\n" + "  - ```yaml\n    kind: Job\n    ```\n" * 1000 + f"\n{END}"
    assert texts(outer) == ["kind: Job\n"] * 2
    assert [start for start, _ in unread(outer)] == [len(END) + 1]


PARTS = (
    "```yaml\n", "```\n", "~~~\n", "````\n", "kind: Job\n", "    kind: Job\n", "\tkind: Job\n", "\n", "- ", "1. ",
    "> ", "  ", "    ", "a\n", "# a\n", "---\n", "<!--\n", "-->\n", "<pre>\n", "</pre>\n", "<div>\n", "<script>",
    "<?", "?>\n", "`", "\r\n", "``` `a`\n", "```{{exec}}\n", "```{copy}\n", "!!! note\n", "- - ", "* * *\n", "2) ",
    " ", "```yaml\r\n", "\r", "<![CDATA[", "]]>\n",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join).map("{}\n".format))
def test_pieces_are_read_as_the_whole(text: str) -> None:
    """Nothing that is read piece by piece is read in another way than at once."""
    source = text.replace("\r\n", " \n").replace("\r", "\n")
    at_once = commonmark._Reader(text, source, {})
    at_once._find(Piece(0, len(text)))
    assert shown(code_blocks(text)) == shown(at_once.found)


def shown(found: list[CodeBlock]) -> list[tuple[object, ...]]:
    """Code blocks that may hold a manifest, with what `Segments` do rather than how."""
    return [
        (code.origin, code.info.strip(), one.text, [one.outer(at) for at, _ in enumerate(one.text)], one.head,
         one.prefix, one.newline, one.stops)
        for code in found
        if (one := code.segments).text.strip() and (code.origin == "fence" or "kind" in one.text)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outer", "count"),
    [
        ("```yaml\n" * 20_000, 1),
        ("- ```yaml\n" * 20_000, 0),
        ("> ```yaml\n\n" * 20_000, 0),
        ("<div>\n```\n" * 20_000, 10_000),
        ("    ```a\n" * 20_000, 1),
        (">" * 100_000, 0),
        ("> " * 500 + "a\n" * 5_000, 0),
        ("- " * 100_000, 0),
        ("[" * 100_000 + "\n" * 100_000, 0),
        ("<a " + "b='" * 100_000, 0),
        ("`" * 100_000 + "\n~~~", 1),
        ("    kind:\n" + "\n" * 100_000, 1),
        ("\t" * 100_000 + "kind:", 1),
        ("\0\ud800\u2028```\n\x0c", 0),
    ],
)
def test_hostile_texts_end(outer: str, count: int) -> None:
    assert len([code for code in code_blocks(outer) if code.segments.text]) == count


@pytest.mark.parametrize(
    ("seed", "jobs", "places"),
    [
        ("000.md", 2, [30, 100, 149, 155]),
        ("001.md", 5, [19, 101, 175, 271, 365, 424, 490, 497, 504]),
        ("002.md", 7, [44, 60, 220, 236, 327, 344, 469, 594, 620, 709]),
        ("003.md", 2, [9, 44]),
        ("004.md", 4, [20, 52, 90, 134, 143, 152, 171]),
    ],
)
def test_seeds(seed: str, jobs: int, places: list[int]) -> None:
    if not (SEEDS / seed).exists():
        pytest.skip("no seeds beside the checkout")
    outer = (SEEDS / seed).read_text(encoding="utf-8")
    found = held(outer)
    assert sum("kind: Job\n" in block.text for block in found) == jobs
    assert [place(block, outer, block.text[0])[0] for block in found] == places
    assert not any(block.opaque or block.flaws for block in found)
