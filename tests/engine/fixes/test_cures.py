"""Cures that need more than a card's example: what is chosen by the rest of the manifest, and what is left alone."""

from textwrap import dedent, indent

import pytest

from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import Fixed, fix_source
from joblint.manifests.source import Source
from joblint.rule.finding import Edit, Finding, Fix
from tests.support import cronjob

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
spec:
{spec}
  template:
    spec:
{pod}
"""
ONE = "containers: [{name: a, image: x}]"
RUN = f"{ONE}\nrestartPolicy: Never"
INDEXED = "completionMode: Indexed\nparallelism: 2"


def job(pod: str, spec: str = "backoffLimit: 1") -> str:
    """A Job with these lines in its spec and its pod's."""
    return JOB.format(spec=indent(dedent(spec).strip(), "  "), pod=indent(dedent(pod).strip(), "      "))


def fixed(text: str, version: str | None = None, unsafe: bool = False, language: str = "yaml") -> Fixed:
    """A text with its fixes."""
    settings = make_settings(version)._replace(verify=False)
    return fix_source(Source("x", text, language), lambda source: lint_sources([source], settings), unsafe)


@pytest.mark.parametrize(
    ("spec", "pod", "wanted"),
    [
        ("backoffLimit: 1", "", "restartPolicy: Never"),
        ("backoffLimit: 1", "restartPolicy: ", "restartPolicy: Never"),
        ("backoffLimit: 1", "restartPolicy: Always", "restartPolicy: OnFailure"),
        ("backoffLimit: 1", "restartPolicy: always", "restartPolicy: OnFailure"),
        ("backoffLimit: 1", "restartPolicy: on-failure", "restartPolicy: OnFailure"),
        ("backoffLimit: 1", "restartPolicy: 'never'", "restartPolicy: 'Never'"),
        ("podFailurePolicy: {rules: []}", "restartPolicy: Always", "restartPolicy: Never"),
        ("podFailurePolicy: {rules: []}", "restartPolicy: OnFailure", "restartPolicy: Never"),
        ("podFailurePolicy: {rules: []}", "", "restartPolicy: Never"),
        (f"{INDEXED}\ncompletions: 2\nbackoffLimitPerIndex: 1", "restartPolicy: Always", "restartPolicy: Never"),
    ],
)
def test_the_restart_policy_is_what_the_rest_asks_for(spec: str, pod: str, wanted: str) -> None:
    text = job(f"{ONE}\n{pod}", spec)
    plain = wanted.lower() == pod.lower() or "-" in pod
    assert (fixed(text).text != text) == (plain or spec != "backoffLimit: 1")
    result = fixed(text, unsafe=True)
    assert result.text == job(f"{ONE}\n{wanted}", spec)
    assert result.remaining == []


@pytest.mark.parametrize("version", ["1.21", "1.28", "1.33", "1.35", "1.37", "1.21-1.37"])
def test_the_containers_restart_policy_is_meant_for_the_pod(version: str) -> None:
    before = """
        containers:
        - name: a
          # once
          restartPolicy: OnFailure  # not more
          image: x
        - name: b
          image: x
          restartPolicy: OnFailure
        """
    after = """
        containers:
        - name: a
          image: x
        - name: b
          image: x
        # once
        restartPolicy: OnFailure  # not more
        """
    result = fixed(job(before), version)
    assert result.text == job(after)
    assert (result.remaining, result.undone) == ([], [])


def test_containers_that_do_not_agree_are_left_alone() -> None:
    pod = """
        containers:
        - {name: a, image: x, restartPolicy: OnFailure}
        - {name: b, image: x, restartPolicy: Never}
        restartPolicy: Never
        """
    result = fixed(job(pod), "1.33", unsafe=True)
    assert result.text == job(pod)
    assert [f.rule for f in result.remaining] == ["invalid-container-restart-policy"] * 2


@pytest.mark.parametrize(
    ("version", "moved"), [("1.25", True), ("1.37", True), ("1.25-1.37", True), ("1.24", False), ("1.22-1.37", False)]
)
def test_the_time_zone_gets_its_own_field_where_every_minor_has_it(version: str, moved: bool) -> None:
    before = cronjob('schedule: "TZ=Asia/Tokyo 0 3 * * *"  # at night')
    after = cronjob('schedule: "0 3 * * *"  # at night\ntimeZone: Asia/Tokyo')
    result = fixed(before, version)
    assert result.text == (after if moved else before)
    assert (result.remaining == []) == moved
    assert result.undone == []


