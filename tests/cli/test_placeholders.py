"""What is a placeholder and what is a plain mistake; what is a patch by its place: docs/not-checked.md."""

from pathlib import Path

import pytest

import joblint
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.project.placeholder import placeholder
from joblint.rule.report import mistake
from joblint.rule.value import Value
from tests.cli.test_leave import judged
from tests.support import CRONJOB, GOOD

TOLD = "has a placeholder: `{}` is not checked"
PATCHED = "is a patch, by its file name or directory: checked only for unknown fields, duplicate keys and wrong types"
DIRECTED = (
    "is a patch, with a directive such as `$patch`: checked only for unknown fields, duplicate keys and wrong types"
)


def name(value: str) -> str:
    return GOOD.replace("  name: hello\n", f"  name: {value}\n", 1)


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


MARKS = (
    "<name>", "my-job-<ID>", "<1>", "__NAME__", "job-__id__", "job_ID_", "_ID_", "a_RUN_ID_b", "%NAME%", "%%NAME%%",
    "job-%id%", "@NAME@", "@@NAME@@", "job-@version@", "{NAME}", "job-{id}", "#{NAME}#",
    "[NAME]", "job-[ID]", "XXX", "job-xxxx-A",
    "job-XXXXX", "TODO", "TODO: a name", "FIXME", "TBD", "REPLACE_ME",
    "REPLACEME", "CHANGEME", "job-CHANGE_ME", "INSERT_NAME",
    "NAME_HERE", "name_HERE", "PLACEHOLDER",
    "job-$(date +%s)", "job-$(Build.BuildId)", "job-`date`", "((name))",
    "{0}", "job-{1}", "job-%s", "%d-job", "%(name)s", "...", "…", "____", "your_job_name", "job-Your_Id",
    "replace_me", "Change-Me", "REPLACE", "CHANGE_IT_", "REPLACE_WITH_NAME",
    "job-$[x.y]", "JOB_NAME", "job-JOB_ID", "JOB_ID-job", "a.RUN_ID.b", "K8S_JOB", "NAME", "YOUR-NAME",
)  # fmt: skip
HOLES = (
    "$NAME",
    "$K8S_SA_NAME",
    "$S3_BUCKET",
    "$R2_KEY",
    "$AB",
    "$name",
    "$n1",
    "$_x",
    "${NAME}",
    "${NAME:-a}",
    "a-$B1-c",
    "$Name",
)
WRONG = (
    "My_Job", "my_job", "MYJOB", "MyJob", "my_JOB", "job_", "_job", "job__a", "JOB-ID", "Job-1", "a b",
    "job.", "a@b", "100%", "a%b", "CHANGELOG", "REPLACEMENT-JOB", "a%sb", "100%d2", "..", "a...b", "_a",
    "{10a}", "$", "$1", "a{b", "a]b", "(a)", "TODOs", "xx", "Xxx1-", "NAMES", "MY_jOB", "MYJOB_1a",
)  # fmt: skip


@pytest.mark.parametrize("value", MARKS)
def test_a_mark_is_a_placeholder(value: str) -> None:
    assert judged(name(quoted(value))) == ([], [TOLD.format(value)])


@pytest.mark.parametrize("value", HOLES)
def test_variables_of_a_shell_are_filled_in_before(value: str) -> None:
    assert judged(name(quoted(value))) == ([], [])
    assert joblint.lint(GOOD.replace("restartPolicy:", f"serviceAccountName: {value}\n      restartPolicy:")) == []


@pytest.mark.parametrize("value", [value for value in WRONG if value != "xx"])
def test_a_wrong_name_is_refused(value: str) -> None:
    found, why = judged(name(quoted(value)))
    assert (set(found), why) == ({"invalid-name"}, [])


@pytest.mark.parametrize("value", ["{NAME}", "[NAME]", "{JOB_NAME}", "[A B]"])
def test_brackets_that_are_no_string_to_yaml(value: str) -> None:
    assert judged(name(value)) == ([], [TOLD.format(value)])


@pytest.mark.parametrize("value", ["{a: b}", "[a]", "{NAME: x}", "[A, B]", "{}"])
def test_other_brackets(value: str) -> None:
    assert "wrong-type" in judged(name(value))[0]


@pytest.mark.parametrize("mark", ["${X}", "__X__", "@X@", "%X%", "{x}"])
@pytest.mark.parametrize("rest", ["", "/role", "-role"])
def test_the_key_of_a_label_may_be_a_placeholder(mark: str, rest: str) -> None:
    """A field of an object may not: no program fills in the name of one."""
    assert judged(name(f'hello\n  labels: {{"{mark}{rest}": x}}'))[0] == []
    assert judged(name(f'hello\n  "{mark}{rest}": x'))[0] == ["unknown-field"]


