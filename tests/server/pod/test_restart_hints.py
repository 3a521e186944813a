"""What is said of a container's own `restartPolicy`, by minor and place."""

import pytest

from joblint import lint

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: tests
spec:
  template:
    spec:
      restartPolicy: Never
      {place}:
      - name: browser
        image: browser:4
        restartPolicy: {policy}
      {other}:
      - name: tests
        image: tests:1
"""
UNKNOWN, FORBIDDEN, DROPPED = "unknown-field", "invalid-container-restart-policy", "gated-field"
UP = "1 level up"


def said(place: str, policy: str, minors: str, alone: bool = True) -> list[tuple[str, str, str, str]]:
    """First and last minor, rule and message of what is said of the policy."""
    other = "containers" if place == "initContainers" else "initContainers"
    text = JOB.format(place=place, policy=policy, other=other)
    if not alone:
        text = text.replace(f"      {other}:\n", "")
    found = lint(text, kube_version=minors)
    assert {(f.line, f.column) for f in found} <= {(12, 9), (12, 24)}
    return sorted((f.kube_versions[0], f.kube_versions[-1], f.rule, f.message) for f in found)


def test_a_sidecar_on_every_minor() -> None:
    unknown, dropped = said("initContainers", "Always", "1.21-1.37")
    assert unknown[:3] == ("1.21", "1.27", UNKNOWN)
    assert dropped[:3] == ("1.28", "1.28", DROPPED)
    assert unknown[3].endswith("an init container that is a sidecar has it from 1.28 on (by default from 1.29)")
    assert UP not in unknown[3]


@pytest.mark.parametrize("policy", ["Always", '"Always"', "always"])
def test_a_sidecar_among_the_ordinary_containers(policy: str) -> None:
    unknown, forbidden, dropped, *rest = said("containers", policy, "1.21-1.37", alone=False)
    assert unknown[:3] == ("1.21", "1.27", UNKNOWN)
    assert forbidden[:3] == ("1.28", "1.33", FORBIDDEN)
    assert dropped[:3] == ("1.34", "1.34", DROPPED)
    assert [one[2] for one in rest] == ([FORBIDDEN] if policy == "always" else [])
    for one in (unknown, forbidden):
        assert "sidecar" in one[3]
        assert "1.29" in one[3]
        assert UP not in one[3]


@pytest.mark.parametrize("place", ["containers", "initContainers"])
@pytest.mark.parametrize("policy", ["Never", "OnFailure"])
def test_the_policy_of_the_pod_in_a_container(place: str, policy: str) -> None:
    unknown = said(place, policy, "1.27")[0]
    assert UP in unknown[3]
    assert "from 1.35" in unknown[3]
    assert "1.28" not in unknown[3]
    assert "before 1.35" in said(place, policy, "1.29-1.33")[0][3]
    assert said(place, policy, "1.35-1.37") == []


def test_the_only_container_is_no_sidecar() -> None:
    assert UP in said("containers", "Always", "1.27")[0][3]
    assert "next to `containers`" in said("containers", "Always", "1.30")[0][3]
