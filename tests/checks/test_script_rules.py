"""What a container's words and script are taken for. The cards have the typical cases."""

import pytest

import joblint
from joblint.rule.finding import Finding
from tests.checking import indexed, job, lint, script
from tests.rule.edit.test_edit import apply

BEHIND, NO_C, LINE, MODE = (
    "words-behind-script",
    "shell-without-script",
    "command-line-in-one-word",
    "script-not-executable",
)
LEFT, HIDES, SLIP, NEVER = "unawaited-process", "pipeline-hides-failure", "misspelt-variable", "unreturned-exit-code"


def fixed(text: str, found: Finding) -> str:
    """A text with a finding's fix made."""
    assert found.fix is not None
    return apply(text, found.fix.edits)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("command: [sh, -c, echo, hello]", [(BEHIND, "hello")]),
        ('command: [sh, -c, "fetch --all", --now]', [(BEHIND, "--now")]),
        ('command: [sh, -c, "fetch", "load all"]', [(BEHIND, "load all")]),
        ('command: [bash, -ec, "fetch --all", bash, --now]', [(BEHIND, "bash")]),
        ('command: [bash, -c, "fetch --all", bash]', []),
        ('command: [bash, -c, "fetch --all", fetch]', []),
        ('command: [bash, -c, --, "sleep 10;"]', []),
        ('command: [bash, -c, fetch, "--"]', []),
        ("command: [bash, -c, 'fetch \"$1\"', fetch, a]", []),
        ("command: [bash, -c, 'exec \"$@\"', fetch, a]", []),
        ("command: [bash, -c, 'for x do fetch; done', fetch, a]", []),
        ("command: [bash, -c, '. /etc/env', fetch, a]", []),
        ("command: [bash, -c, $SCRIPT, fetch, a]", []),
        ("command: [bash, -c, echo, '${X}']", [(BEHIND, "${X}")]),
        ("args: [sh, -c, echo, hello]", [(BEHIND, "hello")]),
        ("command: [sh, echo, -c, hello]", [(NO_C, "echo")]),
        ('command: [bash, "python main.py"]', [(NO_C, "python main.py")]),
        ("command: [sh, /run.sh, -c]", []),
        ('command: [sh, "/opt/my scripts/run.sh", x]', []),
        ('command: ["python main.py"]', [(LINE, "python main.py")]),
        ('command: ["run --all"]', [(LINE, "run --all")]),
        ('command: ["/app/load.sh all"]', [(LINE, "/app/load.sh all")]),
        ('command: ["sh "]', [(LINE, "sh ")]),
        ('command: ["/opt/My App/run"]', []),
        ('command: ["C:\\\\Program Files\\\\run.exe -x"]', []),
        ('command: ["$(PROGRAM) --all"]', []),
        ('command: ["{{ program }} --all"]', []),
        ('command: [run, "all of it"]', []),
        ('args: ["python main.py"]', []),
    ],
)
def test_words(words: str, expected: list[tuple[str, str]]) -> None:
    found = [(rule, text.strip("\"'")) for rule, _, text in lint(job(words))]
    assert [(rule, text.strip()) for rule, text in found] == [(rule, text.strip()) for rule, text in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("work &", [(LEFT, "&")]),
        ("work & echo started", [(LEFT, "&")]),
        ("work &\nexit 0", [(LEFT, "&")]),
        ("(work; more) &", [(LEFT, "&")]),
        ("while read x; do work $x & done", [(LEFT, "&")]),
        ("work & wait", []),
        ("work &\npid=$!\nwait $pid", []),
        ("proxy &\nwork", []),
        ("proxy &\nwork\nkill %1", []),
        ("proxy &\necho $(work)", []),
        ("proxy &\nif true; then work; fi", []),
        ("work && more", []),
        ("work > /dev/null 2>&1", []),
        ("work &> /dev/null", []),
        ("work 'a & b'", []),
        ('echo "a &"', []),
        ("pg_dump x | gzip > y", [(HIDES, "pg_dump")]),
        ("PGPASSWORD=x /usr/bin/pg_dump x | gzip | aws s3 cp - s3://x", [(HIDES, "/usr/bin/pg_dump")]),
        ("etcdctl snapshot save /dev/stdout | gzip > y", [(HIDES, "etcdctl")]),
        ("etcdctl member list | tee y", []),
        ("set -o pipefail; pg_dump x | gzip > y", []),
        ("pg_dump x | gzip > y; [ -s y ]", []),
        ("pg_dump x | gzip > y; gzip -t y", []),
        ("pg_dump -s -t rows x | gzip > y", [(HIDES, "pg_dump")]),
        ("pg_dump x | grep -v SET > y", []),
        ("echo pg_dump | gzip > y", []),
        ("pg_dump x > y", []),
    ],
)
def test_what_runs_beside(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(rule, shown) for rule, _, shown in lint(job(script(text)))] == expected


