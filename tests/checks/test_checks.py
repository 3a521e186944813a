"""The checks on many small cases: schedules, quotes, dollars, queues. The cards have the typical ones."""

import pytest

import joblint
from tests.checking import indexed, job, lint, script
from tests.support import CRONJOB, cronjob, named

EVERY_MINUTE, UNEVEN = "every-minute-of-an-hour", "uneven-step"
IMPOSSIBLE, EITHER = "impossible-date", "day-of-month-or-week"


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("* */3 * * *", [(EVERY_MINUTE, "mistake", "*")]),
        ("*/1 8,20 * * 1-5", [(EVERY_MINUTE, "mistake", "*/1")]),
        ("* 0 1 1 *", [(EVERY_MINUTE, "mistake", "*")]),
        ("* * 15 * *", [(EVERY_MINUTE, "mistake", "*")]),
        ("* 8,9 * * *", []),
        ("* 9-17/1 * * *", []),
        ("0-30 8 * * *", []),
        ("* * * * 1", []),
        ("* * * 12 *", []),
        ("* * 1-7 * *", []),
        ("*/35 * * * *", [(UNEVEN, "mistake", "*/35")]),
        ("0-59/40 * * * *", [(UNEVEN, "mistake", "0-59/40")]),
        ("*/61 * * * *", [(UNEVEN, "mistake", "*/61")]),
        ("*/60 * * * *", []),
        ("*/30 * * * *", []),
        ("*/25 * * * *", [(UNEVEN, "advice", "*/25")]),
        ("5/40 * * * *", []),
        ("*/45 8,10 * * *", []),
        ("*/45 8-10 * * *", [(UNEVEN, "mistake", "*/45")]),
        ("*/70 8 * * *", [(UNEVEN, "mistake", "*/70")]),
        ("0 */23 * * *", [(UNEVEN, "mistake", "*/23")]),
        ("0 */48 * * *", [(UNEVEN, "mistake", "*/48")]),
        ("0 */5 * * *", [(UNEVEN, "advice", "*/5")]),
        ("0 */18 * * 1", []),
        ("0 0 */2 * *", [(UNEVEN, "advice", "*/2")]),
        ("0 0 */31 * *", []),
        ("0 0 */16 * *", [(UNEVEN, "mistake", "*/16")]),
        ("0 0 */16 6 *", []),
        ("0 0 1 */5 *", [(UNEVEN, "advice", "*/5")]),
        ("0 0 1 */7 *", [(UNEVEN, "mistake", "*/7")]),
        ("0 0 * * */2", [(UNEVEN, "advice", "*/2")]),
        ("0 0 * * */6", [(UNEVEN, "mistake", "*/6")]),
        ("0 0 31 2 *", [(IMPOSSIBLE, "advice", "31 2")]),
        ("0 0 30 FEB ?", [(IMPOSSIBLE, "advice", "30 FEB")]),
        ("0 0 29 2 *", []),
        ("0 0 31 6,11 *", [(IMPOSSIBLE, "mistake", "31 6,11")]),
        ("0 0 31 6,12 *", []),
        ("0 0 31 2 1", [(EITHER, "advice", "31 2 1")]),
        ("0 0 , * *", [(IMPOSSIBLE, "mistake", ", *")]),
        ("0 9 1-7 * MON", [(EITHER, "mistake", "1-7 * MON")]),
        ("0 9 13 * 5", [(EITHER, "advice", "13 * 5")]),
        ("0 9 1,15 * 5", [(EITHER, "advice", "1,15 * 5")]),
        ("0 9 1,8-14 * 5", [(EITHER, "mistake", "1,8-14 * 5")]),
        ("0 9 */2 * 1", [(EITHER, "mistake", "*/2 * 1")]),  # Mondays come between: no gap to speak of
        ("0 9 1 * 0-6", [(EITHER, "mistake", "1 * 0-6")]),
        ("0 9 ? * 1", []),
        ("0 9 */1 * 1", []),
        ("0 9 1 * *", []),
        ("@daily", []),
        ("@every 7m", []),
        ("  0   0   31   6   *  ", [(IMPOSSIBLE, "mistake", "31   6")]),
    ],
)
def test_schedules(schedule: str, expected: list[tuple[str, str, str]]) -> None:
    found = lint(cronjob(f'schedule: "{schedule}"'), EVERY_MINUTE, UNEVEN, IMPOSSIBLE, EITHER)
    assert sorted(found) == sorted(expected)


def test_a_step_keeps_its_star_on_1_21() -> None:
    text = cronjob('schedule: "0 9 */2 * 1-5"')
    assert lint(text, kube_version="1.21") == []
    assert lint(text, kube_version="1.22") == [(EITHER, "mistake", "*/2 * 1-5")]


