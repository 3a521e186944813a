"""Completion: what is offered where, how it is written, and that joblint has nothing against it."""

from collections.abc import Iterator

import pytest

from joblint import lint
from joblint.editor.complete import complete
from joblint.editor.draft import plain
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Sequence
from tests.editor.marks import JOB, POD, completions, labels, settings, written
from tests.editor.wide import WIDE, WIDE_CRONJOB

WHOLE = JOB + POD
MAIN = WHOLE + "        "
CRONJOB = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: x\nspec:\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {}\ndata:\n  a.txt: x\n  b.txt: y\n"


def fields(text: str, language: str = "yaml", version: str | None = None) -> list[str]:
    return [found.label for found in completions(text, language, version) if found.kind == "field"]


# -- which


def test_the_fields_of_a_job_that_are_not_there_yet_the_required_ones_first() -> None:
    assert labels(JOB + "  completions: 1\n  ¦", version="1.21") == [
        "template", "activeDeadlineSeconds", "backoffLimit", "manualSelector", "parallelism", "selector",
        "ttlSecondsAfterFinished",
    ]  # fmt: skip


def test_only_what_the_target_minor_has() -> None:
    assert "podFailurePolicy" not in fields(JOB + "  ¦", version="1.24")
    assert "podFailurePolicy" in fields(JOB + "  ¦", version="1.26")
    assert "podFailurePolicy" not in fields(JOB + "  ¦", version="1.24-1.37")


def test_no_field_whose_gate_is_off() -> None:
    text = JOB + "  ¦"
    assert "podFailurePolicy" not in labels(text, version="1.25")
    assert "podFailurePolicy" in labels(text, version="1.25", JobPodFailurePolicy=True)
    assert "podFailurePolicy" not in labels(text, version="1.28", JobPodFailurePolicy=False)


def test_no_value_whose_gate_is_off() -> None:
    text = JOB + "  backoffLimitPerIndex: 1\n  podFailurePolicy:\n    rules:\n    - action: ¦"
    assert labels(text, version="1.28") == ["Count", "FailJob", "Ignore"]
    assert labels(text, version="1.29") == ["Count", "FailIndex", "FailJob", "Ignore"]
    assert labels(text.replace("  backoffLimitPerIndex: 1\n", ""), version="1.29") == ["Count", "FailJob", "Ignore"]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  ¦",
        "apiVersion: v1\nkind: Pod\nspec:\n  ¦",
        "apiVersion: example.com/v1\nkind: Job\nspec:\n  ¦",
        "services:\n  ¦",
        "ser¦",
        "version: ¦",
        "apiVersion: ¦",
        "apiVersion: ap¦",
        "apiVersion: apps/v1\n¦",
        "kind: ¦",
        JOB + "  # ¦",
        JOB + "  completions: ¦",
        MAIN + "image: ¦",
        MAIN + "command: [sh, ¦]",
        MAIN + "args:\n        - |\n          ¦",
        MAIN + "args:\n        - |\n          x\n          ¦\n          y\n",
        MAIN + "image: x\n           ¦",
    ],
)
def test_nothing_where_nothing_is_known(text: str) -> None:
    assert labels(text) == []


def test_what_a_job_may_not_have_is_not_offered() -> None:
    assert "status" not in fields(JOB + "¦")
    assert "ephemeralContainers" not in fields(WHOLE + "      ¦")
    assert "uid" not in fields(JOB.replace("name: x", "name: x\n  ¦"))
    assert fields(JOB + "  template:\n    metadata:\n      ¦") == ["annotations", "finalizers", "labels"]
    assert "manualSelector" not in fields(CRONJOB + "  jobTemplate:\n    spec:\n      ¦")


def test_one_of_several() -> None:
    assert fields(MAIN + "env:\n        - name: A\n          value: x\n          ¦") == []
    assert (
        fields(WHOLE.replace("      - name: scratch", "      - name: scratch\n        emptyDir: {}\n        ¦")) == []
    )
    rule = JOB + "  podFailurePolicy:\n    rules:\n    - action: Ignore\n      {}\n      ¦"
    assert fields(rule.format("onPodConditions:\n      - type: DisruptionTarget")) == []