def test_a_time_zone_that_is_set_otherwise_too_stays() -> None:
    for zone, wanted in (("Asia/Tokyo", '"0 3 * * *"'), ("Europe/Paris", '"TZ=Asia/Tokyo 0 3 * * *"')):
        text = cronjob(f'schedule: "TZ=Asia/Tokyo 0 3 * * *"\ntimeZone: {zone}')
        assert fixed(text, unsafe=True).text == text.replace('"TZ=Asia/Tokyo 0 3 * * *"', wanted)


@pytest.mark.parametrize(
    ("schedule", "safe", "unsafe"),
    [
        ("0 3 * * 7", "0 3 * * 0", "0 3 * * 0"),
        ("0 3 * * Monday-Friday", "0 3 * * Mon-Fri", "0 3 * * Mon-Fri"),
        ("/5 */ * * 7", "*/5 * * * 0", "*/5 * * * 0"),
        ("0 24 * * *", "0 24 * * *", "0 0 * * *"),
        ("0 0 3 * * 2", "0 0 3 * * 2", "0 3 * * 2"),
        ("@dayly", "@dayly", "@dayly"),
    ],
)
def test_schedules(schedule: str, safe: str, unsafe: str) -> None:
    text = cronjob(f'schedule: "{schedule}"')
    assert fixed(text).text == cronjob(f'schedule: "{safe}"')
    assert fixed(text, unsafe=True).text == cronjob(f'schedule: "{unsafe}"')


@pytest.mark.parametrize(
    ("written", "safe", "unsafe"),
    [("100MB", "100M", "100M"), ("1GiB", "1Gi", "1Gi"), ("1g", "1g", "1G"), ("512m", "512m", "512M")],
)
def test_quantities(written: str, safe: str, unsafe: str) -> None:
    def pod(memory: str) -> str:
        limits = f"resources: {{limits: {{memory: {memory}}}}}"
        return job(f"restartPolicy: Never\ncontainers: [{{name: a, image: x, {limits}}}]")

    assert fixed(pod(written)).text == pod(safe)
    assert fixed(pod(written), unsafe=True).text == pod(unsafe)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("activeDeadlineSeconds: 5m", "activeDeadlineSeconds: 300"),
        ("activeDeadlineSeconds: '90s'", "activeDeadlineSeconds: 90"),
        ("activeDeadlineSeconds: 1.5s", "activeDeadlineSeconds: 1.5s"),
        ("backoffLimit: 5m", "backoffLimit: 5m"),
        ("suspend: 'yes'", "suspend: true"),
        ("parallelism: '2'", "parallelism: 2"),
    ],
)
def test_wrong_types(field: str, wanted: str) -> None:
    pod = f"restartPolicy: Never\n{ONE}"
    assert fixed(job(pod, field), unsafe=True).text == job(pod, wanted)


@pytest.mark.parametrize(
    ("field", "safe", "unsafe"),
    [
        ("command: sleep 10", '[sleep, "10"]', '[sleep, "10"]'),
        ("command: a | b", "a | b", '[sh, -c, "a | b"]'),
        ("command: sh -c 'a | b'", '[sh, -c, "a | b"]', '[sh, -c, "a | b"]'),
        ('command: /bin/bash -ec "a; b"', '[/bin/bash, -ec, "a; b"]', '[/bin/bash, -ec, "a; b"]'),
        ('command: sh -c "a \\"b\\""', '[sh, -c, "a \\"b\\""]', '[sh, -c, "a \\"b\\""]'),
        ('command: sh -c "a $X"', 'sh -c "a $X"', "[sh, -c, a $X]"),
        ("args: --fast --once", "[--fast, --once]", "[--fast, --once]"),
        ("command: [sh]\n  args: -c x", "-c x", "-c x"),
    ],
)
def test_words_that_should_be_a_list(field: str, safe: str, unsafe: str) -> None:
    def pod(written: str) -> str:
        return job(f"restartPolicy: Never\ncontainers:\n- name: a\n  image: x\n  {written}")

    head, colon, _ = field.rpartition(": ")
    assert fixed(pod(field)).text == pod(head + colon + safe)
    assert fixed(pod(field), unsafe=True).text == pod(head + colon + unsafe)


def test_file_modes_are_octal_but_in_json() -> None:
    volume = "volumes: [{name: v, secret: {secretName: s, defaultMode: %s}}]"
    for written in ("644", "'0644'"):
        text = job(f"restartPolicy: Never\n{ONE}\n{volume % written}")
        assert fixed(text).text == job(f"restartPolicy: Never\n{ONE}\n{volume % '0644'}")
    json = (
        '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": '
        '{"restartPolicy": "Never", "containers": [{"name": "a", "image": "x"}], '
        '"volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": 644}}]}}}}'
    )
    assert fixed(json, language="json").text == json.replace("644", "420")