ENV = "[{name: DATABASE_URL, value: x}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("work $DATABSE_URL", [(SLIP, "DATABSE_URL")]),
        ("work ${DATABASEURL} $DATABASEURL", [(SLIP, "DATABASEURL")]),
        ('work "$DATABAES_URL"', [(SLIP, "DATABAES_URL")]),
        ("work $DATABASE_URLS", []),
        ("work $DATABASE_URI", []),
        ("work $DATABASE_URL $DATABSE_URL", []),
        ("DATABSE_URL=x; work $DATABSE_URL", []),
        ("read DATABSE_URL; work $DATABSE_URL", []),
        ("work ${DATABSE_URL:-x}", []),
        ("work '$DATABSE_URL'", []),
        ("work # $DATABSE_URL", []),
        (". /env; work $DATABSE_URL", []),
        ("work $DATABASE2_URL", []),
        ("work $HOME", []),
    ],
)
def test_a_misspelt_variable(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(rule, shown) for rule, _, shown in lint(job(script(text, ENV)))] == expected


POLICY = "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: %s, values: [%s]}}]}"


@pytest.mark.parametrize(
    ("text", "operator", "values", "expected"),
    [
        ("work || exit 1", "In", "42", ["42"]),
        ("work || exit 1", "In", "1, 42", ["42"]),
        ("work || true", "In", "1, 3", ["1", "3"]),
        ("exit 42", "In", "42", []),
        ("work", "In", "42", []),
        ("work || true", "In", "137", []),
        ("work || true", "NotIn", "3", ["3"]),
        ("exit 3", "NotIn", "3", []),
        ("exit 3", "NotIn", "0, 137", []),
        ("trap x EXIT; work || exit 1", "In", "42", []),
        ("work || exit $CODE", "In", "42", []),
    ],
)
def test_an_exit_code_that_is_never_returned(text: str, operator: str, values: str, expected: list[str]) -> None:
    found = lint(job(script(text), POLICY % (operator, values)))
    assert found == [(NEVER, "mistake", value) for value in expected]


def test_one_container_that_nobody_can_see_may_return_any_code() -> None:
    text = (
        job(script("work || exit 1"), POLICY % ("In", "42"))
        + "      - name: other\n        image: registry.example/t:1\n"
    )
    assert lint(text) == []


@pytest.mark.parametrize(
    ("volume", "path", "count"),
    [
        ("configMap: {name: c}", "/s/run.sh", 1),
        ("secret: {secretName: c}", "/s/run.sh", 1),
        ("configMap: {name: c, defaultMode: 420}", "/s/run.sh", 1),
        ("configMap: {name: c, defaultMode: 0500}", "/s/run.sh", 0),
        ("configMap: {name: c, items: [{key: run, path: run.sh}]}", "/s/run.sh", 1),
        ("configMap: {name: c, items: [{key: run, path: run.sh, mode: 0755}]}", "/s/run.sh", 0),
        ("configMap: {name: c, items: [{key: run, path: walk.sh}]}", "/s/run.sh", 0),
        ("emptyDir: {}", "/s/run.sh", 0),
        ("configMap: {name: c}", "/t/run.sh", 0),
        ("configMap: {name: c}", "run.sh", 0),
    ],
)
def test_a_script_that_cannot_be_started(volume: str, path: str, count: int) -> None:
    lines = f"command: [{path}]\n        volumeMounts: [{{name: v, mountPath: /s}}]"
    text = job(lines) + f"      volumes: [{{name: v, {volume}}}]\n"
    assert lint(text) == [(MODE, "mistake", path)] * count


