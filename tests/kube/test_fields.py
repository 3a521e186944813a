"""schemas/fields/: every field has its words, they are our own, and they say what the server's facts say."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from joblint.kube.minors import bundle
from joblint.kube.minors.meaning import ITSELF, describe
from joblint.kube.minors.minor import MINORS, Facts, field_names, minors_with, type_names
from joblint.server.update import defaults
from tools.schemas.source import KUBERNETES, OPENAPI

FILES = sorted((Path(__file__).parents[2] / "schemas" / "fields").glob("*.yaml"))
LONGEST = 300
SAME_WORDS = 6  # in a row, with Kubernetes' own description
# Fields with a fixed set of values of which Kubernetes' schemas know nothing.
NOT_IN_SCHEMAS = {
    "Container.restartPolicy",
    "ContainerResizePolicy.resourceName",
    "ContainerResizePolicy.restartPolicy",
    "ContainerRestartRule.action",
    "ContainerRestartRuleOnExitCodes.operator",
    "EmptyDirVolumeSource.medium",
    "EphemeralContainer.restartPolicy",
    "JobCondition.status",
    "JobCondition.type",
    "LabelSelectorRequirement.operator",
    "ManagedFieldsEntry.operation",
    "PodCertificateProjection.keyType",
    "PodFailurePolicyOnPodConditionsPattern.status",
    "PodOS.name",
    "PodSecurityContext.seLinuxChangePolicy",
    "ScaleIOVolumeSource.storageMode",
    "VolumeMount.bindMountOptions",
    "VolumeMount.recursiveReadOnly",
    "v1beta1.CronJobSpec.concurrencyPolicy",
}
# Defaults that are worked out, and those that the server sets on Pods only: each has a note.
COMPUTED = {
    "Container.imagePullPolicy": "IfNotPresent",
    "EphemeralContainer.imagePullPolicy": "IfNotPresent",
    "HTTPGetAction.protocol": "HTTP1",
    "ImageVolumeSource.pullPolicy": "IfNotPresent",
    "JobSpec.backoffLimit": 6,
    "JobSpec.completionMode": "NonIndexed",
    "JobSpec.completions": 1,
    "JobSpec.manualSelector": False,
    "JobSpec.parallelism": 1,
    "JobSpec.podReplacementPolicy": "TerminatingOrFailed",
    "JobSpec.suspend": False,
    "PodSpec.enableServiceLinks": True,
    "Volume.emptyDir": {},
}

Entry = dict[str, Any]


@cache
def entries() -> dict[str, dict[str, Entry]]:
    """Type -> field -> entry, as an editor has them."""
    return dict(bundle.fields()["types"])


def each() -> Iterator[tuple[str, Entry]]:
    """`Type.field`, or `Type..` for the type itself, with its entry."""
    for type_, fields in entries().items():
        yield from ((f"{type_}.{field}", entry) for field, entry in fields.items())


def texts() -> Iterator[tuple[str, str]]:
    """Every text of a name."""
    for name, entry in each():
        yield from ((name, text) for text in (entry["text"], *entry.get("values", {}).values()))


class TestWhole:
    @pytest.mark.parametrize("minor", MINORS)
    def test_every_field_of_a_minor_is_described(self, minor: int) -> None:
        facts = Facts(minor)
        names = {(type_, field) for type_ in type_names() for field in facts.struct(type_)}
        assert len(names) > 500
        assert [name for name in sorted(names) if describe(*name, [minor]) is None] == []

    def test_every_type_is_described(self) -> None:
        assert [name for name in type_names() if describe(name, None, MINORS) is None] == []

    def test_nothing_is_described_that_no_minor_has(self) -> None:
        assert set(entries()) == set(type_names())
        there = {(type_, field) for type_, fields in entries().items() for field in fields if field != ITSELF}
        assert {(type_, field) for type_, field in there if not minors_with(type_, field)} == set()
        assert there == {(type_, field) for type_ in type_names() for field in field_names(type_)}

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_no_key_comes_twice(self, path: Path) -> None:
        nodes = [yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(keys)), f"{path.name}:{node.start_mark.line + 1}"
                nodes += [value for _, value in node.value]

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_a_file_stays_short(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 250
        assert max(map(len, lines)) <= 120


class TestText:
    def test_none_is_long(self) -> None:
        assert {name: len(text) for name, text in texts() if len(text) > LONGEST} == {}

    def test_they_are_sentences(self) -> None:
        form = re.compile(r"(?!.*\s\s)[A-Z$0-9]\S*( \S+)*\.")
        assert [(name, text) for name, text in texts() if not form.fullmatch(text)] == []

    def test_backticks_come_in_pairs(self) -> None:
        assert [(name, text) for name, text in texts() if text.count("`") % 2] == []

    def test_notes_qualify_a_default(self) -> None:
        notes = {name: entry for name, entry in each() if "note" in entry}
        assert [name for name, entry in notes.items() if "default" not in entry] == []
        assert [
            name for name, entry in notes.items() if not re.fullmatch(r"[a-zA-Z0-9](.*\S)?(?<!\.)", entry["note"])
        ] == []


class TestEnums:
    @pytest.mark.parametrize("minor", MINORS)
    def test_the_values_of_a_minor_are_those_of_its_schema(self, minor: int) -> None:
        facts = Facts(minor)
        known = {
            f"{type_}.{field}": facts.enum(type_, field) for type_ in type_names() for field in facts.struct(type_)
        }
        told = {}
        for name in known:
            type_, field = name.rsplit(".", 1)
            description = describe(type_, field, [minor])
            assert description is not None
            told[name] = tuple(sorted(choice.value for choice in description.values))
        schema = {name: values for name, values in known.items() if values}
        assert {name: told[name] for name in schema} == schema
        assert {name for name in told if told[name]} - set(schema) == NOT_IN_SCHEMAS & set(known)

    def test_the_others_are_words_of_kubernetes(self) -> None:
        """Of the sources of the newest minor; HugePages-2Mi and the like are made of a size there."""
        kubernetes = modules()[-1].parents[2]
        version = kubernetes.name.partition("@v1.")[2]
        files = [f"api@v0.{version}/{group}/v1/types.go" for group in ("core", "batch")]
        files.append(f"apimachinery@v0.{version}/pkg/apis/meta/v1/types.go")
        if not all((kubernetes.parent / name).is_file() for name in files):
            pytest.skip("the modules beside k8s.io/kubernetes are not here")
        known = set(
            re.findall(r"\w+", "".join((kubernetes.parent / name).read_text(encoding="utf-8") for name in files))
        )
        values = {
            value.partition("-")[0] for name, entry in each() if name in NOT_IN_SCHEMAS for value in entry["values"]
        }
        assert len(values) > 30
        assert values - known == set()

    @pytest.mark.parametrize(
        ("field", "minor", "values"),
        [
            (("Container", "restartPolicy"), 33, ["Always"]),
            (("Container", "restartPolicy"), 34, ["Always", "Never", "OnFailure"]),
            (("ContainerRestartRule", "action"), 34, ["Restart"]),
            (("ContainerRestartRule", "action"), 35, ["Restart", "RestartAllContainers"]),
        ],
    )
    def test_a_value_that_came_later(self, field: tuple[str, str], minor: int, values: list[str]) -> None:
        description = describe(*field, [minor])
        assert description is not None
        assert [choice.value for choice in description.values] == values


class TestDefaults:
    def test_they_are_those_that_the_server_sets(self) -> None:
        told = {name: entry["default"] for name, entry in each() if "default" in entry}
        constant = {
            f"{type_}.{field}": {} if value is defaults._EMPTY else value
            for type_, fields in defaults._CONSTANT.items()
            for field, value in fields.items()
        }
        beta = {f"v1beta1.{name}": value for name, value in constant.items() if name.startswith("CronJobSpec.")}
        assert told == {**constant, **beta, **COMPUTED}

    def test_a_default_is_a_value_of_its_enum(self) -> None:
        enums = [(entry["default"], entry["values"]) for _, entry in each() if {"default", "values"} <= set(entry)]
        assert len(enums) > 10
        assert [default for default, values in enums if default and default not in values] == []


@cache
def modules() -> list[Path]:
    """The OpenAPI documents that are on this machine, the newest minor last; skips where there are none."""
    try:
        place = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        place = str(Path.home() / "go" / "pkg" / "mod")
    found = [*Path(place or "/nowhere").glob(f"{KUBERNETES}@v1.*/{OPENAPI}")]
    if not found:
        pytest.skip("the modules of Kubernetes are not here")
    return sorted(found)


def runs_of_words(text: str) -> set[str]:
    words = [word.strip(".'-") for word in re.findall(r"[a-z0-9$.'/_-]+", text.lower())]
    return {" ".join(words[at : at + SAME_WORDS]) for at in range(len(words) - SAME_WORDS + 1)}


class TestOurOwn:
    def test_the_comparison_finds_what_is_the_same(self) -> None:
        assert runs_of_words("Name of the volume, as in `volumes`.") & runs_of_words(
            "(the name of the volume as in volumes)"
        )
        assert not runs_of_words("Name of the volume.")

    def test_no_words_are_those_of_kubernetes(self) -> None:
        """Held against every description of every minor, not only that of the same field."""
        theirs: set[str] = set()
        for path in modules():
            for definition in json.loads(path.read_bytes())["definitions"].values():
                for part in (definition, *definition.get("properties", {}).values()):
                    theirs |= runs_of_words(part.get("description", ""))
        assert len(theirs) > 10_000
        assert [(name, same) for name, text in texts() if (same := runs_of_words(text) & theirs)] == []