def test_a_variable_that_something_builds_upon_stays() -> None:
    def text(value: str) -> str:
        env = f"env: [{{name: A, value: b}}, {{name: C, value: {value}}}, {{name: A, value: b}}]"
        return job(f"restartPolicy: Never\ncontainers: [{{name: a, image: x, {env}}}]")

    assert fixed(text("$(A)/c"), unsafe=True).text == text("$(A)/c")
    assert fixed(text("c")).text == text("c").replace("{name: A, value: b}, ", "", 1)


def test_two_objects_that_ran_together_lose_nothing() -> None:
    text = job(f"restartPolicy: Never\n{ONE}")
    assert fixed(text + text, unsafe=True).text == text + text


def test_labels_that_were_all_written_by_hand_leave_nothing_behind() -> None:
    text = job(f"restartPolicy: Never\n{ONE}")
    labels = "    metadata:\n      labels:\n        job-name: b\n        controller-uid: c\n"
    assert fixed(text.replace("    spec:\n", labels + "    spec:\n")).text == text


def test_a_sidecar_becomes_a_native_one_with_its_comments() -> None:
    before = """
        restartPolicy: Never
        containers:
          - name: main
            image: x
          # the proxy
          - name: proxy  # of the mesh
            image: envoyproxy/envoy:v1
            args:
              - --verbose
        """
    after = """
        restartPolicy: Never
        initContainers:
          # the proxy
          - name: proxy  # of the mesh
            image: envoyproxy/envoy:v1
            args:
              - --verbose
            restartPolicy: Always
        containers:
          - name: main
            image: x
        """
    assert fixed(job(before), unsafe=True).text == job(after)
    assert fixed(job(before), "1.28-1.37", unsafe=True).text == job(before)


def test_a_sidecar_joins_the_init_containers_that_are_there() -> None:
    def flow(containers: str, init: str) -> str:
        return job(f"{{restartPolicy: Never, containers: [{containers}], initContainers: [{init}]}}").replace(
            "    spec:\n      {", "    spec: {"
        )

    proxy = "{name: p, image: 'envoyproxy/envoy:v1'%s}"
    text = flow("{name: a, image: x}, " + proxy % "", "{name: i, image: x}")
    wanted = flow("{name: a, image: x}", "{name: i, image: x}, " + proxy % ", restartPolicy: Always")
    assert fixed(text).text == text
    assert fixed(text, unsafe=True).text == wanted


# -- how fixes are applied


def test_all_findings_of_a_document_are_cured_at_once() -> None:
    env = "".join(f"\n  - {{name: A{i}, value: {i}}}" for i in range(90))
    text = job(f"restartPolicy: Never\ncontainers:\n- name: a\n  image: x\n  env:{env}")
    judged = []

    def judge(source: Source) -> list[Finding]:
        judged.append(source)
        return lint_sources([source], make_settings()._replace(verify=False))

    done = fix_source(Source("x", text), judge)
    assert (len(done.cured), done.remaining) == (90, [])
    assert len(judged) == 2


def test_what_a_name_hid_is_cured_with_it() -> None:
    container = "restartPolicy: Never\ncontainers: [{name: a, image: x, %s}]"
    assert fixed(job(container % "imagepullpolicy: always")).text == job(container % "imagePullPolicy: Always")
    result = fixed(job(container % "imagepullpolicy: sometimes"))
    assert result.text == job(container % "imagepullpolicy: sometimes")
    assert [u.brought.rule for u in result.undone] == ["invalid-container-setting"]


def test_a_fix_that_a_minor_more_would_complain_of_is_undone() -> None:
    def finding(rule: str, minors: tuple[str, ...], fix: Fix | None = None) -> Finding:
        return Finding(rule, "rejected", "error", "", "x", 1, 1, 1, 2, field="spec", kube_versions=minors, fix=fix)

    def judge(source: Source) -> list[Finding]:
        if source.text == "old":
            cure = Fix(True, "", (Edit(0, 3, "new"),))
            return [finding("a", ("1.30",), cure), finding("b", ("1.30",))]
        return [finding("b", ("1.29", "1.30"))]

    result = fix_source(Source("x", "old"), judge)
    assert result.text == "old"
    assert [(u.finding.rule, u.brought.rule) for u in result.undone] == [("a", "b")]


