"""Manifests that look like a mistake and are none, each beside one that is."""

from textwrap import indent

import pytest

import joblint
from tests.support import in_spec

INDEXED = "completions: 3\n  completionMode: Indexed"


def job(container: str, spec: str = "") -> str:
    return in_spec(spec) + indent(container, "        ") + "\n"


def script(text: str, **env: str) -> str:
    lines = ["command: [sh, -c]", "args:", "- |", *(f"  {line}" for line in text.split("\n"))]
    entries = [f'- {{name: {name}, value: "{value}"}}' for name, value in env.items()]
    return "\n".join([*lines, *(["env:", *entries] if entries else [])])


def words(*parts: str, **env: str) -> str:
    lines = ["command:", *(f"- '{part}'" for part in parts)]
    entries = [f'- {{name: {name}, value: "{value}"}}' for name, value in env.items()]
    return "\n".join([*lines, *(["env:", *entries] if entries else [])])


def rules(container: str, spec: str = "") -> list[str]:
    return [f.rule for f in joblint.lint(job(container, spec), kube_version="1.37")]


@pytest.mark.parametrize(
    ("rule", "mistake", "legitimate"),
    [
        ("undefined-reference", "cat <<EOF > m\nvalue: $(NAME)\nEOF", "cat <<'EOF' > m\nvalue: $(NAME)\nEOF"),
        ("undefined-reference", 'sed "s/$(NAME)/x/" m', "sed 's/$(NAME)/x/' m"),
        ("undefined-reference", "work $(NAME)", "# $(NAME) is not here\nwork"),
        ("undefined-reference", "token=$(GET_TOKEN)", ". /lib/tokens.sh\ntoken=$(GET_TOKEN)"),
        ("undefined-reference", "echo $(NAME)", "echo \\$(NAME)"),
        ("pipeline-hides-failure", "pg_dump a | gzip > a.gz", ". /lib/strict.sh\npg_dump a | gzip > a.gz"),
        (
            "pipeline-hides-failure",
            "pg_dump a | gzip > a.gz",
            "pg_dump a | gzip > a.gz\nzgrep -q 'database dump complete' a.gz",
        ),
        (
            "pipeline-hides-failure",
            "pg_dump a | gzip > a.gz",
            "pg_dump a | gzip > a.gz\nfind a.gz -size +10k | grep -q .",
        ),
        (
            "index-read-without-indexed",
            "work --shard ${JOB_COMPLETION_INDEX}",
            'if [ -n "$JOB_COMPLETION_INDEX" ]; then work --shard $JOB_COMPLETION_INDEX; else work; fi',
        ),
        (
            "index-read-without-indexed",
            "work --shard ${JOB_COMPLETION_INDEX}",
            "work ${JOB_COMPLETION_INDEX:+--shard $JOB_COMPLETION_INDEX}",
        ),
        (
            "index-read-without-indexed",
            "work --shard ${JOB_COMPLETION_INDEX}",
            "work --shard ${JOB_COMPLETION_INDEX:-0}",
        ),
    ],
)
def test_scripts(rule: str, mistake: str, legitimate: str) -> None:
    assert rules(script(mistake)) == [rule]
    assert rules(script(legitimate)) == []


def test_a_fallback_is_no_index_where_several_pods_take_it() -> None:
    text = script("work --shard ${JOB_COMPLETION_INDEX:-0}")
    assert rules(text, "completions: 3") == rules(text, "parallelism: 2") == ["index-read-without-indexed"]
    assert rules(text, "completions: 1") == []


@pytest.mark.parametrize(
    ("mistake", "legitimate"),
    [
        ("echo $$(NAME)", "echo '$$(NAME)'"),
        ("cat <<EOF > m\nvalue: $$(NAME)\nEOF", "cat <<'EOF' > m\nvalue: $$(NAME)\nEOF"),
        ("cat <<EOF > m\nvalue: $$(NAME)\nEOF", "cat <<EOF > m\nvalue: \\$$(NAME)\nEOF"),
    ],
)
def test_a_reference_written_for_somebody_else(mistake: str, legitimate: str) -> None:
    assert rules(script(mistake, NAME="a")) == ["doubled-dollar"]
    assert rules(script(legitimate, NAME="a")) == []


@pytest.mark.parametrize(
    ("mistake", "legitimate"),
    [
        (("tool", "--url=${URL}"), ("java", "-jar", "app.jar", "--spring.datasource.url=${URL}")),
        (("tool", "$URL"), ("npm", "run", "load", "--", "$URL")),
        (("tool", "$URL"), ("sops", "exec-env", "secrets.yaml", "load $URL")),
        (("tool", "$URL"), ("filebeat", "--once", "-E", "output.elasticsearch.hosts=${URL}")),
    ],
)
def test_programs_that_expand_their_words(mistake: tuple[str, ...], legitimate: tuple[str, ...]) -> None:
    assert rules(words(*mistake, URL="http://a")) == ["variable-without-shell"]
    assert rules(words(*legitimate, URL="http://a")) == []


