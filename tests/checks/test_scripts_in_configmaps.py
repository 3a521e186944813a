"""Findings in a script that a container gets from a ConfigMap: at the script's line, wherever that is."""

import json
from pathlib import Path

import pytest

from joblint import lint
from joblint.engine.api import judge, make_settings
from joblint.engine.suppress import settle
from joblint.engine.suppress.layout import Layout
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.rule.finding import Finding, Related
from tests.cli.program import Program

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: debian:12
        command: [sh, /s/run.sh]
        volumeMounts: [{name: v, mountPath: /s}]
      volumes: [{name: v, configMap: {name: scripts}}]
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\ndata:\n"
SCRIPTS = [
    ("  run.sh: |\n    #!/bin/sh\n    work &\n", "&"),
    ("  run.sh: |2-\n    #!/bin/sh\n    work &\n", "&"),
    ('  run.sh: "#!/bin/sh\\nwork &\\n"\n', "&"),
    ('  "run.sh": "#!/bin/sh\\n\\\n    work \\x26\\n"\n', "\\x26"),
    ("  run.sh: '#!/bin/sh\n\n    work &'\n", "&"),
    ("  run.sh: &script |\n    work &\n", "&"),
    ("  x: &script |\n    work &\n  run.sh: *script\n", "&"),
    ("  run.sh: >\n    #!/bin/sh\n\n    work\n    &\n", "&"),
    ("  run.sh: work &\n", "&"),
]


def shown(text: str, found: Finding | Related) -> str:
    return text.splitlines()[found.line - 1][found.column - 1 : found.end_column - 1]


@pytest.mark.parametrize("frame", ["plain", "config first", "crlf", "markdown", "quote", "heredoc", "list"])
@pytest.mark.parametrize(("script", "sign"), SCRIPTS)
def test_place(script: str, sign: str, frame: str) -> None:
    text, path = f"{JOB}---\n{CONFIG}{script}", "a.yaml"
    if frame == "config first":
        text = f"{CONFIG}{script}---\n{JOB}"
    elif frame == "crlf":
        text = text.replace("\n", "\r\n")
    elif frame == "markdown":
        text, path = f"- Text.\n\n  ```yaml\n{indented(text, '  ')}  ```\n", "a.md"
    elif frame == "quote":
        text, path = f"> ```yaml\n{indented(text, '> ')}> ```\n", "a.md"
    elif frame == "heredoc":
        text, path = f"kubectl apply -f - <<'EOF'\n{text}EOF\n", "a.sh"
    elif frame == "list":
        items = "".join("- " + indented(one, "  ")[2:] for one in (JOB, CONFIG + script))
        text = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    (found,) = lint(text, path=path)
    assert (found.rule, shown(text, found)) == ("unawaited-process", sign)
    (use,) = found.related
    assert (use.message, shown(text, use)) == ("used here", "/s/run.sh")
    assert found.object is not None
    assert (found.object.kind, found.object.name) == ("Job", "a")


def indented(text: str, prefix: str) -> str:
    return "".join(prefix + line for line in text.splitlines(keepends=True))


def test_binary_data_is_no_script() -> None:
    text = f"{JOB}---\n{CONFIG.replace('data', 'binaryData')}  run.sh: d29yayAmCg==\n"
    assert lint(text) == []


def test_another_file(here: Path, joblint: Program) -> None:
    config = f"{CONFIG}{SCRIPTS[0][0]}"
    (here / "a.yaml").write_text(JOB)
    (here / "b.yaml").write_text(config)
    assert joblint("check", "--format", "concise", ".").out.startswith("b.yaml:7:10: warning[unawaited-process]")
    said = joblint("check", "--format", "text", "--color", "never", ".").out
    assert "work &" in said
    assert "a.yaml:12:23" in said
    for comment in ("  # joblint: ignore[unawaited-process]\n  run.sh", "  # joblint: ignore-file[all]\n  run.sh"):
        (here / "b.yaml").write_text(config.replace("  run.sh", comment))
        done = joblint("check", ".")
        assert (done.code, "1 suppressed" in done.out + done.err) == (0, True)
    (here / "b.yaml").write_text(config)
    (here / "a.yaml").write_text(JOB.replace("run.sh]", "run.sh]  # joblint: ignore[unawaited-process]"))
    assert joblint("check", ".").code == 0


def test_a_script_that_two_jobs_share_is_reported_once(here: Path, joblint: Program) -> None:
    (here / "a.yaml").write_text(JOB + "---\n" + JOB.replace("name: a}", "name: b}"))
    (here / "b.yaml").write_text(f"{CONFIG}{SCRIPTS[0][0]}")
    (here / "c.yaml").write_text(JOB.replace("name: a}", "name: c}"))
    found = joblint("check", "--format", "concise", ".").out.splitlines()
    assert [line for line in found if "unawaited" in line] == found[:1]