def test_a_wrong_key_of_a_label() -> None:
    assert set(judged(name('hello\n  labels: {"a b": x}'))[0]) == {"invalid-label"}


POD = "      restartPolicy: Never\n"


@pytest.mark.parametrize(
    "text",
    [
        CRONJOB.replace('"0 3 * * *"', "CRON_SCHEDULE"),
        CRONJOB.replace('"0 3 * * *"', '"CRON_MINUTE * * * *"'),
        CRONJOB.replace('"0 3 * * *"', "EVERY_DAY_SCHEDULE"),
        CRONJOB.replace("  jobTemplate:", "  timeZone: TIME_ZONE\n  jobTemplate:"),
        CRONJOB.replace("  jobTemplate:", "  suspend: IS_SUSPENDED\n  jobTemplate:"),
        CRONJOB.replace("  jobTemplate:", "  concurrencyPolicy: CONCURRENCY_POLICY\n  jobTemplate:"),
        GOOD.replace("  template:", "  parallelism: NUM_WORKERS\n  template:"),
        GOOD.replace("  template:", "  parallelism: __N__\n  template:"),
        GOOD.replace("  template:", "  parallelism: <number>\n  template:"),
        GOOD.replace("  template:", "  backoffLimit: {RETRIES}\n  template:"),
        GOOD + "        resources: {limits: {cpu: CPU_LIMIT, memory: '%MEMORY%'}}\n",
        GOOD.replace("metadata:\n", "metadata:\n  labels: {a: '<label>', b: __X__}\n", 1),
        GOOD.replace(POD, POD + "      priorityClassName: PRIORITY_CLASS\n"),
        GOOD.replace("restartPolicy: Never", "restartPolicy: RESTART_POLICY"),
        GOOD
        + "        volumeMounts: [{name: A_PV_NAME, mountPath: /a}]\n"
        + "      volumes: [{name: A_PV_NAME, emptyDir: {}}]\n",
    ],
)
def test_every_kind_of_value(text: str) -> None:
    found, why = judged(text)
    assert found == []
    assert why != []
    assert all("has a placeholder: " in one for one in why)
    assert joblint.lint(text) != []  # the library judges placeholders, too


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GOOD.replace("restartPolicy: Never", "restartPolicy: ON_FAILURE"), "unfit-restart-policy"),
        (
            CRONJOB.replace("  jobTemplate:", "  concurrencyPolicy: FOR_BID\n  jobTemplate:"),
            "invalid-concurrency-policy",
        ),
        (CRONJOB.replace('"0 3 * * *"', "EVERY-DAY"), "invalid-schedule"),
        (CRONJOB.replace('"0 3 * * *"', "'@EVERY_DAY'"), "invalid-schedule"),
        (CRONJOB.replace('"0 3 * * *"', "'0 3 * * MON_FRI'"), "invalid-schedule"),
        (CRONJOB.replace('"0 3 * * *"', "EVERY_DAY"), "invalid-schedule"),
        (CRONJOB.replace('"0 3 * * *"', "EVERY_5_MINUTES"), "invalid-schedule"),
        (CRONJOB.replace("  jobTemplate:", "  timeZone: EUROPE_BERLIN\n  jobTemplate:"), "invalid-time-zone"),
        (GOOD.replace("  template:", "  parallelism: MANY\n  template:"), "wrong-type"),
        (GOOD.replace("  template:", "  MY_FIELD: 1\n  template:"), "unknown-field"),
        (GOOD + "        env: [{name: A_B=C, value: x}]\n", "invalid-env"),
        (
            GOOD + "        env: [{name: A_B}, {name: A_B}]\n        resources: {limits: {cpu: A_B1c}}\n",
            "invalid-quantity",
        ),
        (GOOD.replace("metadata:\n", "metadata:\n  labels: {a: A_B-}\n", 1), "invalid-label"),
    ],
)
def test_capitals_that_are_a_mistake(text: str, rule: str) -> None:
    assert rule in judged(text)[0]


@pytest.mark.parametrize(
    "image", ["IMAGE_NAME:IMAGE_TAG", "gcr.io/PROJECT_ID/x:1", "<image>", "{IMAGE}", "__IMAGE__:1"]
)
def test_images_that_no_runtime_reads(image: str) -> None:
    container = Value("Container", Node(0, 0), None, None, "", {})
    node = Scalar(0, 1, image, image, "'")
    report = mistake(Value("string", node, None, container, "image", image), "no runtime reads it")
    assert placeholder(report) == image
    node.text = "Busybox:1"
    assert placeholder(report) == ""


