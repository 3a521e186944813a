"""What the API server says: decoding, unknown fields, gated fields, validation, warnings. One module per topic.

MODULES has those with rules, each with its words as in joblint.checks: a module without a word is always loaded.
"""

from joblint.server import pod

MODULES: dict[str, tuple[str, ...]] = {
    "joblint.server.job.metadata": (),
    "joblint.server.job.labels": (),
    "joblint.server.job.pod_names": (),
    "joblint.server.job.job": (),
    "joblint.server.job.indexes": ("Index",),
    "joblint.server.job.selector": (),
    "joblint.server.job.pod_failure_policy": ("podFailurePolicy",),
    "joblint.server.job.success_policy": ("successPolicy",),
    "joblint.server.job.cronjob": (),
    "joblint.server.job.scheduling": (),
    "joblint.server.job.api_version": ("v1beta1",),
    **dict.fromkeys(pod.MODULES, ()),
}