@pytest.mark.parametrize(("field", "fixes", "times"), [("backoffLimit", 0, 2), ("backofLimit", 20, 3)])
def test_the_comments_of_a_file_are_read_once_for_all_findings_in_it(
    monkeypatch: pytest.MonkeyPatch, field: str, fixes: int, times: int
) -> None:
    """For its own findings, for those of all other files, and when the fixes of these are tried."""
    read: list[str] = []

    def layout(source: Source, *rest: object) -> Layout:
        read.append(source.path)
        return Layout(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(settle, "Layout", layout)
    scripts = "".join(
        f"  {n}.sh: |{comment}\n    work &\n" for n, comment in enumerate(("", "  # joblint: ignore[all]"))
    )
    job = JOB.replace("backoffLimit", field)
    jobs = [
        Source(f"{n}.yaml", job.replace("name: a}", f"name: a{n}}}").replace("run.sh", f"{n % 2}.sh"))
        for n in range(20)
    ]
    result = judge(make_settings(), Corpus([*jobs, Source("scripts.yaml", CONFIG + scripts)]))
    found = [one for one in result.findings if one.fix is None]
    assert [(one.path, one.line) for one in found] == [("scripts.yaml", 6)]
    assert (len(result.findings) - len(found), len(result.suppressed)) == (fixes, 10)
    assert read.count("scripts.yaml") <= times


def test_a_script_in_another_file_keeps_no_fix_from_being_made(here: Path, joblint: Program) -> None:
    """Its finding was there before, though it is reported once, for whichever Job is judged first."""
    wrong = JOB.replace("backoffLimit", "backofLimit")
    for name in "ac":
        (here / f"{name}.yaml").write_text(wrong.replace("name: a}", f"name: {name}}}"))
    (here / "b.yaml").write_text(f"{CONFIG}{SCRIPTS[0][0]}")
    found = json.loads(joblint("check", "--format", "json", ".").out)["findings"]
    assert [(one["path"], one["rule"], one["fix"] is None) for one in found] == [
        ("a.yaml", "unknown-field", False),
        ("b.yaml", "unawaited-process", True),
        ("c.yaml", "unknown-field", False),
    ]
    done = joblint("fix", ".")
    assert "not fixed" not in done.err
    for name in "ac":
        assert "backoffLimit: 0" in (here / f"{name}.yaml").read_text()


@pytest.mark.parametrize("first", ["0.yaml", "b.yaml"])
def test_nor_does_one_in_the_same_file(here: Path, joblint: Program, first: str) -> None:
    """Also if it is reported for the Job of another file, which is judged first."""
    wrong = JOB.replace("backoffLimit", "backofLimit")
    (here / "a.yaml").write_text(f"{wrong}---\n{CONFIG}{SCRIPTS[0][0]}")
    (here / first).write_text(JOB.replace("name: a}", "name: b}") + "---\n" + JOB.replace("name: a}", "name: c}"))
    found = json.loads(joblint("check", "--format", "json", ".").out)["findings"]
    assert [(one["path"], one["rule"], one["fix"] is None) for one in found] == [
        ("a.yaml", "unknown-field", False),
        ("a.yaml", "unawaited-process", True),
    ]
    done = joblint("fix", ".")
    assert "not fixed" not in done.err
    assert "backoffLimit: 0" in (here / "a.yaml").read_text()


def test_nor_in_a_file_of_which_only_a_part_is_judged_again() -> None:
    text = JOB.replace("backoffLimit", "backofLimit") + f"---\n{CONFIG}{SCRIPTS[0][0]}" + "---\na: b\n" * 10_000
    assert [(one.rule, one.fix is None) for one in lint(text)] == [
        ("unknown-field", False),
        ("unawaited-process", True),
    ]


def test_no_comment_is_added_to_a_file_without_a_job_and_that_is_said(here: Path, joblint: Program) -> None:
    (here / "a.yaml").write_text(JOB)
    (here / "b.yaml").write_text(f"{CONFIG}{SCRIPTS[0][0]}")
    done = joblint("check", "--add-ignore", ".")
    assert (
        "joblint: b.yaml:7:10: not ignored: unawaited-process: the file has no Job; write the comment by hand"
        in done.err
    )
    assert (here / "b.yaml").read_text() == f"{CONFIG}{SCRIPTS[0][0]}"


def test_a_fix_is_in_the_file_of_its_finding(here: Path, joblint: Program) -> None:
    """A fix that makes the Job Indexed stays with the Job, and the script in another file is a related place."""
    (here / "a.yaml").write_text(JOB.replace("backoffLimit: 0", "backoffLimit: 0\n  completions: 3\n  parallelism: 3"))
    (here / "b.yaml").write_text(f"{CONFIG}  run.sh: |\n    work $JOB_COMPLETION_INDEX\n")
    assert joblint("check", "--format", "concise", ".").out.startswith(
        "a.yaml:16:45: warning[index-read-without-indexed]"
    )
    joblint("fix", "--unsafe-fixes", ".")
    assert "completionMode: Indexed" in (here / "a.yaml").read_text()
    assert joblint("check", ".").code == 0