QUOTED = "index-in-single-quotes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo '$JOB_COMPLETION_INDEX'", ["$JOB_COMPLETION_INDEX"]),
        ("echo 'a ${JOB_COMPLETION_INDEX:-0} b'", ["${JOB_COMPLETION_INDEX:-0}"]),
        ("echo 'a'\"$JOB_COMPLETION_INDEX\"'b'", []),
        ("echo 'a'$JOB_COMPLETION_INDEX'b'", []),
        ("echo \"it's $JOB_COMPLETION_INDEX, isn't it\"", []),
        ("echo $'$JOB_COMPLETION_INDEX'", ["$JOB_COMPLETION_INDEX"]),
        ("FILE='$JOB_COMPLETION_INDEX.csv'; cat \"$FILE\"", ["$JOB_COMPLETION_INDEX"]),
        ("CODE='echo $JOB_COMPLETION_INDEX'; eval \"$CODE\"", []),
        ("[ '$JOB_COMPLETION_INDEX' = 0 ] && echo first", ["$JOB_COMPLETION_INDEX"]),
        ("bash -c 'echo $JOB_COMPLETION_INDEX'", []),
        ("timeout 5 sh -c 'echo $JOB_COMPLETION_INDEX'", []),
        ("envsubst '$JOB_COMPLETION_INDEX' < a > b", []),
        ("awk '{ print $JOB_COMPLETION_INDEX }' a", []),
        ("trap 'echo $JOB_COMPLETION_INDEX' EXIT", []),
        ("echo 'echo $JOB_COMPLETION_INDEX' > run.sh", []),
        ("echo 'echo $JOB_COMPLETION_INDEX' | sh", []),
        ('curl -d \'{"i": "$JOB_COMPLETION_INDEX"}\' http://x/', ["$JOB_COMPLETION_INDEX"]),
        ("cat <<'EOF'\n$JOB_COMPLETION_INDEX\nEOF", []),
        ("# '$JOB_COMPLETION_INDEX'\necho 'x'", []),
        ("echo '$JOB_COMPLETION_INDEXES'", []),
        ("echo '$(JOB_COMPLETION_INDEX)' \"$JOB_COMPLETION_INDEX\"", []),
        ("echo 'unclosed $JOB_COMPLETION_INDEX", []),
    ],
)
def test_single_quotes(text: str, expected: list[str]) -> None:
    assert lint(indexed(script(text))) == [(QUOTED, "mistake", what) for what in expected]


def test_single_quotes_in_a_job_that_sets_the_variable_itself() -> None:
    text = script("echo '$JOB_COMPLETION_INDEX'", '[{name: JOB_COMPLETION_INDEX, value: "1"}]')
    assert [rule for rule, *_ in lint(job(text))] == [QUOTED]
    assert [rule for rule, *_ in lint(job(script("echo '$JOB_COMPLETION_INDEX'")))] == ["index-read-without-indexed"]


@pytest.mark.parametrize("version", ["1.21", "1.22"])
def test_where_the_mode_was_dropped_nothing_more_is_said(version: str) -> None:
    found = lint(indexed(script('echo "$JOB_COMPLETION_INDEX"')), kube_version=version)
    assert found == ([("gated-field", "dropped", "completionMode")] if version == "1.21" else [])


def test_the_first_read_is_the_place_and_the_others_are_related() -> None:
    text = job(script('a=1\necho "$JOB_COMPLETION_INDEX"\necho é $JOB_COMPLETION_INDEX'))
    (found,) = joblint.lint(text)
    assert (found.line, found.column, found.end_column) == (18, 20, 40)
    assert [(r.line, r.column, r.message) for r in found.related] == [(19, 21, "also read here")]


@pytest.mark.parametrize(
    ("container", "place"),
    [
        ('command: ["sh", "-c", "a\\n\\tb \\u0024JOB_COMPLETION_INDEX"]', (13, 45)),
        ("command: [sh, -c, 'it''s $JOB_COMPLETION_INDEX']", (13, 35)),
        ("args:\n        - >-\n            a\n            b $(JOB_COMPLETION_INDEX)", (16, 17)),
        ("args: [--n, $(JOB_COMPLETION_INDEX)]", (13, 23)),
        ("args:\n        - a\n          $JOB_COMPLETION_INDEX", (15, 12)),
        ('env: [{name: A, value: "x $(JOB_COMPLETION_INDEX)"}]', (13, 37)),
    ],
)
def test_the_place_of_a_read_in_every_style(container: str, place: tuple[int, int]) -> None:
    found = [f for f in joblint.lint(job(container)) if f.rule == "index-read-without-indexed"]
    assert [(f.line, f.column, f.end_column - f.column) for f in found] == [(*place, len("JOB_COMPLETION_INDEX"))]


