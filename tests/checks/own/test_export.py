"""A card that was exported says of an object what the card says."""

import json
from pathlib import Path

import pytest

from joblint.checks import own
from joblint.checks.own.export import policy
from joblint.engine.api import lint_sources, make_settings
from joblint.manifests.source import Source
from joblint.rule import cards as rules
from tests.checks.own.support import JOB, card

CRONJOB = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: hello\nspec:\n  schedule: 0 3 * * *\n  jobTemplate:\n"
    + ("".join(f"    {line}\n" for line in JOB[JOB.index("spec:") :].splitlines()))
)
CONDITIONS = (
    ("self.metadata.name == 'hello'", "Job"),
    ("self.schedule == '0 3 * * *'", "CronJobSpec"),
    ("self.?backoffLimit.orValue(6) == 6", "JobSpec"),
    ("self.restartPolicy == 'Never' || self.restartPolicy == 'OnFailure'", "PodSpec"),
    ("self.restartPolicy == 'OnFailure'", "PodSpec"),
    ("self.name != 'second'", "Container"),
    ("self.name != 'other' // a comment", "Container"),
    ("self.name == 'x'", "EnvVar"),
    ("self.?runAsNonRoot.orValue(false)", "PodSecurityContext"),
    ("object.metadata.name == 'other'\n|| self.name != ''", "Container"),
    ("self.level == 'x'", "SELinuxOptions"),
)


@pytest.mark.parametrize(("condition", "on"), CONDITIONS)
@pytest.mark.parametrize("manifest", [JOB, CRONJOB], ids=["Job", "CronJob"])
def test_the_policy_holds_where_the_card_does(tmp_path: Path, condition: str, on: str, manifest: str) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(card(condition, on))
    manifest = manifest.replace("${IMAGE}", "busybox:1.36")
    mine = lint_sources([Source("a.yaml", manifest)], make_settings(select=["own"], rules=[path]))
    text = policy(own.cards()[0])
    own.forget()
    path.write_text(text)
    theirs = lint_sources([Source("a.yaml", manifest)], make_settings(select=["own"], rules=[path]))
    assert bool(mine) == bool(theirs)
    assert {one.message for one in theirs} <= {"policy `mine`: It is so."}


@pytest.mark.parametrize(
    ("condition", "on", "said"),
    [
        ("self.name != 'second'", "Container", "'not ' + self.name"),
        ("!has(self.limits)", "ResourceRequirements", "'for ' + object.metadata.name"),
        ("self.value == 'x'", "EnvVar", "self.name + ' is ' + self.value"),
        ("self.restartPolicy == 'OnFailure'", "PodSpec", "'it is ' + self.restartPolicy"),
        ("self.metadata.name == 'x'", "[Job, CronJob]", "self.metadata.name + ' // ' + '\"'"),
    ],
)
@pytest.mark.parametrize("manifest", [JOB, CRONJOB], ids=["Job", "CronJob"])
def test_the_policy_says_what_the_card_says(tmp_path: Path, condition: str, on: str, said: str, manifest: str) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(card(condition, on, f"messageExpression: {json.dumps(said)}\n"))
    env = [f"env:\n{{0}}- name: {name}\n{{0}}  value: '{value}'\n{{0}}" for name, value in (("a", "x"), ("b", "y"))]
    manifest = manifest.replace("${IMAGE}", "busybox:1.36")
    indent = manifest.split("image: busybox")[0].rpartition("\n")[2]
    manifest = manifest.replace("image: busybox", f"{''.join(env[1:]).format(indent)}image: busybox", 1)
    mine = lint_sources([Source("a.yaml", manifest)], make_settings(select=["own"], rules=[path]))
    text = policy(own.cards()[0])
    own.forget()
    path.write_text(text)
    theirs = lint_sources([Source("a.yaml", manifest)], make_settings(select=["own"], rules=[path]))
    assert rules.trouble() == []
    assert [one.message for one in theirs] == [f"policy `mine`: {one.message}" for one in mine][:1]
    assert mine
