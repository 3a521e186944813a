"""What each Kubernetes minor knows: types, fields, feature gates."""

from typing import Any

SCHEMAS, RULES = "schemas", "rules"  # folders at the top of the repository, or inside an installed package
FIELDS = f"{SCHEMAS}/fields"
MASKS = ("on", "known", "locked", "alpha", "beta")  # what the bundle has of a gate, each for every minor

Bundle = dict[str, Any]


class BundleError(ValueError):
    """A file in rules/ or schemas/ is invalid; the message names it."""
