"""What the API server says of a pod template. One module per topic, as in pkg/apis/core/validation/validation.go."""

MODULES = tuple(
    f"joblint.server.pod.{topic}"
    for topic in (
        "affinity",
        "annotations",
        "certificates",
        "claims",
        "container_warnings",
        "containers",
        "disks",
        "env",
        "ephemeral",
        "handlers",
        "mounts",
        "network",
        "podresources",
        "podspec",
        "ports",
        "probes",
        "projected",
        "resources",
        "scheduling",
        "security",
        "sources",
        "volumes",
        "warnings",
        "windows",
    )
)