@pytest.mark.parametrize(
    ("spec", "pod", "wanted_spec", "wanted_pod"),
    [
        (INDEXED, f"{RUN}\ncompletions: 4", f"{INDEXED}\ncompletions: 4", RUN),
        (f"{INDEXED}\nCompletions: 4", RUN, f"{INDEXED}\ncompletions: 4", RUN),
        ("backoffLimit: 1", f"{ONE}\nrestartpolicy: OnFailure", "backoffLimit: 1", f"{ONE}\nrestartPolicy: OnFailure"),
    ],
)
def test_what_is_missing_is_what_stands_elsewhere(spec: str, pod: str, wanted_spec: str, wanted_pod: str) -> None:
    """And not what would be made up for it."""
    result = fixed(job(pod, spec))
    assert result.remaining == []
    assert {line.strip() for line in result.text.splitlines()} == {
        line.strip() for line in job(wanted_pod, wanted_spec).splitlines()
    }
    assert len(result.cured) == 2  # one fix for both


def test_a_policy_moves_with_the_containers() -> None:
    text = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: a
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      containers:
      - name: a
        image: x
      restartPolicy: OnFailure
"""
    result = fixed(text)
    assert result.remaining == []
    assert result.text.endswith("          - name: a\n            image: x\n          restartPolicy: OnFailure\n")


def test_a_container_s_field_moves_into_the_only_container() -> None:
    before = """
        restartPolicy: Never
        # always anew
        imagePullPolicy: Always   # it moves
        containers:
        - name: a
          image: x
        volumeMounts:
        - {name: v, mountPath: /v}
        volumes: [{name: v}]
        """
    after = """
        restartPolicy: Never
        containers:
        - name: a
          image: x
          # always anew
          imagePullPolicy: Always   # it moves
          volumeMounts:
          - {name: v, mountPath: /v}
        volumes: [{name: v}]
        """
    result = fixed(job(before))
    assert (result.text, result.remaining) == (job(after), [])


@pytest.mark.parametrize(
    "pod",
    [
        "containers: [{name: a, image: x}, {name: b, image: x}]",
        f"{ONE}\ninitContainers: [{{name: b, image: x}}]",
        "containers: [{name: a, image: x, stdin: true}]",
        "containers: []",
    ],
)
def test_a_container_s_field_stays_where_it_may_belong_to_another(pod: str) -> None:
    text = job(f"restartPolicy: Never\nstdin: true\n{pod}")
    assert fixed(text).text == text


HEREDOC = "kubectl apply -f - <<{end}\n{text}EOF\n"


@pytest.mark.parametrize("value", ["$LIMIT", "${LIMIT:-2}", "$(limit)", "`limit`", '"$LIMIT"'])
def test_what_a_shell_fills_in_is_not_written_elsewhere(value: str) -> None:
    """There it would be `\\$LIMIT`, which no shell fills in."""
    text = HEREDOC.format(end="EOF", text=job(f"restartPolicy: never\nbackoffLimit: {value}\n{ONE}"))
    result = fixed(text, language="shell")
    assert result.text == text.replace("never", "Never")
    assert [finding.rule for finding in result.remaining] == ["unknown-field"]


def test_what_no_shell_fills_in_moves() -> None:
    pod = "{}restartPolicy: Never\ncontainers: [{{name: a, image: x, args: [{}]}}]{}"
    for end, arg in (("EOF", "$ARG"), ("EOF", "\\$ARG"), ("'EOF'", "$ARG")):
        text = HEREDOC.format(end=end, text=job(pod.format("backoffLimit: 2\n", arg, ""), "parallelism: 1"))
        result = fixed(text, language="shell")
        assert result.remaining == []
        assert f"args: [{arg}]" in result.text
        assert "\n  parallelism: 1\n  backoffLimit: 2\n  template:\n" in result.text
    args = "args: ['\\$ARG']"
    text = HEREDOC.format(end="EOF", text=job(f"{args}\nrestartPolicy: Never\n{ONE}"))
    result = fixed(text, language="shell")
    assert (result.remaining, args.removeprefix("args: ") in result.text) == ([], True)


def test_a_container_with_what_a_shell_fills_in_stays() -> None:
    pod = """
        restartPolicy: Never
        containers:
        - {name: work, image: work}
        - name: proxy
          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0
          env: [{name: P, value: $PORT}]
        """
    text = HEREDOC.format(end="EOF", text=job(pod))
    result = fixed(text, language="shell")
    assert (result.text, [finding.rule for finding in result.remaining]) == (text, ["endless-sidecar"])
    assert fixed(text.replace("$PORT", "'1'"), language="shell", unsafe=True).remaining == []


@pytest.mark.parametrize("value", ["`date +%H:%M`", '`date "+%H: %M"`', '$(date "+%H: %M" # now\n)', "$(echo 'a: b')"])
def test_what_a_shell_fills_in_need_be_no_yaml(value: str) -> None:
    pod = f"restartPolicy: never\ncontainers: [{{name: a, image: x}}]\nhostname: {value}".replace("\n)", "\n      )")
    result = fixed(HEREDOC.format(end="EOF", text=job(pod)), language="shell")
    assert result.remaining == []
    assert len(result.cured) == 1
    quoted = fixed(HEREDOC.format(end="'EOF'", text=job(pod)), language="shell")
    assert [finding.rule for finding in quoted.remaining] == ["unreadable-document"]


def test_an_empty_value_that_is_misspelt_is_no_cure_for_a_missing_one() -> None:
    text = job(f'{ONE}\nrestarPolicy: ""')
    done = fixed(text, unsafe=True)
    assert "restartPolicy: Never" in done.text
    assert [finding.rule for finding in done.remaining] == []


WRITTEN = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: crawl
  annotations:
    # the work needs no mesh
    sidecar.istio.io/inject: "false"
spec:
  # what runs
  template:
    spec:
      restartPolicy: Never  # run only once
      containers:
      - name: crawl
        image: registry.example/tool:1.4
        command: [/scripts/load.sh]
        volumeMounts: [{name: scripts, mountPath: /scripts}]
      volumes:
      - name: scripts
        configMap:
          name: scripts
"""