def test_the_mode_that_a_shell_does_not_need() -> None:
    lines = "command: [sh, %s]\n        volumeMounts: [{name: v, mountPath: /s}]"
    tail = "      volumes: [{name: v, configMap: {name: c}}]\n"
    assert lint(job(lines % "/s/run.sh") + tail) == []
    assert [rule for rule, _, _ in lint(job(lines % "-c, /s/run.sh") + tail)] == [MODE]


def test_scripts_that_are_hostile_cost_nothing() -> None:
    for text in ("( " * 4_000, "x & " * 4_000, "a | " * 4_000, "$ABCDE" * 3_000, "if " * 5_000, "'" * 9_999):
        found = joblint.lint(job(script(text.strip(), ENV), POLICY % ("In", "42")))
        assert all(finding.effect for finding in found)


CONFIG_MAP = """\
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: scripts
data:
  run.sh: |
    #!/bin/bash
    %s
"""


@pytest.mark.parametrize(
    ("command", "text", "expected"),
    [
        ("sh, /s/run.sh", "work &", [(LEFT, "&")]),
        ("sh, -e, /s/run.sh", "work &", [(LEFT, "&")]),
        ("sh, -c, /s/run.sh", "work &", [(LEFT, "&")]),
        ("/s/run.sh", "work &", [(LEFT, "&")]),
        ("sh, /s/walk.sh", "work &", []),
        ("python, /s/run.sh", "work &", []),
        ("sh, /s/run.sh", "work & wait", []),
        ("sh, /s/run.sh", "pg_dump x | gzip > y", [(HIDES, "pg_dump")]),
        ("bash, -o, pipefail, /s/run.sh", "pg_dump x | gzip > y", []),
        ("sh, /s/run.sh", "work || exit 3", [(NEVER, "42")]),
        ("sh, /s/run.sh", "work || exit 42", []),
    ],
)
def test_a_script_of_a_config_map(command: str, text: str, expected: list[tuple[str, str]]) -> None:
    lines = f"command: [{command}]\n        volumeMounts: [{{name: v, mountPath: /s}}]"
    volume = "      volumes: [{name: v, configMap: {name: scripts, defaultMode: 0755}}]\n"
    manifest = job(lines, POLICY % ("In", "42")) + volume + CONFIG_MAP % text
    found = [(rule, shown) for rule, _, shown in lint(manifest) if rule in (LEFT, HIDES) or text.startswith("work ||")]
    assert found == expected


def test_a_finding_in_a_script_of_a_config_map_shows_both_places() -> None:
    lines = "command: [sh, /s/run.sh]\n        volumeMounts: [{name: v, mountPath: /s}]"
    text = job(lines) + "      volumes: [{name: v, configMap: {name: scripts}}]\n" + CONFIG_MAP % "work &"
    [found] = joblint.lint(text)
    [place] = found.related
    assert text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1] == "/s/run.sh"
    assert text.splitlines()[found.line - 1][found.column - 1 : found.end_column - 1] == "&"