def test_hooks_of_an_init_container_only_in_a_sidecar() -> None:
    init = WHOLE + "      initContainers:\n      - name: a\n        image: b\n        {}¦"
    assert "startupProbe" not in fields(init.format(""))
    assert "startupProbe" in fields(init.format("restartPolicy: Always\n        "))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE.replace("Never", "¦"), ["Never", "OnFailure"]),
        (WHOLE.replace("Never", "Ne¦ver"), ["Never", "OnFailure"]),
        (JOB + "  suspend: ¦", ["false", "true"]),
        (JOB + "  completionMode: ¦", ["Indexed", "NonIndexed"]),
        (MAIN + "imagePullPolicy: ¦", ["Always", "IfNotPresent", "Never"]),
        (MAIN + "volumeMounts:\n        - name: ¦", ["data", "scratch"]),
        (MAIN + "volumeDevices:\n        - name: ¦", []),
        (JOB + "  podFailurePolicy:\n    rules:\n    - onExitCodes:\n        containerName: ¦\n" + POD, ["main"]),
        (MAIN + "resources:\n          limits:\n            cpu: 1\n            ¦", ["ephemeral-storage", "memory"]),
        (WHOLE + "      os:\n        name: ¦", ["linux", "windows"]),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_fields_of_the_downward_api() -> None:
    text = MAIN + "env:\n        - name: A\n          valueFrom:\n            fieldRef:\n              fieldPath: ¦"
    index = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
    assert labels(text, version="1.27") == [
        index, "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.podIP", "status.podIPs",
    ]  # fmt: skip
    assert "status.hostIPs" in labels(text, version="1.30")


def test_names_and_keys_of_config_maps_of_the_workspace() -> None:
    use = MAIN + "env:\n        - name: A\n          valueFrom:\n            configMapKeyRef:\n              name: {}\n"
    others = (CONFIG.format("one", "default"), CONFIG.format("two", "prod"))
    assert [found.label for found in completions(use.format("¦"), others=others)] == ["one", "two"]
    in_prod = use.format("¦").replace("  name: x", "  name: x\n  namespace: prod")
    assert [found.label for found in completions(in_prod, others=others)] == ["two"]
    key = use.format("one") + "              key: ¦"
    assert [found.label for found in completions(key, others=others)] == ["a.txt", "b.txt"]
    items = WHOLE.replace("name: settings", "name: two\n          items:\n          - key: ¦")
    assert [found.label for found in completions(items, others=others)] == ["a.txt", "b.txt"]
    assert completions(key.replace("name: one", "name: none"), others=others) == []


