"""What the API server does not say: the mistakes that it accepts. One module a topic."""

MODULES: tuple[str, ...] = (
    "joblint.checks.index",
    "joblint.checks.configmap",
    "joblint.checks.dollars",
    "joblint.checks.pattern",
    "joblint.checks.schedule",
    "joblint.checks.clock",
    "joblint.checks.deadlines",
    "joblint.checks.labels",
    "joblint.checks.sidecar",
    "joblint.checks.practice",
    "joblint.checks.history",
)