PATCH = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
spec:
  template:
    spec:
      containers:
      - name: a
        env:
        - name: A
          value: b
"""
CRON_PATCH = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  suspend: true\n"
NO_SPEC = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  labels: {a: b}\n"


class TestPatches:
    @pytest.mark.parametrize(
        "path",
        ["patches/job.yaml", "patch.yaml", "job-patch.yaml", "job_patch.yml", "patch-job.yaml", "a.patch.yaml",
         "overlays/prod/job.yaml", "overlay/job.yaml", "x/my-patches/deep/job.yaml", "strategic-merge/job.yaml",
         "job-strategic-merge.yaml", "strategicMerge.yaml", "prod-overlay.yaml", "JobPatch.yaml", "PATCHES/a.yaml"],
    )  # fmt: skip
    @pytest.mark.parametrize("text", [PATCH, CRON_PATCH, NO_SPEC])
    def test_by_the_name_of_the_file_or_directory(self, tmp_path: Path, path: str, text: str) -> None:
        assert judged(text, str(tmp_path / path)) == ([], [PATCHED])

    @pytest.mark.parametrize(
        "path", ["job.yaml", "dispatch.yaml", "dispatch/job.yaml", "despatches/x.yaml", "components/a.yaml"]
    )
    def test_other_names(self, tmp_path: Path, path: str) -> None:
        (tmp_path / ".git").mkdir()
        assert "missing-image" in judged(PATCH, str(tmp_path / path))[0]

    def test_components_of_kustomize(self, tmp_path: Path) -> None:
        (tmp_path / "components" / "a").mkdir(parents=True)
        path = str(tmp_path / "components" / "a" / "job.yaml")
        assert "missing-image" in judged(PATCH, path)[0]
        (tmp_path / "components" / "a" / "kustomization.yaml").write_text("kind: Component\n")
        assert judged(PATCH, path) == ([], [PATCHED])

    def test_a_resource_is_no_patch_wherever_it_is(self, tmp_path: Path) -> None:
        (tmp_path / "overlays").mkdir()
        path = str(tmp_path / "overlays/job.yaml")
        assert judged(PATCH, path) == ([], [PATCHED])
        (tmp_path / "overlays/kustomization.yaml").write_text("resources: [job.yaml]\n")
        assert "missing-image" in judged(PATCH, path)[0]

    def test_a_whole_object_is_judged_wherever_it_is(self, tmp_path: Path) -> None:
        wrong = GOOD.replace("restartPolicy: Never", "restartPolicy: Always")
        assert judged(wrong, str(tmp_path / "patches/job.yaml")) == (["unfit-restart-policy"], [])

    def test_a_patch_may_still_be_wrong(self, tmp_path: Path) -> None:
        wrong = PATCH.replace("spec:\n", "spec:\n  backofLimit: 1\n  parallelism: x\n", 1)
        assert judged(wrong, str(tmp_path / "patches/job.yaml"))[0] == ["unknown-field", "wrong-type"]

    def test_directories_above_the_repository_do_not_count(self, tmp_path: Path) -> None:
        (tmp_path / "patches" / "repository" / ".git").mkdir(parents=True)
        assert "missing-image" in judged(PATCH, str(tmp_path / "patches/repository/job.yaml"))[0]

    def test_one_that_says_so(self, tmp_path: Path) -> None:
        assert judged(f"$patch: delete\n{NO_SPEC}", str(tmp_path / "job.yaml")) == ([], [DIRECTED])

    @pytest.mark.parametrize(
        "line",
        [
            "$patch: replace",
            "$retainKeys: [name]",
            "$setElementOrder/env: [{name: A}]",
            "$deleteFromPrimitiveList/a: [b]",
        ],
    )
    def test_directives_at_any_level(self, tmp_path: Path, line: str) -> None:
        text = PATCH + f"        {line}\n"
        assert judged(text, str(tmp_path / "job.yaml")) == ([], [DIRECTED])
        assert judged(f"```yaml\n{text}```\n", "a.md", "markdown") == ([], [DIRECTED])
        assert judged(text.replace("spec:\n", "spec:\n  backofLimit: 1\n", 1))[0] == ["unknown-field"]
        assert "missing-image" in judged(PATCH + f"        command: ['{line}']\n")[0]

    def test_an_image_is_missing_in_one_of_two(self, tmp_path: Path) -> None:
        text = PATCH + "      - name: b\n        image: b:1\n"
        assert judged(text, str(tmp_path / "overlays/job.yaml")) == ([], [PATCHED])
