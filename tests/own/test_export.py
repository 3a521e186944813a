"""A card that was exported says of an object what the card says."""

from pathlib import Path

import pytest

from joblint import own
from joblint.api import make_settings
from joblint.engine import lint_sources
from joblint.own.export import policy
from joblint.source import Source
from tests.own.support import JOB, card

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