def test_time_zones_and_schedules() -> None:
    zones = labels(CRONJOB + "  timeZone: ¦")
    assert "Europe/Paris" in zones
    assert "localtime" not in zones
    found = completions(CRONJOB + "  schedule: ¦")
    assert [(each.label, each.detail) for each in found[:3]] == [
        ("0 * * * *", "every hour"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 3 * * *", "every day at 03:00"),
    ]
    assert found[1].text == '"*/15 * * * *"'


def test_what_an_object_is() -> None:
    assert labels("apiVersion: batch/v1\n¦") == ["kind: CronJob", "kind: Job"]
    assert labels("apiVersion: batch/v1\nkind: ¦") == ["CronJob", "Job"]
    assert labels("apiVersion: batch/v1\nki¦") == ["kind: CronJob", "kind: Job"]
    assert labels("kind: Job\n¦") == ["apiVersion: batch/v1"]
    assert labels("kind: Job\napiVersion: ¦") == ["batch/v1"]
    assert labels("apiVersion: bat¦") == ["batch/v1"]
    assert labels("apiVersion: batch/v1beta1\nkind: ¦", version="1.24") == ["CronJob"]
    assert labels("apiVersion: batch/v1beta1\nkind: ¦", version="1.25") == []


def test_documentation_says_what_a_field_means() -> None:
    found = {each.label: each for each in completions(JOB + "  ¦", version="1.28")}
    assert found["template"].detail == "PodTemplateSpec, required"
    assert found["suspend"].detail == "true or false"
    assert found["suspend"].documentation.startswith("**suspend** · true or false · default `false`\n\n")


# -- how it is written


def test_required_children_in_block_style() -> None:
    assert written(JOB + "  tem¦", "template") == JOB + (
        "  template:\n"
        "    spec:\n"
        "      restartPolicy: ${1|Never,OnFailure|}\n"
        "      containers:\n"
        "      - name: ${2:main}\n"
        "        image: ${3:busybox:1.36}"
    )


def test_the_style_of_the_document_is_kept() -> None:
    wide = "apiVersion: batch/v1\nkind: Job\nmetadata:\n    finalizers:\n      - a\nspec:\n    ¦"
    assert written(wide, "template").endswith(
        "    template:\n"
        "        spec:\n"
        "            restartPolicy: ${1|Never,OnFailure|}\n"
        "            containers:\n"
        "                - name: ${2:main}\n"
        "                  image: ${3:busybox:1.36}"
    )


def test_an_element() -> None:
    assert written(WHOLE + "      initContainers:\n        ¦", "- native sidecar").endswith(
        "        - name: ${1:sidecar}\n          image: ${2:busybox:1.36}\n          restartPolicy: Always"
    )


def test_names_around_stand_in_the_holes() -> None:
    assert written(MAIN + "¦", "volumeMounts").endswith(
        "        volumeMounts:\n        - name: ${1|data,scratch|}\n          mountPath: ${2:/data}"
    )


def test_a_key_that_has_a_value_is_only_renamed() -> None:
    assert written(JOB + "  comp¦: 5\n", "completions") == JOB + "  completions: 5\n"


def test_a_value_in_the_place_of_another() -> None:
    assert written(JOB + "  completionMode: Non¦Indexed\n", "Indexed") == JOB + "  completionMode: Indexed\n"
    assert written(JOB + "  completionMode: 'Non¦'\n", "Indexed") == JOB + "  completionMode: 'Indexed'\n"
    assert written(JOB + "  completionMode:¦\n", "Indexed") == JOB + "  completionMode: Indexed\n"


def test_text_that_yaml_would_take_for_something_else_is_quoted() -> None:
    conditions = JOB + "  podFailurePolicy:\n    rules:\n    - onPodConditions:\n      - status: ¦"
    assert written(conditions, "True").endswith('status: "True"')


def test_json() -> None:
    text = '{"apiVersion": "batch/v1",\n  "kind": "Job",\n  "spec": {\n    ¦\n    "completions": 1\n  }\n}'
    assert written(text, "completionMode", "json") == text.replace("¦", '"completionMode": "${1|Indexed,NonIndexed|}",')
    assert written(text, "template", "json") == text.replace(
        "¦",
        '"template": {\n      "spec": {\n        "restartPolicy": "${1|Never,OnFailure|}",\n'
        '        "containers": [\n          {\n            "name": "${2:main}",\n'
        '            "image": "${3:busybox:1.36}"\n          }\n        ]\n      }\n    },',
    )
    assert written(text.replace("¦", '"backoff¦'), "backoffLimit", "json") == text.replace(
        "¦", '"backoffLimit": ${1:6},'
    )


def test_brackets_in_yaml() -> None:
    text = JOB + "  template: {spec: {¦}}\n"
    assert written(text, "containers") == text.replace("¦", "containers: [{name: ${1:main}, image: ${2:busybox:1.36}}]")


def test_markdown_and_heredocs() -> None:
    job = "".join(f"> {line}\n" for line in JOB.splitlines())
    found = written(f"> ```yaml\n{job}>   ¦\n> ```\n", "template", "markdown")
    assert found == (
        f"> ```yaml\n{job}>   template:\n>     spec:\n>       restartPolicy: ${{1|Never,OnFailure|}}\n"
        ">       containers:\n>       - name: ${2:main}\n>         image: ${3:busybox:1.36}\n> ```\n"
    )
    heredoc = f"kubectl apply -f - <<EOF\n{JOB}  sus¦\nEOF\n"
    assert written(heredoc, "suspend", "shell") == heredoc.replace("sus¦", "suspend: ${1|true,false|}")
    assert labels("```yaml\nJob¦\n```\n", "markdown")[0] == "Job"


def test_fences_in_lists_and_heredocs_with_tabs() -> None:
    job = "".join(f"  {line}\n" for line in JOB.splitlines())
    assert written(f"- x\n\n  ```yaml\n{job}    tem¦\n  ```\n", "template", "markdown").endswith(
        "    template:\n      spec:\n        restartPolicy: ${1|Never,OnFailure|}\n        containers:\n"
        "        - name: ${2:main}\n          image: ${3:busybox:1.36}\n  ```\n"
    )
    tabbed = "".join(f"\t{line}\n" for line in JOB.splitlines())
    assert "\t      restartPolicy:" in written(
        f"kubectl apply -f - <<-EOF\n{tabbed}\t  ¦\n\tEOF\n", "template", "shell"
    )


def test_nothing_before_what_ends_the_document() -> None:
    bare = WHOLE.replace("metadata:\n  name: x\n", "")
    assert labels(f"{bare}¦---\na: 1\n") == []
    assert labels(f"{bare}¦\n---\na: 1\n") == ["metadata"]
    assert labels(f"```yaml\n{bare}¦```\n", "markdown") == []
    assert labels(f"```yaml\n{bare}¦\n```\n", "markdown") == ["metadata"]


def test_names_that_are_none_are_not_offered() -> None:
    others = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a${}: x\n  b: y\n",)
    items = WHOLE.replace("name: settings", "name: settings\n          items:\n          - key: ¦")
    assert [found.label for found in completions(items, others=others)] == ["b"]


def test_an_object_without_an_api_version() -> None:
    assert written(WHOLE.replace("apiVersion: batch/v1", "api¦"), "apiVersion").startswith(
        "apiVersion: ${1:batch/v1}\nkind"
    )
    assert labels(WHOLE.replace("batch/v1", "¦")) == ["batch/v1"]
    assert labels(WHOLE.replace("kind: Job", "kind: ¦Job")) == ["CronJob", "Job"]


def test_line_ends_are_those_of_the_file() -> None:
    text = (JOB + "  sel¦\n").replace("\n", "\r\n")
    assert "\n" not in written(text, "template").replace("\r\n", "")


# -- patterns


def test_patterns_in_an_empty_document() -> None:
    names = ["CronJob", "Indexed Job", "Job", "Job with fixed completions", "Work queue Job"]
    for text in ("¦", "\n¦\n", "# x\n¦", "a: 1\n---\n¦", "¦\n---\na: 1\n"):
        assert labels(text) == names, text
    assert labels("jo¦") == ["Job", "Job with fixed completions"]
    assert "Indexed Job" not in labels("¦", version="1.21")
    assert labels("a: 1\n¦") == []


@pytest.mark.parametrize("version", ["1.21", "1.29", "1.37"])
@pytest.mark.parametrize("language", ["yaml", "json"])
def test_every_whole_pattern_is_right(version: str, language: str) -> None:
    found = completions("¦", language, version=version)
    assert len(found) >= 4
    for each in found:
        assert lint(each.plain, language=language, kube_version=version) == [], each.label
        assert each.plain.startswith("{" if language == "json" else "apiVersion")


def test_patterns_of_a_part() -> None:
    assert "Indexed" in labels(JOB + "  ¦")
    assert "Indexed" not in labels(JOB + "  completions: 1\n  ¦")
    assert "successPolicy: one index decides" not in labels(JOB + "  ¦")
    assert "successPolicy: one index decides" in labels(JOB + "  completionMode: Indexed\n  ¦")
    failing = "podFailurePolicy: fail at once, ignore disruptions"
    assert failing in labels(WHOLE + "  ¦")
    assert failing not in labels(WHOLE.replace("Never", "OnFailure") + "  ¦")
    assert "initContainers: native sidecar" in labels(WHOLE + "      ¦", version="1.29")
    assert "initContainers: native sidecar" not in labels(WHOLE + "      ¦", version="1.28")


@pytest.mark.parametrize("name", ["podFailurePolicy: fail at once, ignore disruptions", "Indexed"])
def test_a_pattern_of_a_part_is_right(name: str) -> None:
    assert lint(plain(written(WHOLE + "  ¦", name))) == []


# -- all of it


def mappings(root: Node | None) -> Iterator[Mapping]:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            todo += [entry.value for entry in node.entries]
            if not node.flow:
                yield node
        elif isinstance(node, Sequence):
            todo += node.items


@pytest.mark.parametrize("version", ["1.21", "1.25", "1.28", "1.33", "1.37", "1.21-1.37"])
@pytest.mark.parametrize("text", [WIDE, WIDE_CRONJOB], ids=["Job", "CronJob"])
def test_the_server_knows_all_that_is_offered(text: str, version: str) -> None:
    """Each field is put where it is offered: none is unknown, of a wrong type, or dropped."""
    chosen, offered = settings(version), 0
    before = {(found.rule, found.field) for found in lint(text, settings=chosen)}
    for mapping in mappings(documents(Source("x", text))[0].root):
        key, last = mapping.entries[0].key, mapping.entries[-1]
        column = key.start - text.rfind("\n", 0, key.start) - 1
        end = text.find("\n", max(last.value.end, last.key.end + 1) - 1) + 1
        longer = text[:end] + " " * column + "\n" + text[end:]
        for found in complete(Source("x", longer), end + column, chosen):
            offered += 1
            result = longer[: found.start] + found.plain + longer[found.end :]
            new = {(each.rule, each.field) for each in lint(result, settings=chosen)} - before
            rules = {rule for rule, _ in new}
            wrong = {"unknown-field", "gated-field", "wrong-type", "unreadable-document", "duplicate-key"} & rules
            assert not wrong, (found.label, found.plain, new)
    assert offered > 100
