"""API versions that the server still accepts, with a warning.

Source: staging/src/k8s.io/api/batch/v1beta1/zz_generated.prerelease-lifecycle.go; apiserver pkg/endpoints/deprecation.
"""

from typing import TYPE_CHECKING

from joblint.manifests.kinds import CURRENT
from joblint.rule.registry import rule
from joblint.rule.report import Reports, warned
from joblint.rule.value import Value
from joblint.server.decode.identity import current

if TYPE_CHECKING:
    from joblint.rule.context import Context


@rule("old-api-version", on="v1beta1.CronJob")
def deprecated(root: Value, ctx: "Context") -> Reports:
    value = root.get("apiVersion")
    if value is not None and not ctx.facts.since(25):
        report = warned(value, f"`batch/v1beta1` CronJob is deprecated and is removed in 1.25; use `{CURRENT}`")
        yield current(report, ctx.manifest, {"apiVersion": CURRENT})
