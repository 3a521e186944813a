"""What the API server says: decode, prune what is unknown, drop what is gated, validate, warn. One module a topic."""

from joblint.server import pod

MODULES: tuple[str, ...] = (
    "joblint.server.metadata",
    "joblint.server.labels",
    "joblint.server.pod_names",
    "joblint.server.job",
    "joblint.server.indexes",
    "joblint.server.selector",
    "joblint.server.pod_failure_policy",
    "joblint.server.success_policy",
    "joblint.server.cronjob",
    "joblint.server.scheduling",
    "joblint.server.api_version",
    *pod.MODULES,
)