def test_what_is_written_is_what_people_write() -> None:
    """No empty mapping stays behind, a mode is octal, and a single field stands above the long template."""
    lines = WRITTEN.splitlines()
    wanted = [
        *lines[:4], "spec:", "  backoffLimit: 0", *lines[8:10], "    metadata:", "      annotations:",
        "        # the work needs no mesh", '        sidecar.istio.io/inject: "false"', *lines[10:],
        "          defaultMode: 0755",
    ]  # fmt: skip
    assert fixed(WRITTEN, unsafe=True).text.splitlines() == wanted


@pytest.mark.parametrize(
    ("metadata", "quote"),
    [
        ("name: a\n  annotations:\n    helm.sh/hook: pre-upgrade\n    helm.sh/hook-delete-policy: hook-failed", ""),
        ("name: a\n  annotations:\n    helm.sh/hook-delete-policy: hook-failed # x\n    helm.sh/hook: pre-upgrade", ""),
        ("name: a\n  annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-failed}", '"'),
        ("{name: a, annotations: {helm.sh/hook-delete-policy: hook-failed, helm.sh/hook: pre-upgrade}}", '"'),
        ("{name: a, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-failed # x\n\n  }}", '"'),
    ],
)
def test_a_comma_is_quoted_in_brackets_alone(metadata: str, quote: str) -> None:
    text = job(RUN).replace("name: a", metadata, 1)
    assert f"policy: {quote}before-hook-creation,hook-failed{quote}" in fixed(text, unsafe=True).text


def test_what_moves_in_json_stands_in_a_line() -> None:
    text = """\
{
  "apiVersion": "batch/v1",
  "kind": "Job",
  "metadata": {
    "name": "a",
    "labels": {
      "sidecar.istio.io/inject": "false"
    }
  },
  "spec": {
    "template": {
      "spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "x"}]}
    }
  }
}
"""
    after = fixed(text, unsafe=True, language="json").text
    assert '\n  "metadata": {\n    "name": "a"\n  },\n' in after
    assert ',\n      "metadata": {"labels": {"sidecar.istio.io/inject": "false"}}\n    }\n' in after


def test_a_sidecar_may_move_with_what_is_to_be_said_of_it() -> None:
    text = job(
        "restartPolicy: Never\ncontainers:\n- name: a\n  image: x\n- name: proxy\n  image: envoyproxy/envoy:v1.30.1"
    )
    settings = make_settings(None, extend_select=("missing-resources",))._replace(verify=False)
    done = fix_source(Source("x", text, "yaml"), lambda source: lint_sources([source], settings), unsafe=True)
    assert [finding.rule for finding in done.cured] == ["endless-sidecar"]
    assert [finding.rule for finding in done.remaining] == ["missing-resources"] * 2
