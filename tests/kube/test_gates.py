"""gates.py: which feature gates are refused, and what is said of one that is off."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.kube.minors.gates import GateError, check, off, span
from joblint.kube.minors.minor import ALL, MINORS, bit, dependencies, enabled, gate_masks, gate_names, minors
from tests.server.manifests import job
from tests.support import load_yaml

FEATURES = load_yaml((Path(__file__).parents[2] / "schemas" / "features.yaml").read_text())
GATES = [card["name"] for card in FEATURES["gates"]]
GUARDS = [card["name"] for card in FEATURES["gates"] if "fields" in card]
OTHERS = [card["name"] for card in FEATURES["others"]]


def on(name: str, gates: Mapping[str, bool]) -> int:
    """The minors in which a gate is on."""
    masks = gate_masks(name)
    assert masks is not None
    return enabled(masks, name, gates)


class TestCheck:
    @pytest.mark.parametrize(
        ("targets", "gates"),
        [
            ([25], {"JobPodFailurePolicy": True}),
            ([31], {"JobPodFailurePolicy": True}),  # locked to that
            ([21], {"AllAlpha": True, "AllBeta": False}),
            ([30], {"CPUManager": True}),  # reaches no Job
            ([30], {"WatchList": True}),  # of the API server's own library
            ([30], {"ContextualLogging": True}),
            ([30], {}),
            (MINORS, {"JobPodFailurePolicy": False}),  # known in eight of them, locked in two of these
            (MINORS, {"JobManagedBy": True, "SuspendJob": False}),
            ([34], {"AllAlpha": True}),
            ([37], {"AllAlpha": True, "GenericWorkload": True}),
            ([37], {"AllAlpha": True, "AllBeta": True}),
            ([37], {"WorkloadWithJob": True, "GenericWorkload": True}),
        ],
    )
    def test_good(self, targets: list[int], gates: dict[str, bool]) -> None:
        check(targets, gates)

    @pytest.mark.parametrize(
        ("targets", "gates", "message"),
        [
            ([24], {"JobPodFailurePolicy": True}, r"Policy does not exist in Kubernetes 1\.24 \(.*1\.25 to 1\.32\)$"),
            ([37], {"JobPodFailurePolicy": True}, r"Kubernetes 1\.37 \(.*1\.32, and is always on after that\)$"),
            ([21, 24], {"JobPodFailurePolicy": True}, r"does not exist in Kubernetes 1\.21 and 1\.24 "),
            ([30], {"NoSuchGate": True}, r"NoSuchGate does not exist in Kubernetes 1\.30$"),
            ([30], {"jobmanagedby": True}, r"1\.30; did you mean JobManagedBy\?$"),
            ([37], {"JobPodFailurPolicy": True}, r"1\.37; did you mean JobPodFailurePolicy\? \(it exists in 1"),
            ([31], {"JobPodFailurePolicy": False}, r"JobPodFailurePolicy is locked to true in Kubernetes 1\.31$"),
            ([31, 32, 33], {"JobPodFailurePolicy": False}, r"is locked to true in Kubernetes 1\.31 to 1\.32$"),
            ([36], {"GitRepoVolumeDriver": True}, r"GitRepoVolumeDriver is locked to false in Kubernetes 1\.36$"),
            ([32], {"CPUManager": False}, r"CPUManager is locked to true in Kubernetes 1\.32$"),
            ([37], {"AllAlpha": True, "CPUManagr": True}, "CPUManagr does not exist"),
            ([37], {"JobManagedBy": "true"}, "JobManagedBy must be true or false, not 'true'"),
            ([37], {"AllAlpha": 1}, "AllAlpha must be true or false, not 1"),
            ([37], {"WorkloadWithJob": True}, "WorkloadWithJob needs GenericWorkload; also set GenericWorkload=true$"),
            (MINORS, {"WorkloadWithJob": True}, r"Kubernetes 1\.36 to 1\.37 feature gates are on"),
            ([37], {"AllAlpha": True}, r"; and 1 more; also set GenericWorkload=true$"),
            ([37], {"ContainerRestartRules": False}, "; also set RestartAllContainersOnContainerExits=false$"),
        ],
    )  # fmt: skip
    def test_bad(self, targets: list[int], gates: dict[str, bool], message: str) -> None:
        with pytest.raises(GateError, match=message):
            check(targets, gates)

    def test_lint_refuses_them(self) -> None:
        with pytest.raises(ValueError, match="WorkloadWithJob needs GenericWorkload"):
            joblint.lint("", feature_gates={"WorkloadWithJob": True})

    @given(st.dictionaries(st.sampled_from([*GATES, *OTHERS, "AllAlpha", "AllBeta"]), st.booleans(), max_size=3))
    def test_what_several_minors_take_is_what_one_of_them_sets(self, gates: dict[str, bool]) -> None:
        taken = {minor for minor in MINORS if _takes([minor], gates)}
        if taken == set(MINORS):
            check(MINORS, gates)
        if _takes(MINORS, gates):
            for name, value in gates.items():
                assert name.startswith("All") or any(
                    _takes([m], {name: value}) or _lacks(m, name, value) for m in MINORS
                )

    @given(st.sampled_from(MINORS), st.sampled_from([*GATES, *OTHERS]))
    def test_the_default_is_always_taken(self, minor: int, name: str) -> None:
        masks = gate_masks(name)
        assert masks is not None
        if masks["known"] & bit(minor):
            check([minor], {name: bool(masks["on"] & bit(minor))})

    @given(st.text(max_size=200))
    def test_any_name(self, name: str) -> None:
        if gate_masks(name) is None and name not in ("AllAlpha", "AllBeta"):
            with pytest.raises(GateError, match=r"does not exist in Kubernetes 1\.37"):
                check([37], {name: True})


def _takes(targets: list[int] | tuple[int, ...], gates: dict[str, bool]) -> bool:
    try:
        check(targets, gates)
    except GateError:
        return False
    return True


def _lacks(minor: int, name: str, value: bool) -> bool:
    """Whether a gate could be set so, were others set too."""
    try:
        check([minor], {name: value})
    except GateError as error:
        return "others that they need are off" in str(error)
    return False


class TestData:
    def test_at_its_defaults_every_minor_starts(self) -> None:
        check(MINORS, {"AllAlpha": False, "AllBeta": True})
        for gate, others in dependencies().items():
            for other, mask in others.items():
                assert not mask & on(gate, {}) & ~on(other, {}), (gate, other)

    def test_a_dependency_is_known_where_it_is_demanded(self) -> None:
        for gate, others in dependencies().items():
            for other, mask in others.items():
                for name in (gate, other):
                    masks = gate_masks(name)
                    assert masks is not None
                    assert not mask & ~masks["known"], name

    def test_names(self) -> None:
        assert set(gate_names(ALL)) == {*GATES, *OTHERS}
        assert "JobPodFailurePolicy" not in gate_names(bit(37))
        assert gate_masks("NoSuchGate") is None


class TestOff:
    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("JobPodFailurePolicy", ["by default before 1.26;", "JobPodFailurePolicy=true`"]),
            ("ImageVolume", ["by default before 1.35;"]),
            ("EvictionRequestAPI", ["by default up to 1.37;"]),
            ("UserNamespacesStatelessPodsSupport", ["by default and was removed after 1.27;"]),
            ("WorkloadWithJob", ["`--feature-gates WorkloadWithJob=true,GenericWorkload=true`"]),
        ],
    )
    def test_by_default(self, name: str, parts: list[str]) -> None:
        text = off(name, by_hand=False)
        assert text.startswith(f"feature gate {name} is off by default ")
        assert [part for part in parts if part not in text] == []

    def test_by_hand(self) -> None:
        text = off("JobPodFailurePolicy", by_hand=True)
        assert text == "feature gate JobPodFailurePolicy is turned off by `--feature-gates`"

    @pytest.mark.parametrize("name", GUARDS)
    def test_the_text_names_every_minor_in_which_it_is_off(self, name: str) -> None:
        masks = gate_masks(name)
        assert masks is not None
        when = re.search(r" off by default (before|up to|and was removed after) 1\.(\d+);", off(name, by_hand=False))
        assert when is not None
        end = int(when[2]) - (when[1] == "before")
        assert [*minors(masks["known"] & ~masks["on"])] == [minor for minor in minors(masks["known"]) if minor <= end]

    @pytest.mark.parametrize("name", GUARDS)
    def test_what_it_advises_is_taken(self, name: str) -> None:
        masks = gate_masks(name)
        assert masks is not None
        words = off(name, by_hand=False).partition("--feature-gates ")[2].rstrip("`").split(",")
        for minor in minors(masks["known"] & ~masks["on"]):
            gates = {word.partition("=")[0]: True for word in words}
            check(MINORS, gates)
            assert on(name, gates) & bit(minor)

    @given(st.sets(st.sampled_from(MINORS), min_size=1))
    def test_spans(self, found: set[int]) -> None:
        mask = sum(bit(minor) for minor in found)
        assert {m for m in MINORS for run in span(mask).split(" and ") if _within(m, run)} == found


def _within(minor: int, run: str) -> bool:
    ends = [int(end[2:]) for end in run.split(" to ")]
    return ends[0] <= minor <= ends[-1]


class TestMessages:
    def test_two_gates_of_one_field_are_two_findings(self) -> None:
        """hostUsers: a gate of 1.25 to 1.27, and another from 1.28 on; each text names its own."""
        template = "template: {spec: {hostUsers: true, restartPolicy: Never, containers: [{name: m, image: 'b:1'}]}}"
        found = joblint.lint(job(template=template), kube_version="1.25-1.33")
        assert {(f.rule, f.column, f.kube_versions, _gate(f.message)) for f in found} == {
            ("gated-field", 21, ("1.25", "1.26", "1.27"), "UserNamespacesStatelessPodsSupport"),
            ("gated-field", 21, ("1.28", "1.29", "1.30", "1.31", "1.32"), "UserNamespacesSupport"),
        }

    def test_off_by_default_and_off_by_hand_are_two_findings(self) -> None:
        found = joblint.lint(job("podFailurePolicy: {}"), kube_version="1.25,1.26", feature_gates={"AllBeta": False})
        texts = {f.kube_versions: f.message for f in found if f.rule == "gated-field"}
        assert set(texts) == {("1.25",), ("1.26",)}
        assert "off by default" in texts[("1.25",)]
        assert "is turned off by `--feature-gates`" in texts[("1.26",)]


def _gate(message: str) -> str:
    return message.partition("feature gate ")[2].partition(" ")[0]
