"""A search for any Job or CronJob, for a change that affects none."""

from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge
from joblint.project import walk
from joblint.rule.settings import Settings


def holds_job(inputs: Inputs, settings: Settings) -> bool:
    """Return whether a check of all files would check a Job or CronJob. The search ends at the first one."""
    assert inputs.reach is not None
    for path in sorted(inputs.reach.same):
        within = walk.Within()
        within.add(inputs.reach.real(path))
        alone = Inputs(inputs.configuration)
        alone.read_files(walk.find(inputs.named, _silent, _silent, inputs.configuration, within))
        if alone.sources and judge(alone, settings).jobs:
            return True
    return False


def _silent(path: str, what: str) -> None:
    """Ignore what is left out."""
