"""Whether there is anything to judge where a change affects nothing."""

from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge
from joblint.project import walk
from joblint.rule.settings import Settings


def holds_job(inputs: Inputs, settings: Settings) -> bool:
    """Return whether a Job or CronJob would be judged if all files were; the first one that is found is enough."""
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
    """Say nothing of what is passed over."""
