"""A Job that replaces the existing one (PUT) and lacks what the server has filled in there.

Source: pkg/apis/batch/validation/validation.go (ValidateJobUpdate, ValidateJobSpec), 1.21 to 1.37.
"""

from typing import TYPE_CHECKING

from joblint.rule.registry import PUT, rule
from joblint.rule.report import Reports
from joblint.rule.value import Value
from joblint.server.delivery import incomplete_put
from joblint.server.parts import JOB

if TYPE_CHECKING:
    from joblint.rule.context import Context


@rule("replace-without-force", on=JOB, verb=PUT)
def replace_without_force(root: Value, _: "Context") -> Reports:
    """Report it once, whatever else has changed: deleting the Job first fixes everything."""
    yield from incomplete_put(root)
