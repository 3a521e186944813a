"""What stands at an offset, and what could."""

import pytest

from joblint.editor import place
from joblint.editor.free import free
from joblint.editor.place import Place
from tests.editor.marks import JOB, POD, cut

MINORS = (37,)
WHOLE = JOB + POD
SCRIPT = WHOLE + "        args:\n        - |\n          echo\n\n          done\n"
BLANKS = " " * 8
PODS = "spec.template.spec"
MAIN = f"{PODS}.containers.0"
LISTED = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  "
COMMAND = "cat <<EOF | kubectl apply -f -\n"


def shown(found: Place | None) -> tuple[str, str, str, str] | None:
    """What a place is: a key or a value, of which type, where, and the word there."""
    if found is None:
        return None
    path = ".".join(str(step.name) for step in found.steps)
    return found.what, found.type, path, found.document.text[found.start : found.end]


def place_at(text: str, language: str = "yaml", way: object = free) -> tuple[str, str, str, str] | None:
    source, offset = cut(text, language)
    found = place.at(source, offset)
    assert callable(way)
    return shown(way(*found, MINORS)) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (JOB + "  ¦", ("key", "JobSpec", "spec", "")),
        (JOB + "  comp¦", ("key", "JobSpec", "spec", "comp")),
        (JOB + "  co¦mp\n" + POD, ("key", "JobSpec", "spec", "comp")),
        (JOB + "¦", ("key", "Job", "", "")),
        (JOB + " ¦\n  completions: 1", None),
        (JOB + "  completions: 1\n    ¦", None),
        (JOB + "  template:\n    ¦", ("key", "PodTemplateSpec", "spec.template", "")),
        (JOB + "  template:\n    sp¦", ("key", "PodTemplateSpec", "spec.template", "sp")),
        (JOB + "  template:\n  ¦", ("key", "JobSpec", "spec", "")),
        (WHOLE + "        ¦", ("key", "Container", MAIN, "")),
        (WHOLE + "      ¦", ("key", "PodSpec", PODS, "")),
        (WHOLE + "      - ¦", ("key", "Container", f"{PODS}.containers.1", "")),
        (WHOLE + "      - na¦", ("key", "Container", f"{PODS}.containers.1", "na")),
        (WHOLE + "    ¦", ("key", "PodTemplateSpec", "spec.template", "")),
        (WHOLE.replace("name: main", f"¦\n{BLANKS}name: main"), ("key", "Container", MAIN, "")),
        (WHOLE.replace("- name: data", f"- ¦\n{BLANKS}name: data"), ("key", "Volume", f"{PODS}.volumes.0", "")),
        (WHOLE + "        env:\n        ¦", ("key", "Container", MAIN, "")),
        (WHOLE + "        env:\n          ¦", ("item", "EnvVar", f"{MAIN}.env", "")),
        (WHOLE + "        env:\n          - ¦", ("key", "EnvVar", f"{MAIN}.env.0", "")),
        (WHOLE + "        env:\n          - name: a\n          ¦", ("item", "EnvVar", f"{MAIN}.env", "")),
        (WHOLE + "        args:\n        - x¦", ("value", "string", f"{MAIN}.args.0", "x")),
        (JOB + "  completionMode: ¦", ("value", "string", "spec.completionMode", "")),
        (JOB + "  completionMode:¦", ("value", "string", "spec.completionMode", "")),
        (JOB + "  completionMode: Ind¦exed", ("value", "string", "spec.completionMode", "Indexed")),
        (JOB + "  completionMode: 'Ind¦exed'", ("value", "string", "spec.completionMode", "'Indexed'")),
        (JOB + "  completionMode:\n    ¦", ("value", "string", "spec.completionMode", "")),
        (JOB.replace("  name: x", "  labels:\n    ¦"), ("key", "{}string", "metadata.labels", "")),
        (JOB.replace("spec:", "spec¦:"), ("key", "Job", "", "spec")),
        (JOB + "  completions: 5 ¦", None),
        (JOB + "  # comp¦", None),
        (JOB + "  completionMode: Indexed # ¦", None),
        (JOB + "  completionMode: # ¦", None),
        (JOB + "  unheard:\n    ¦", None),
        (JOB + "  completions:\n    ¦", ("value", "int32", "spec.completions", "")),
        (LISTED + "¦", ("key", "Job", "", "")),
        (LISTED + "spec:\n    ¦", ("key", "JobSpec", "spec", "")),
        ("kind: Deployment\napiVersion: apps/v1\nspec:\n  ¦", None),
        ("kind: Job\napiVersion: example.com/v1\nspec:\n  ¦", None),
        ("a: 1\n---\n" + JOB + "  ¦\n---\nb: 1\n", ("key", "JobSpec", "spec", "")),
        ("a: 1\n¦\n---\n" + JOB, None),
        ("apiVersion: batch/v1beta1\nkind: CronJob\nspec:\n  ¦", ("key", "v1beta1.CronJobSpec", "spec", "")),
        (JOB.replace("\n", "\r\n") + "  comp¦\r\n", ("key", "JobSpec", "spec", "comp")),
    ],
)  # fmt: skip
def test_places_in_blocks(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert place_at(text) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (SCRIPT.replace("echo\n", "echo\n¦"), None),
        (SCRIPT.replace("echo\n", "echo\n        ¦"), None),
        (SCRIPT.replace("echo\n", "ec¦ho\n"), None),
        (SCRIPT + "          ¦", None),
        (SCRIPT + "        ¦", ("key", "Container", MAIN, "")),
        (SCRIPT + "        - ¦", ("value", "string", f"{MAIN}.args.1", "")),
        (WHOLE + "        image: 'a\n          ¦ b'\n", None),
        (WHOLE.replace("busybox:1.36", "busybox\n          ¦"), None),
    ],
)
def test_there_is_no_place_inside_a_script(script: str, expected: tuple[str, str, str, str] | None) -> None:
    assert place_at(script) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("template: {¦", ("key", "PodTemplateSpec", "spec.template", "")),
        ("template: {spec: {¦}}", ("key", "PodSpec", PODS, "")),
        ("template: {spec: {rest¦}}", ("key", "PodSpec", PODS, "rest")),
        ("template: {spec: {restartPolicy: ¦}}", ("value", "string", f"{PODS}.restartPolicy", "")),
        ("template: {spec: {restartPolicy: Ne¦ver}}", ("value", "string", f"{PODS}.restartPolicy", "Never")),
        ("template: {spec: {hostname: x, ¦}}", ("key", "PodSpec", PODS, "")),
        ("template: {spec: {hostname: x ¦}}", None),
        ("template: {spec: {containers: [¦]}}", ("item", "Container", MAIN, "")),
        ("template: {spec: {containers: [{¦}]}}", ("key", "Container", MAIN, "")),
        ("template: {spec: {containers: [{name: x}, ¦]}}", ("item", "Container", f"{PODS}.containers.1", "")),
        ("template: {spec: {containers: [{args: [a, ¦]}]}}", ("value", "string", f"{MAIN}.args.1", "")),
        ("template: {spec: {containers: [{args: [a¦", ("value", "string", f"{MAIN}.args.0", "a")),
        ("template: {spec: {}} ¦", None),
    ],
)  # fmt: skip
def test_places_in_brackets(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert place_at(f"{JOB}  {text}\n") == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ('"comp¦\n }}', ("key", "JobSpec", "spec", '"comp')),
        ('"comp¦"\n }}', ("key", "JobSpec", "spec", '"comp"')),
        ('¦\n "completions": 1}}', ("key", "JobSpec", "spec", "")),
        ('"completions": 1,\n ¦\n "backoffLimit": 2}}', ("key", "JobSpec", "spec", "")),
        ('"completions": 1\n ¦\n "backoffLimit": 2}}', None),
        ('"suspend": ¦\n "completions": 1}}', ("value", "boolean", "spec.suspend", "")),
        ('"completionMode": "Ind¦exed"}}', ("value", "string", "spec.completionMode", '"Indexed"')),
        ('"completionMode": "¦', ("value", "string", "spec.completionMode", '"')),
    ],
)
def test_places_in_json(spec: str, expected: tuple[str, str, str, str] | None) -> None:
    text = '{"apiVersion": "batch/v1", "kind": "Job",\n "spec": {\n  ' + spec
    assert place_at(text, "json") == expected