@pytest.mark.parametrize(
    ("lines", "sign", "expected"),
    [
        (["set -e", "curl -f x"], ">", ["curl"]),
        (["set -e;", "cd /data", "python3 x"], ">", ["python3"]),
        (["for x in a b; do", "  cd $x", "  python x", "done"], ">", []),
        (["for x in a b; do", "cd $x", "python x", "done"], ">-", ["python"]),
        (["set -e", "curl -f x"], "|", []),
        (["set -e &&", "curl -f x"], ">", []),
        (["set -e", "", "curl -f x"], ">", []),
        (["set -e", "work --all"], ">", ["work"]),
        (["set -eu -o pipefail", "./work"], ">", ["./work"]),
        (["set -e", "-x"], ">", []),
        (["set -eo", "pipefail"], ">", []),
        (["set a b", "work"], ">", []),
        (["set -e", "# work"], ">", []),
        (["echo please use", "curl"], ">", []),
        (["echo 'it is", "curl'"], ">", []),
        (["xargs", "curl x", "wget"], ">", []),
    ],
)
def test_a_folded_script(lines: list[str], sign: str, expected: list[str]) -> None:
    text = job(script("\n".join(lines)).replace("- |", f"- {sign}"))
    found = lint(text)
    assert found == [("folded-script", "mistake", word) for word in expected]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (script("work $JOB_INDEX"), [(SLIP, "JOB_INDEX")]),
        (script("work ${COMPLETION_INDEX}"), [(SLIP, "COMPLETION_INDEX")]),
        (script("work $JOB_INDEX", "[{name: JOB_INDEX, value: x}]"), []),
        (script("JOB_INDEX=3; work $JOB_INDEX"), []),
        (script("JOB_INDEX=$JOB_COMPLETION_INDEX; work $JOB_INDEX"), []),
        ("command: [python3, x.py, $JOB_COMPLETION_INDEX]", [("variable-without-shell", "$JOB_COMPLETION_INDEX")]),
        ("command: [python3, x.py, $(JOB_COMPLETION_INDEX)]", []),
        ("command: [python3, -c, 'print(\"$JOB_COMPLETION_INDEX\")']", []),
    ],
)
def test_the_index_under_another_name_or_unexpanded(lines: str, expected: list[tuple[str, str]]) -> None:
    found = [(rule, shown) for rule, effect, shown in lint(indexed(lines)) if effect == "mistake"]
    assert [pair for pair in found if pair[0] != "unread-index"] == expected


@pytest.mark.parametrize(
    ("lines", "effects"),
    [
        ("args: [$JOB_COMPLETION_INDEX]", ["advice"]),
        ("args: ['--part=${JOB_COMPLETION_INDEX}']", ["advice"]),
        ("args: [$(JOB_COMPLETION_INDEX)]", []),
        ("args: ['work $JOB_COMPLETION_INDEX']", []),
        ("args: [-c, work/$JOB_COMPLETION_INDEX]", []),
        ("args: [sh, -c, work/$JOB_COMPLETION_INDEX]", []),
        ("command: [/app/run.sh, $JOB_COMPLETION_INDEX]", ["advice"]),
        ("command: [sh, /app/run.sh, $JOB_COMPLETION_INDEX]", ["advice"]),
        ("command: [work, $JOB_COMPLETION_INDEX]", ["mistake"]),
        ("command: [work]\n        args: [--part, $JOB_COMPLETION_INDEX]", ["mistake"]),
        ("command: [work, $$JOB_COMPLETION_INDEX]", []),
        ("command: [tini, --, work, $JOB_COMPLETION_INDEX]", ["mistake"]),
        ("command: [envsubst, $JOB_COMPLETION_INDEX]", []),
    ],
)
def test_the_index_in_words_that_no_shell_reads(lines: str, effects: list[str]) -> None:
    found = lint(indexed(lines), "variable-without-shell")
    assert [effect for rule, effect, _ in found if rule == "variable-without-shell"] == effects


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        ('command: ["python main.py"]', 'command: ["python", "main.py"]'),
        (
            "command:\n        - kubectl get pods # all",
            "command:\n        - kubectl # all\n        - get\n        - pods",
        ),
        ('command: ["run.sh && more.sh"]', 'command: ["sh", "-c", "run.sh && more.sh"]'),
        ("""command: ["/bin/sh -c 'run | more'"]""", 'command: ["/bin/sh", "-c", "run | more"]'),
        ("""command: ["bash -ec 'run'"]""", 'command: ["bash", "-ec", "run"]'),
        ("""command: ["sh -c 'a' 'b'"]""", None),  # as a shell reads it, `b` would be ignored
        ('command: ["A=1 run -x"]', 'command: ["sh", "-c", "A=1 run -x"]'),
        ('command: ["run.sh && more.sh", x]', None),
        ('command: ["run.sh && more.sh"]\n        args: [x]', None),
        ('command: ["run.sh --all"]\n        args: [x]', 'command: ["run.sh", "--all"]\n        args: [x]'),
        ("command: ['sh ']", "command: ['sh']"),
        ("command: [sh, -c, echo, hello]", "command: [sh, -c, echo hello]"),
        ("command: [sh, -c, echo, $X, --all]", "command: [sh, -c, echo $X --all]"),
        ("command: [sh, -c]\n        args: [echo, hello]", "command: [sh, -c]\n        args: [echo hello]"),
        ("command: [sh, -c, echo]\n        args: [hello]", "command: [sh, -c, echo hello]"),
        ("command: [sh, -c, echo, hello world]", None),
        ("command: [sh, -c, set -e, fetch --all, load]", None),
        ("command: [sh, -c, echo, hello; rm x]", None),
    ],
)
def test_what_cures_words(lines: str, after: str | None) -> None:
    text = job(lines)
    [found] = [f for f in joblint.lint(text) if f.rule in (BEHIND, LINE)]
    assert (fixed(text, found) if found.fix else None) == (None if after is None else job(after))


