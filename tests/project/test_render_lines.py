"""`--render`: findings at the lines of the templates, and of the files of kustomizations."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Done, Program
from tests.project.rendering import CHART, fake
from tests.support import BAD, GOOD, commit_all, write

pytestmark = pytest.mark.usefixtures("here")

HELPERS = """\
{{- define "app.labels" -}}
app: {{ .Chart.Name }}
{{- end -}}
{{- define "app.pod" -}}
restartPolicy: {{ .Values.policy }}
containrs: []
containers:
- name: x
  image: busybox:1.36
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
{{- end -}}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-job
  annotations:
    checksum/config: {{ include (print $.Template.BasePath "/other.yaml") . | sha256sum }}
    "helm.sh/hook": pre-install
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  paralelism: 2
  {{- if .Values.extra }}
  backofLimit: 3
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "app.labels" . | nindent 8 }}
    spec:
      {{- include "app.pod" . | nindent 6 }}
"""
OTHER = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-cron
spec:
  schedule: {{ .Values.schedule | quote }}
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: {{ if .Values.extra }}Alwayz{{ else }}Never{{ end }}
          containers:
          - name: {{ .Chart.Name | upper }}
            image: "busybox:{{ .Values.tag | default "1.36" }}"
            args: [{{ randAlphaNum 8 }}]
"""
VALUES = """\
schedule: "* * * *"
policy: OnFailure
resources:
  limits:
    cpu: 1x
extra: false
"""


@pytest.fixture
def app(here: Path) -> Path:
    """A chart with helpers, checksums, random values and conditions; without helm there is no test."""
    if shutil.which("helm") is None:
        pytest.skip("helm is not here")
    write(here / "app/Chart.yaml", CHART)
    write(here / "app/values.yaml", VALUES)
    write(here / "app/templates/_helpers.tpl", HELPERS)
    write(here / "app/templates/job.yaml", JOB)
    write(here / "app/templates/other.yaml", OTHER)
    return here / "app"


def report(joblint: Program, *words: str) -> list[dict[str, Any]]:
    """The findings of a rendered chart."""
    found: list[dict[str, Any]] = json.loads(joblint("check", "--render", "--format", "json", *words).out)["findings"]
    return found


def places(joblint: Program, *words: str) -> list[tuple[str, int, int, str]]:
    """Of each finding: path, line, column and rule."""
    return [(one["path"], one["line"], one["column"], one["rule"]) for one in report(joblint, *words)]


def text(done: Done) -> str:
    return done.out.partition("\n")[0]


IN_JOB = ("app/templates/job.yaml", 11, 3, "unknown-field")
IN_POD = [
    ("app/templates/job.yaml", 20, 7, "unknown-field"),  # in the order of the output
    ("app/templates/job.yaml", 20, 7, "invalid-quantity"),
]
IN_OTHER = [
    ("app/templates/other.yaml", 6, 13, "invalid-schedule"),
    ("app/templates/other.yaml", 13, 19, "invalid-container-name"),
]