def test_spring_and_the_index() -> None:
    assert rules(words("java", "-jar", "app.jar", "--shard=$JOB_COMPLETION_INDEX"), INDEXED) == [
        "variable-without-shell"
    ]
    assert rules(words("java", "-jar", "app.jar", "--shard=${JOB_COMPLETION_INDEX}"), INDEXED) == []


def test_an_index_that_is_searched_for() -> None:
    assert rules(script("echo '$JOB_COMPLETION_INDEX'"), INDEXED) == ["index-in-single-quotes"]
    assert rules(script("sed -i 's/$JOB_COMPLETION_INDEX/'\"$JOB_COMPLETION_INDEX\"'/' m"), INDEXED) == []


def test_a_variable_of_env_from_comes_first() -> None:
    text = words("tool", URL="http://$(HOST)", HOST="a")
    assert rules(text) == ["reference-before-definition"]
    assert rules(f"{text}\nenvFrom:\n- secretRef: {{name: hosts}}") == []


def test_a_variable_that_libpq_reads() -> None:
    assert rules(script("load $DB_HOST", DBHOST="a")) == ["misspelt-variable"]
    assert rules(script("load $PG_HOST", PGHOST="a")) == []
    assert rules(script("load $HOSTNAME", HOST_NAME="a")) == []


def test_options_in_a_variable() -> None:
    text = "pg_dump a | gzip > a.gz"
    assert rules(script(text, SHELLOPTS="noglob")) == ["pipeline-hides-failure"]
    assert rules(script(text, SHELLOPTS="pipefail")) == []


def test_a_name_behind_a_script() -> None:
    assert rules("command: [sh, -c, ./load.sh, all]") == ["words-behind-script"]
    assert rules("command: [sh, -c, ./load.sh, load.sh]") == []


def test_a_container_that_is_not_restarted() -> None:
    text = job("command: [load]", "backoffLimit: 0").replace("Never", "OnFailure")
    assert [f.rule for f in joblint.lint(text, kube_version="1.37")] == ["restart-despite-limit"]
    assert joblint.lint(f"{text}        restartPolicy: Never\n", kube_version="1.37") == []


def test_a_sidecar_that_is_ended_from_outside() -> None:
    sidecar = "\n- name: proxy\n  image: envoyproxy/envoy:v1.30".replace("\n", "\n      ")
    text = job("command: [load]").rstrip() + sidecar
    assert [f.rule for f in joblint.lint(text, kube_version="1.37")] == ["endless-sidecar"]
    env = "\n        env: [{name: KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT, value: 'true'}]"
    assert joblint.lint(text + env, kube_version="1.37") == []


def test_a_deadline_for_each_of_several_pods() -> None:
    text = job("command: [load]").replace("      containers", "      activeDeadlineSeconds: 300\n      containers")
    assert [f.rule for f in joblint.lint(text, kube_version="1.37")] == ["deadline-on-pod"]
    many = text.replace("\n  \n", "\n  parallelism: 5\n")
    assert joblint.lint(many, kube_version="1.37") == []
    assert [f.effect for f in joblint.lint(many, select=["deadline-on-pod"], kube_version="1.37")] == ["advice"]


@pytest.mark.parametrize(
    ("comment", "found"),
    [("", ["every-minute-of-an-hour"]), ("  # at three", ["every-minute-of-an-hour"]), ("  # Every minute of it", [])],
)
def test_each_minute_on_purpose(comment: str, found: list[str]) -> None:
    head = f'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: poll\nspec:\n  schedule: "* 3 * * *"{comment}\n'
    template = job("command: [poll]").partition("\nspec:")[2].replace("\n", "\n    ")
    text = f"{head}  jobTemplate:\n    spec:{template.rstrip()}\n"
    assert [f.rule for f in joblint.lint(text, kube_version="1.37")] == found


def test_a_namespace_that_is_filled_in_later() -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\n---\n"
    pod = job("envFrom:\n- secretRef: {name: db}")
    for namespace, found in (("shop-test", ["misnamed-reference"]), ("shop-${STAGE}", []), ("shop", [])):
        text = secret + pod.replace("  name: hello\n", f"  name: hello\n  namespace: {namespace}\n", 1)
        assert [f.rule for f in joblint.lint(text, select=["misnamed-reference"])] == found