def test_a_script_in_one_word_gets_the_shell_that_it_asks_for() -> None:
    lines = "command:\n        - |\n          #!/bin/bash\n          set -e\n          work\n"
    [found] = [f for f in joblint.lint(job(lines)) if f.rule == LINE]
    assert fixed(job(lines), found) == job(lines.replace("- |", "- /bin/bash\n        - -c\n        - |"))
    [found] = [f for f in joblint.lint(job(lines.replace("bash", "python"))) if f.rule == LINE]
    assert found.fix is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("work\necho done", "set -e\nwork\necho done"),
        ("#!/bin/sh\n# all\nwork\nexit 0", "#!/bin/sh\n# all\nset -e\nwork\nexit 0"),
        ("if true; then work; fi; exit 0", "set -e\nif true; then work; fi; exit 0"),
        ("work || true", None),
        ("work || echo bad", None),
    ],
)
def test_what_cures_a_swallowed_failure(text: str, after: str | None) -> None:
    whole = job(script(text))
    [found] = joblint.lint(whole, extend_select=("swallowed-failure",))
    assert (fixed(whole, found) if found.fix else None) == (None if after is None else job(script(after)))


@pytest.mark.parametrize(
    ("command", "text", "shown"),
    [
        ("sh, /s/run.sh", "work; exit 0", ["exit 0"]),
        ("/s/run.sh", "work || true", ["work || true"]),
        ("sh, -e, /s/run.sh", "work; exit 0", []),
        ("sh, /s/run.sh", "work", []),
        ("python3, /s/run.sh", "work; exit 0", []),
    ],
)
def test_a_failure_swallowed_in_a_script_of_a_config_map(command: str, text: str, shown: list[str]) -> None:
    lines = f"command: [{command}]\n        volumeMounts: [{{name: v, mountPath: /s}}]"
    volume = "      volumes: [{name: v, configMap: {name: scripts, defaultMode: 0755}}]\n"
    whole = job(lines) + volume + CONFIG_MAP % text
    found = [f for f in joblint.lint(whole, extend_select=("swallowed-failure",)) if f.rule == "swallowed-failure"]
    assert [whole.splitlines()[p.line - 1][p.column - 1 : p.end_column - 1] for p in found] == shown
    assert all(place.message == "used here" for finding in found for place in finding.related)
    assert all("backoffLimit" in finding.message and finding.fix is None for finding in found)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("work &", "work &\nwait"),
        ("for i in 1 2; do\n  work $i &\ndone\n", "for i in 1 2; do\n  work $i &\ndone\nwait\n"),
        ("pg_dump x | gzip > y", "set -o pipefail\npg_dump x | gzip > y"),
        ("\n#!/bin/bash\n\npg_dump x | gzip > y", "\n#!/bin/bash\n\nset -o pipefail\npg_dump x | gzip > y"),
    ],
)
def test_a_cure_has_a_line_of_its_own_where_there_are_lines(text: str, after: str) -> None:
    whole = job(script(text).replace("sh,", "bash,", 1).replace("- sh\n", "- bash\n", 1))
    [found] = [f for f in joblint.lint(whole) if f.rule in (LEFT, HIDES)]
    assert found.fix is not None
    assert fixed(whole, found) == job(script(after).replace("sh,", "bash,", 1).replace("- sh\n", "- bash\n", 1))
