"""Some of the cases again, with the feature gates that affect them turned on and off."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from conformance.recording import HERE, Line

SEED = 20_261_121
FEATURES = HERE.parent / "schemas" / "features.yaml"
EACH = 5  # cases per gate and setting
ALL = 25  # cases for each of the two settings without a gate
FIELD_LIKE = re.compile(r"\b(?:[a-z]+[A-Z]|[A-Z]\w*[a-z][A-Z])\w*")
# Words in manifests that a gate affects, if neither its fields nor its description in features.yaml contain them.
HINTS = {
    "DownwardAPIHugePages": "hugepages-2Mi",
    "ElasticIndexedJob": "completions",
    "HugePageStorageMediumSize": "HugePages-2Mi",
    "JobMutableNodeSchedulingDirectives": "suspend",
    "JobTrackingWithFinalizers": "batch.kubernetes.io/job-tracking",
    "MutablePodResourcesForSuspendedJobs": "suspend",
    "MutableSchedulingDirectivesForSuspendedJobs": "suspend",
    "PodDeletionCost": "controller.kubernetes.io/pod-deletion-cost",
    "PodLifecycleSleepActionAllowZero": "sleep",
    "RelaxedEnvironmentVariableValidation": "env",
    "TaintTolerationComparisonOperators": "tolerations",
}


def gated(creates: Sequence[Line], updates: Sequence[Line]) -> Iterator[Line]:
    """Yield cases with `gates`, always the same in the same order."""
    for gate in yaml.safe_load(FEATURES.read_text(encoding="utf-8"))["gates"]:
        name, dice = gate["name"], random.Random(f"{SEED} {gate['name']}")
        some = updates if "update" in gate.get("affects", {}) else creates
        fitting = [case for case in some if words(gate).search(case["yaml"])]
        for on in (True, False):
            if not any(stage.get("default") is not on and not stage.get("lockToDefault") for stage in _known(gate)):
                continue
            needed = {one["gate"]: True for one in gate.get("dependencies", ())} if on else {}
            yield from _with({**needed, name: on}, f"{name}-{'on' if on else 'off'}", fitting, EACH, dice)
    for setting, on in (("AllAlpha", True), ("AllBeta", False)):
        dice = random.Random(f"{SEED} {setting}")
        yield from _with({setting: on}, setting, creates, ALL, dice)


def words(gate: dict[str, Any]) -> re.Pattern[str]:
    """Return a pattern for the words in manifests that a gate affects."""
    fields = {one if isinstance(one, str) else one["field"] for one in gate.get("fields", ())}
    found = {field.rsplit(".", 1)[1] for field in fields} | set(gate.get("annotations", ()))
    for text in gate.get("affects", {}).values():
        found |= set(FIELD_LIKE.findall(text))
    found |= {HINTS[gate["name"]]} if gate["name"] in HINTS else set()
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in sorted(found)) or r"\Z(?!\Z)")


def _known(gate: dict[str, Any]) -> list[dict[str, Any]]:
    return [stage for stage in gate["stages"] if stage["stage"] != "Removed"]


def _with(gates: dict[str, bool], name: str, some: Sequence[Line], count: int, dice: random.Random) -> Iterator[Line]:
    for number, case in enumerate(dice.sample(some, min(count, len(some)))):
        yield {**case, "id": f"gate-{name}-{number}", "gates": gates}
