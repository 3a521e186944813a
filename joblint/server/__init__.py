"""What the API server says: decoding, unknown fields, gated fields, validation and warnings. One module per topic."""

from joblint.server import pod

MODULES: tuple[str, ...] = (
    "joblint.server.job.metadata",
    "joblint.server.job.labels",
    "joblint.server.job.pod_names",
    "joblint.server.job.job",
    "joblint.server.job.indexes",
    "joblint.server.job.selector",
    "joblint.server.job.pod_failure_policy",
    "joblint.server.job.success_policy",
    "joblint.server.job.cronjob",
    "joblint.server.job.scheduling",
    "joblint.server.job.api_version",
    *pod.MODULES,
)