DOLLARS = ("undefined-reference", "reference-hides-command")


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (script("echo $(FOO)"), [("undefined-reference", "mistake", "$(FOO)")]),
        (script("FOO=1\necho $(FOO)"), [("undefined-reference", "mistake", "$(FOO)")]),
        (script("FOO() { date; }\necho $(FOO)"), []),
        (script("echo $(FOO)", "[{name: FOO, value: a}]"), []),
        (script("echo $$(FOO)", "[{name: FOO, value: a}]"), [("doubled-dollar", "mistake", "$$(FOO)")]),
        (script("echo $(KUBERNETES_SERVICE_HOST) $(DB_PORT)"), []),
        (script("echo $(date) $(FOO BAR) $(foo)"), []),
        (script("echo $(date)", "[{name: date, value: a}]"), [("reference-hides-command", "advice", "$(date)")]),
        (script("kill $$"), [("doubled-dollar", "mistake", "$$")]),
        (script("kill $$$$ $$HOME $${HOME} $$1 $$? $$@"), []),
        ("command: [kill, $$]", []),
        ("args: [$(FOO)]", [("undefined-reference", "advice", "$(FOO)")]),
        ("env: [{name: A, value: $(B)}, {name: B, value: b}]", [("reference-before-definition", "mistake", "$(B)")]),
        ("env: [{name: B, value: b}, {name: A, value: $(B)}, {name: B, value: c}]", []),
        ("env: [{name: A, value: $(A)}]", []),
        ("env: [{name: PATH, value: '$(PATH):/x'}]", [("reference-before-definition", "mistake", "$(PATH)")]),
        ("env: [{name: A, value: '$$(B)'}, {name: B, value: b}]", []),
        ("command: [echo, $A]\n        env: [{name: A, value: a}]", [("variable-without-shell", "mistake", "$A")]),
        ("command: [echo, $A]", []),
        ("command: [/entrypoint, $A]\n        env: [{name: A, value: a}]", []),
        ("command: [envsubst, $A]\n        env: [{name: A, value: a}]", []),
        ("command: [echo, '${A}']\n        env: [{name: A, value: '${A}'}]", []),
    ],
)
def test_dollars(container: str, expected: list[tuple[str, str, str]]) -> None:
    found = [f for f in lint(job(container), *DOLLARS) if f[0] != "duplicate-env"]
    assert found == expected


WORKERS = "identical-workers"


@pytest.mark.parametrize(
    ("container", "rules"),
    [
        (script("for i in 1 2; do sleep $i; done"), [WORKERS]),
        ("command: [sleep, '5']", [WORKERS]),
        ('command: [perl, -Mbignum=bpi, -wle, "print bpi(2000)"]', [WORKERS]),
        ('command: [python3, -c, "import os; print(os.getpid())"]', []),
        (script("curl http://x/"), []),
        (script("run() { echo a; }\nrun"), [WORKERS]),
        (script("exec 3<>/dev/tcp/x/1"), []),
        (script("echo take from the queue"), []),
        (script("cat /x", "[{name: A, value: b}]"), [WORKERS]),
        ("command: [sleep, '5']\n        envFrom: [{configMapRef: {name: a}}]", []),
        ("args: ['5']", []),
        (script("eval $X"), []),
        (script("x=$(redis-cli get a)"), []),
    ],
)
def test_identical_workers(container: str, rules: list[str]) -> None:
    assert [rule for rule, *_ in lint(job(container, "parallelism: 3"), WORKERS)] == rules
    assert lint(job(container, "completions: 3\n  parallelism: 3"), WORKERS) == []


@pytest.mark.parametrize(
    ("mounts", "extra", "rules"),
    [
        ("[{name: q, mountPath: /queue}]", "", ["queue-in-emptydir"]),
        ("[{name: q, mountPath: /scratch}]", "", []),
        ("[{name: q, mountPath: /var/tasks}]", "", ["queue-in-emptydir"]),
        ("[{name: q, mountPath: /queue}]", "env: [{name: REDIS_HOST, value: r}]", []),
        ("[{name: q, mountPath: /queue}]", "args: [--amqp, 'amqp://x']", []),
    ],
)
def test_a_queue_in_an_emptydir(mounts: str, extra: str, rules: list[str]) -> None:
    tail = f"""      initContainers:
      - name: fill
        image: registry.example/tool:1
        command: [cp, /a, /b]
        volumeMounts: {mounts}
      volumes:
      - name: q
        emptyDir: {{}}
"""
    text = job(f"volumeMounts: {mounts}\n        {extra}", "parallelism: 3") + tail
    assert [(rule, what) for rule, _, what in lint(text)] == [(rule, "emptyDir") for rule in rules]