def test_places_in_markdown_and_in_heredocs() -> None:
    quoted = "".join(f"> {line}\n" for line in (JOB + "  comp¦").splitlines())
    assert place_at(f"text\n\n> ```yaml\n{quoted}> ```\n", "markdown") == ("key", "JobSpec", "spec", "comp")
    assert place_at(f"te¦xt\n\n> ```yaml\n{quoted.replace('¦', '')}> ```\n", "markdown") is None
    assert place_at(f"{COMMAND}{JOB}  comp¦\nEOF\n", "shell") == ("key", "JobSpec", "spec", "comp")
    assert place_at(f"{COMMAND}{JOB}EOF\necho ¦", "shell") is None


def test_the_part_of_a_job_that_a_text_shows_alone() -> None:
    assert place_at("```yaml\nspec:\n  completions: 5\n  ¦\n```\n", "markdown") == ("key", "JobSpec", "spec", "")
    assert place_at("```yaml\ncompletions: 5\n¦\n```\n", "markdown") == ("key", "JobSpec", "spec", "")
    assert place_at("```yaml\nspec:\n  replicas: 5\n  ¦\n```\n", "markdown") is None
    assert place_at("spec:\n  completions: 5\n  ¦\n") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE.replace("restartPolicy", "restart¦Policy"), ("key", "string", f"{PODS}.restartPolicy", "restartPolicy")),
        (WHOLE.replace("Never", "Nev¦er"), ("value", "string", f"{PODS}.restartPolicy", "Never")),
        (WHOLE.replace("busybox", "¦busybox"), ("value", "string", f"{MAIN}.image", "busybox:1.36")),
        (JOB + "  unhe¦ard: 1", ("key", "", "spec.unheard", "unheard")),
        (JOB + "  completions: 1  ¦", None),
        (JOB + "  # ¦", None),
        ("kind: Con¦figMap\napiVersion: v1", None),
    ],
)  # fmt: skip
def test_what_is_written_at_an_offset(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert place_at(text, way=place.over) == expected


def test_an_alias_stands_where_it_is_used() -> None:
    text = JOB + "  activeDeadlineSeconds: &limit 60\n  ttlSecondsAfterFinished: *lim¦it\n"
    source, offset = cut(text)
    found = place.at(source, offset)
    assert found is not None
    over = place.over(*found, MINORS)
    assert over is not None
    assert over.field is not None
    assert over.field.name == "ttlSecondsAfterFinished"
    assert source.text[over.span[0] : over.span[1]] == "*limit"


def test_a_job_that_does_not_parse_elsewhere() -> None:
    broken = WHOLE.replace("image: busybox:1.36", "image: 'busybox\n        command: [sh, -c\n        tty: true")
    assert place_at(broken + "        ¦") == ("key", "Container", MAIN, "")
    assert place_at(broken.replace("name: x", "na¦me: x"), way=place.over) == ("key", "string", "metadata.name", "name")