@pytest.mark.usefixtures("app")
class TestHelm:
    def test_places(self, joblint: Program) -> None:
        assert places(joblint, "app") == [IN_JOB, *IN_POD, *IN_OTHER]

    def test_a_literal_line(self, joblint: Program) -> None:
        (found,) = [one for one in report(joblint, "app") if one["line"] == 11]
        assert (found["endLine"], found["endColumn"], found["origin"], found["related"]) == (11, 13, "", [])
        assert found["output"].startswith("app:")
        assert found["fix"] is None

    def test_what_a_helper_inserts(self, joblint: Program) -> None:
        (found,) = [one for one in report(joblint, "app") if one["line"] == 20 and one["rule"] == "unknown-field"]
        helper, rendered = found["related"]
        assert (helper["path"], helper["line"], helper["column"]) == ("app/templates/_helpers.tpl", 6, 1)
        assert helper["message"] == "written by `app.pod`"
        assert (rendered["path"], rendered["message"]) == ("app", "as rendered")
        assert found["output"] == f"app:{rendered['line']}:{rendered['column']}"

    def test_text(self, joblint: Program) -> None:
        out = joblint("check", "--render", "--format", "text", "app").out
        assert "  --> app/templates/job.yaml:11:3\n   |\n11 |   paralelism: 2\n   |   ^^^^^^^^^^\n\n" in out
        assert '20 |       {{- include "app.pod" . | nindent 6 }}\n   |       ^^^^^^^^' in out
        assert "6 | containrs: []\n  | ^^^^^^^^^^^^^ written by `app.pod`\n" in out
        assert " of the output)\n   |\n" in out
        assert out.endswith("5 errors in 2 files (1 Job, 1 CronJob, Kubernetes 1.37)\n")

    def test_annotations(self, joblint: Program) -> None:
        out = joblint("check", "--render", "--format", "github", "app").out
        assert "file=app/templates/job.yaml,line=11,endLine=11,col=3,endColumn=13::" in out

    def test_sarif(self, joblint: Program) -> None:
        run = json.loads(joblint("check", "--render", "--format", "sarif", "app").out)["runs"][0]
        place = run["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "app/templates/job.yaml"
        assert place["region"]["startLine"] == 11
        assert place["region"]["snippet"]["text"] == "paralelism"

    def test_from_the_chart_itself(self, joblint: Program, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(app)
        assert places(joblint, ".")[0] == ("templates/job.yaml", *IN_JOB[1:])
        assert places(joblint, str(app))[0] == (f"{app}/templates/job.yaml", *IN_JOB[1:])

    def test_carriage_returns(self, joblint: Program, app: Path) -> None:
        (app / "templates/job.yaml").write_bytes(JOB.replace("\n", "\r\n").encode())
        assert places(joblint, "app") == [IN_JOB, *IN_POD, *IN_OTHER]

    def test_a_chart_in_the_chart(self, joblint: Program, app: Path) -> None:
        sub = app / "charts/sub"
        shutil.copytree(app / "templates", sub / "templates")
        shutil.copy(app / "values.yaml", sub)
        write(sub / "Chart.yaml", CHART.replace("app", "sub"))
        assert ("app/charts/sub/templates/job.yaml", *IN_JOB[1:]) in places(joblint, "app")

    def test_a_library(self, joblint: Program, app: Path) -> None:
        """The whole Job is in a helper of another chart."""
        write(app / "charts/lib/Chart.yaml", f"{CHART.replace('app', 'lib')}type: library\n")
        write(app / "charts/lib/templates/_job.yaml", '{{ define "lib.job" }}\n' + BAD + "{{ end }}\n")
        write(app / "templates/job.yaml", "\n# ours\n{{ include `lib.job` . }}\n")
        (found,) = [one for one in report(joblint, "app") if "job.yaml" in one["path"]]
        assert (found["path"], found["line"], found["column"]) == ("app/templates/job.yaml", 3, 1)
        related = found["related"][0]
        assert (related["path"], related["line"]) == ("app/charts/lib/templates/_job.yaml", 7)

    def test_a_scalar_of_several_lines(self, joblint: Program, app: Path) -> None:
        """A comment would end it, so that helm rejects the marked template; the other one keeps its lines."""
        write(app / "templates/job.yaml", JOB.replace("name: {{", "annotations: {x: a\n    b}\n  name: {{"))
        found = report(joblint, "app")
        assert [one["line"] for one in found if one["path"] == "app/templates/other.yaml"] == [6, 13]
        assert {one["origin"] for one in found if one["path"] == "app"} == {"app/templates/job.yaml"}

    def test_a_template_with_marks_of_its_own(self, joblint: Program, app: Path) -> None:
        write(app / "templates/job.yaml", JOB.replace("spec:\n  p", "spec: # \ue010\n  p"))
        assert {one["origin"] for one in report(joblint, "app") if one["path"] == "app"} == {"app/templates/job.yaml"}

    def test_baseline(self, joblint: Program, app: Path) -> None:
        assert joblint("check", "--render", "--write-baseline=b.json", "app").code == 0
        write(app / "templates/job.yaml", f"# one more\n{JOB}")
        assert joblint("check", "--render", "--baseline", "b.json", "app").code == 0
        write(app / "templates/job.yaml", JOB.replace("paralelism", "paralellism"))
        assert places(joblint, "--baseline", "b.json", "app") == [IN_JOB]

    @pytest.mark.parametrize(
        "comment",
        ["  {{/* joblint: ignore[unknown-field] we know */}}\n", "  # joblint: ignore[unknown-field] we know\n"],
    )
    def test_suppressions_above_a_line(self, joblint: Program, app: Path, comment: str) -> None:
        write(app / "templates/job.yaml", JOB.replace("  paralelism", f"{comment}  paralelism"))
        assert [place for place in places(joblint, "app") if place[3] == "unknown-field"] == [
            ("app/templates/job.yaml", 21, 7, "unknown-field")
        ]

    @pytest.mark.parametrize(
        "comment",
        [
            " {{- /* joblint: ignore[unknown-field,invalid-quantity] we know */}}",
            " # joblint: ignore[unknown-field, invalid-quantity] we know",
        ],
    )
    def test_a_suppression_of_all_that_is_inserted(self, joblint: Program, app: Path, comment: str) -> None:
        write(app / "templates/job.yaml", JOB.replace("nindent 6 }}\n", f"nindent 6 }}}}{comment}\n"))
        assert places(joblint, "app") == [IN_JOB, *IN_OTHER]
        assert len(places(joblint, "--no-suppressions", "app")) == 5

    def test_a_suppression_of_the_object(self, joblint: Program, app: Path) -> None:
        comment = "{{/* joblint: ignore-object[unknown-field] we know */}}\n"
        write(app / "templates/job.yaml", comment + JOB)
        assert [place[3] for place in places(joblint, "app")] == [
            "invalid-quantity", "invalid-schedule", "invalid-container-name",
        ]  # fmt: skip

    def test_since(self, joblint: Program, app: Path, here: Path) -> None:
        commit_all(here)
        assert places(joblint, "--since", "HEAD", "app") == []
        write(app / "templates/job.yaml", "# one more\n" + JOB.replace("  template:", "  complitions: 1\n  template:"))
        assert places(joblint, "--since", "HEAD", "app") == [("app/templates/job.yaml", 16, 3, "unknown-field")]
        write(app / "values.yaml", VALUES.replace("OnFailure", "Nevver"))
        assert [place[1:] for place in places(joblint, "--since", "HEAD", "app")] == [
            (16, 3, "unknown-field"), (22, 7, "unfit-restart-policy"),
        ]  # fmt: skip

    def test_since_a_chart_is_new(self, joblint: Program, here: Path) -> None:
        write(here / "README", "x\n")
        (here / "app").rename(here / "later")
        write(here / "app/README", "x\n")
        commit_all(here)
        shutil.rmtree(here / "app")
        (here / "later").rename(here / "app")
        assert len(places(joblint, "--since", "HEAD", "app")) == 5

    def test_against(self, joblint: Program, app: Path, here: Path) -> None:
        policy = "      restartPolicy: {{ .Values.policy }}\n"
        write(app / "templates/job.yaml", GOOD.replace("      restartPolicy: Never\n", policy))
        assert policy in (app / "templates/job.yaml").read_text()
        commit_all(here)
        write(app / "values.yaml", VALUES.replace("OnFailure", "Never"))
        (found,) = [one for one in report(joblint, "--against", "git:HEAD", "app") if one["rule"].startswith("changed")]
        assert (found["path"], found["line"]) == ("app/templates/job.yaml", 8)

    def test_a_line_that_is_written_several_times(self, joblint: Program, app: Path) -> None:
        bad = BAD.replace("name: hello\nspec", "name: x{{ . }}\nspec").replace("paralelism: 2", "paralelism: {{ . }}")
        write(app / "templates/job.yaml", f"{{{{- range list 1 2 3 }}}}\n---\n{bad}{{{{- end }}}}\n")
        found = [place for place in places(joblint, "app") if "job.yaml" in place[0]]
        assert found == [("app/templates/job.yaml", 8, 3, "unknown-field")]

    def test_a_script_in_a_config_map(self, joblint: Program, app: Path) -> None:
        """Both places are found: that of the script, and that of its use in another template."""
        script = "  run.sh: |\n    #!/bin/sh\n    work {{ .Values.x }} now &\n"
        write(app / "templates/a.yaml", f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: s\ndata:\n{script}")
        volume = "      volumes: [{name: v, configMap: {name: s}}]\n"
        mounts = "        command: [sh, /s/run.sh]\n        volumeMounts: [{name: v, mountPath: /s}]\n"
        write(app / "templates/job.yaml", f"{GOOD}{mounts}{volume}")
        (found,) = [one for one in report(joblint, "app") if one["rule"] == "unawaited-process"]
        assert (found["path"], found["line"], found["column"]) == ("app/templates/a.yaml", 8, 30)
        assert [(one["path"], one["line"]) for one in found["related"]] == [("app/templates/job.yaml", 12)]

    def test_no_comment_is_added(self, joblint: Program, app: Path) -> None:
        joblint("check", "--render", "--add-ignore", "unknown-field", "app")
        assert (app / "templates/job.yaml").read_text() == JOB

    def test_duplicate_keys_are_lost(self, joblint: Program, app: Path) -> None:
        """Helm decodes its output: the API server never gets the first one."""
        write(
            app / "templates/job.yaml", JOB.replace("  template:\n", "  suspend: true\n  suspend: false\n  template:\n")
        )
        (found,) = [one for one in report(joblint, "app") if one["rule"] == "duplicate-key"]
        assert (found["effect"], found["line"]) == ("mistake", 15)
        assert [one["line"] for one in found["related"]] == [16]


@pytest.mark.usefixtures("app")
class TestValuesForTests:
    """The files `ci/*-values.yaml`, with which chart-testing installs a chart."""

    def messages(self, joblint: Program, *words: str) -> list[tuple[int, str]]:
        found = report(joblint, *words, "app")
        return [(one["line"], one["message"].partition(" (with ")[2]) for one in found]

    def test_each_is_used(self, joblint: Program, app: Path) -> None:
        write(app / "ci/a-values.yaml", "extra: true\n")
        write(app / "ci/b-values.yaml", "extra: true\npolicy: Sometimes\n")
        write(app / "ci/other.yaml", "policy: Never-read\n")
        assert self.messages(joblint) == [
            (11, ""),
            (13, "app/ci/a-values.yaml and app/ci/b-values.yaml)"),
            (20, ""),
            (20, ""),
            (20, "app/ci/b-values.yaml)"),
            (6, ""),
            (11, "app/ci/a-values.yaml and app/ci/b-values.yaml)"),
            (13, ""),
        ]
        last = joblint("check", "--render", "app").err
        assert last == "8 errors in 2 files (1 Job, 1 CronJob, Kubernetes 1.37)\n"

    def test_the_default_is_the_only_one(self, joblint: Program, app: Path) -> None:
        write(app / "ci/a-values.yaml", "schedule: '0 0 * * *'\n")
        assert (6, "the default values)") in self.messages(joblint)

    def test_values_of_the_call_take_precedence(self, joblint: Program, app: Path) -> None:
        write(app / "ci/a-values.yaml", "schedule: '0 0 * * *'\nextra: true\n")
        assert self.messages(joblint, "--set", "extra=false", "--set", "schedule=x") == [
            (11, ""), (20, ""), (20, ""), (6, ""), (13, ""),
        ]  # fmt: skip

    def test_the_default_cannot_be_rendered(self, joblint: Program, app: Path) -> None:
        write(app / "templates/check.yaml", "{{- $_ := required `no schedules` .Values.schedules }}\n")
        done = joblint("check", "--render", "app")
        assert done.code == 2
        write(app / "ci/a-values.yaml", "schedules: 1\n")
        done = joblint("check", "--render", "--verbose", "app")
        assert (done.code, text(done)[:27]) == (1, "app/templates/job.yaml:11:3")
        assert "app: left alone: is only rendered with the values in `ci`: `helm template` failed: " in done.err

    def test_one_cannot_be_rendered(self, joblint: Program, app: Path) -> None:
        write(app / "ci/a-values.yaml", "a: [\n")
        done = joblint("check", "--render", "app")
        assert done.code == 2
        assert "joblint: app/ci/a-values.yaml: `helm template` failed: " in done.err
        assert "app/ci/a-values.yaml" in done.err
        assert len(done.out.splitlines()) == 5

    def test_suppressions_that_are_used_with_some_values(self, joblint: Program, app: Path) -> None:
        write(app / "ci/a-values.yaml", "policy: Sometimes\n")
        comment = " # joblint: ignore[unfit-restart-policy]"
        write(app / "templates/job.yaml", JOB.replace("nindent 6 }}\n", f"nindent 6 }}}}{comment}\n"))
        select = ("--select", "unused-suppression,unfit-restart-policy")
        assert self.messages(joblint, *select) == []
        (app / "ci/a-values.yaml").unlink()
        assert [place[1:] for place in places(joblint, *select, "app")] == [(20, 46, "unused-suppression")]

    def test_not_for_updates(self, joblint: Program, app: Path, here: Path) -> None:
        commit_all(here)
        write(app / "ci/a-values.yaml", "extra: true\n")
        assert len(report(joblint, "--against", "git:HEAD", "app")) == 5

    def test_a_link_out_of_the_repository(self, joblint: Program, app: Path, tmp_path_factory: Any) -> None:
        secret = write(tmp_path_factory.mktemp("else") / "secret.yaml", "a: 1\n")
        (app / "ci").mkdir()
        (app / "ci/a-values.yaml").symlink_to(secret)
        done = joblint("check", "--render", "app")
        assert done.code == 2
        assert "joblint: app/ci/a-values.yaml: " in done.err


# Of helm, what is of use here: comments are left out, actions write `v`, and a marked template may be rejected.
HELM = """
import re
top, extra = sys.argv[2], any("--values" in word for word in sys.argv)
for name in sorted(os.listdir(top + "/templates")):
    text = open(os.path.join(top, "templates", name), encoding="utf-8").read()
    if "REJECT" in text and chr(0xe010) in text:
        sys.exit(f"Error: YAML parse error on app/templates/{name}: did not find expected key")
    if "REFUSE" in text and chr(0xe010) in text:
        sys.exit("Error: no")
    text = re.sub(r"[{][{]/[*].*?[*]/[}][}]", "", text)
    text = re.sub(r"[{][{] if .*?[}][}](.*?)[{][{] end [}][}]", r"\\1" if extra else "", text, flags=re.S)
    prints(f"---\\n# Source: app/templates/{name}\\n" + re.sub(r"[{][{].*?[}][}]", "v", text))
"""


class TestWithoutHelm:
    """Charts that are rendered by a program that only seems to be helm."""

    @pytest.fixture
    def chart(self, here: Path, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
        tools = tmp_path_factory.mktemp("tools")
        fake(tools, "helm", HELM)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        write(here / "app/Chart.yaml", CHART)
        write(here / "app/templates/a.yaml", BAD.replace("name: hello\nspec", "name: {{ .x }}\nspec"))
        write(here / "app/templates/b.yaml", "# b\n" + BAD.replace("name: hello\nspec", "name: b\nspec"))
        return here / "app"

    def found(self, joblint: Program, *words: str) -> list[tuple[str, str, int]]:
        return [(one["path"], one["origin"], one["line"]) for one in report(joblint, *words, "app")]

    @pytest.mark.usefixtures("chart")
    def test_lines(self, joblint: Program) -> None:
        assert self.found(joblint) == [("app/templates/a.yaml", "", 6), ("app/templates/b.yaml", "", 7)]

    def test_a_template_that_is_rejected_with_marks(self, joblint: Program, chart: Path) -> None:
        write(chart / "templates/b.yaml", "# REJECT\n" + BAD.replace("name: hello\nspec", "name: b\nspec"))
        assert self.found(joblint) == [("app", "app/templates/b.yaml", 23), ("app/templates/a.yaml", "", 6)]

    def test_a_chart_that_fails_with_marks(self, joblint: Program, chart: Path) -> None:
        write(chart / "templates/b.yaml", "# REFUSE\n" + BAD.replace("name: hello\nspec", "name: b\nspec"))
        assert {origin for _, origin, _ in self.found(joblint)} == {"app/templates/a.yaml", "app/templates/b.yaml"}

    def test_a_template_that_go_cannot_read(self, joblint: Program, chart: Path) -> None:
        write(chart / "templates/b.yaml", "# {{ end }}\n" + BAD.replace("name: hello\nspec", "name: b\nspec"))
        assert self.found(joblint) == [("app", "app/templates/b.yaml", 23), ("app/templates/a.yaml", "", 6)]

    @pytest.mark.parametrize(
        "comment", ["{{/* joblint: ignore[unknown-field] x */}}", "# joblint: ignore[unknown-field]"]
    )
    def test_suppressions(self, joblint: Program, chart: Path, comment: str) -> None:
        text = (chart / "templates/a.yaml").read_text()
        write(chart / "templates/a.yaml", text.replace("  paralelism", f"  {comment}\n  paralelism"))
        assert self.found(joblint) == [("app/templates/b.yaml", "", 7)]
        assert len(self.found(joblint, "--no-suppressions")) == 2

    def test_values_for_tests(self, joblint: Program, chart: Path) -> None:
        text = (chart / "templates/a.yaml").read_text()
        write(
            chart / "templates/a.yaml", text.replace("  template", "{{ if .y }}  complitions: 1\n{{ end }}  template")
        )
        assert len(self.found(joblint)) == 2
        write(chart / "ci/x-values.yaml", "y: 1\n")
        last = report(joblint, "app")[1]
        assert (last["line"], last["message"][-28:]) == (7, " (with app/ci/x-values.yaml)")
        assert len(self.found(joblint)) == 3

    def test_since(self, joblint: Program, chart: Path, here: Path) -> None:
        commit_all(here)
        assert self.found(joblint, "--since", "HEAD") == []
        text = (chart / "templates/a.yaml").read_text()
        write(chart / "templates/a.yaml", "# a\n" + text.replace("  template", "  complitions: 1\n  template"))
        assert self.found(joblint, "--since", "HEAD") == [("app/templates/a.yaml", "", 8)]


class TestKustomize:
    """The files of kustomizations. The program only seems to be kustomize: it prints what a real one would."""

    BASE = GOOD.replace("spec:\n", "spec:\n  backoffLimit: -1\n  paralelism: 2\n", 1)

    @pytest.fixture
    def prints(self, here: Path, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        tools = tmp_path_factory.mktemp("tools")
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        write(here / "base/kustomization.yaml", "resources: [job.yaml]\n")
        write(here / "base/job.yaml", f"# a comment\n{self.BASE}")
        write(here / "over/kustomization.yaml", "resources: [../base]\n")

        def set_output(text: str) -> None:
            origin = "  annotations:\n    config.kubernetes.io/origin: |\n      path: {}\n"
            code = """
                around = json.load(open(os.path.join(sys.argv[-1], "kustomization.yaml")))
                path = os.path.join(around["resources"][0], "../base/job.yaml")
            """
            made = text.replace("metadata:\n", f"metadata:\n{origin}", 1)
            fake(tools, "kustomize", f"{code}\n                prints({made!r}.format(path))\n            ")

        return set_output

    def found(self, joblint: Program) -> list[tuple[str, str, int, int]]:
        return [(one["path"], one["origin"], one["line"], one["column"]) for one in report(joblint, "over")]

    def test_unchanged(self, joblint: Program, prints: Any) -> None:
        prints(self.BASE.replace("name: hello\nspec", "name: x-hello\nspec"))
        assert self.found(joblint) == [("base/job.yaml", "", 7, 17), ("base/job.yaml", "", 8, 3)]

    def test_changed(self, joblint: Program, prints: Any) -> None:
        prints(self.BASE.replace("-1", "-2"))
        assert self.found(joblint) == [("base/job.yaml", "", 8, 3), ("over", "base/job.yaml", 9, 17)]

    def test_added(self, joblint: Program, prints: Any) -> None:
        prints(self.BASE.replace("  template:\n", "  complitions: 1\n  template:\n", 1))
        assert ("over", "base/job.yaml", 11, 3) in self.found(joblint)

    def test_items_by_name(self, joblint: Program, prints: Any, here: Path) -> None:
        bad = GOOD.replace("      - name: hello\n", "      - name: hello\n        imagge: x\n")
        write(here / "base/job.yaml", bad)
        prints(bad.replace("      - name: hello\n", "      - name: more\n        image: x\n      - name: hello\n"))
        line = bad.split("\n").index("        imagge: x") + 1
        assert self.found(joblint) == [("base/job.yaml", "", line, 9)]

    def test_two_that_may_be_meant(self, joblint: Program, prints: Any, here: Path) -> None:
        write(here / "base/job.yaml", f"{self.BASE}---\n{self.BASE}")
        prints(self.BASE)
        assert {origin for _, origin, *_ in self.found(joblint)} == {"base/job.yaml"}