CONFIG = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  run.py: |
    import os
    print(os.environ["JOB_COMPLETION_INDEX"])
  other.py: print(1)
"""
MOUNTED = "volumeMounts: [{name: s, mountPath: /s%s}]\n      volumes: [{name: s, %s}]"
MAP = "configMap: {name: scripts}"
READ = "index-read-without-indexed"


@pytest.mark.parametrize(
    ("container", "rules"),
    [
        (MOUNTED % ("", MAP), [READ]),
        ("command: [python, /s/run.py]\n        " + MOUNTED % ("", MAP), [READ]),
        ("command: [python, /s/other.py]\n        " + MOUNTED % ("", MAP), []),
        (MOUNTED % (", subPath: run.py", MAP), [READ]),
        (MOUNTED % (", subPath: other.py", MAP), []),
        (MOUNTED % ("", "configMap: {name: scripts, items: [{key: other.py, path: a}]}"), []),
        (MOUNTED % ("", "configMap: {name: scripts, items: [{key: run.py, path: a}]}"), [READ]),
        (MOUNTED % ("", "projected: {sources: [{configMap: {name: scripts}}]}"), [READ]),
        (MOUNTED % ("", "configMap: {name: others}"), []),
        ("envFrom: [{configMapRef: {name: scripts}}]", [READ]),
        ("env: [{name: A, valueFrom: {configMapKeyRef: {name: scripts, key: run.py}}}]", [READ]),
        ("env: [{name: A, valueFrom: {configMapKeyRef: {name: scripts, key: other.py}}}]", []),
    ],
)
def test_a_script_in_a_configmap(container: str, rules: list[str]) -> None:
    assert [rule for rule, *_ in lint(job(container) + CONFIG)] == rules
    assert lint(indexed(container) + CONFIG) == []


def test_the_place_is_in_the_configmap() -> None:
    text = job(MOUNTED % ("", MAP)) + CONFIG
    (found,) = joblint.lint(text)
    assert (found.line, found.column, found.end_column) == (22, 23, 43)
    (place,) = found.related
    assert text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1] == "scripts"
    assert place.message == "used here"


def test_a_configmap_for_an_indexed_job_too_may_read_it() -> None:
    other = named("other", indexed(MOUNTED % ("", MAP)))
    assert lint(job(MOUNTED % ("", MAP)) + CONFIG + "---\n" + other) == []


@pytest.mark.parametrize("version", ["1.26", "1.27"])
def test_labels_of_the_server_in_a_cronjob(version: str) -> None:
    labels = "{job-name: a, batch.kubernetes.io/controller-uid: b}"
    text = CRONJOB.replace("      template:\n", f"      template:\n        metadata: {{labels: {labels}}}\n")
    found = [what for rule, effect, what in lint(text, kube_version=version) if rule == "handwritten-job-label"]
    assert found == (["a"] if version == "1.26" else ["a", "b"])


@pytest.mark.parametrize(
    ("image", "extra", "found"),
    [
        ("gcr.io/cloudsql-docker/gce-proxy:1.33", "command: [/cloud_sql_proxy, -instances=a]", True),
        ("gcr.io/cloudsql-docker/gce-proxy:1.33", "command: [/watchkiller, /cloud_sql_proxy]", False),
        ("gcr.io/cloudsql-docker/gce-proxy:1.33", "command: [timeout, '60', /cloud_sql_proxy]", False),
        ("gcr.io/cloudsql-docker/gce-proxy:1.33", "command: [sh, -c, './cloud_sql_proxy & wait -n']", False),
        ("cr.l5d.io/linkerd/proxy:stable-2.14", "", True),
        ("registry.example/proxy:1", "", False),
        ("docker:27-dind", "", True),
        ("docker:27-cli", "", False),
        ("localhost:5000/envoy@sha256:" + "0" * 64, "args: [-c, /etc/envoy.yaml]", True),
        ("fluent/fluent-bit", "args: [--exit-after, done]", False),
    ],
)
def test_sidecars(image: str, extra: str, found: bool) -> None:
    tail = f"      - name: side\n        image: {image}\n        {extra}\n"
    assert [(rule, what) for rule, _, what in lint(job() + tail)] == [("endless-sidecar", image)] * found


def test_a_sidecar_that_the_worker_can_end() -> None:
    side = "      - name: side\n        image: envoyproxy/envoy:v1.31.0\n"
    assert lint(job("command: [sh, -c, 'work; pkill envoy']") + side) == []
    assert lint(job() + side + "      shareProcessNamespace: true\n") == []
    assert len(lint(job() + side)) == 1
