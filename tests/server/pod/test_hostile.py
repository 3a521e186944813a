"""Pods far larger than any: every check must do with a few looks at each part, or this does not end."""

from collections import Counter
from collections.abc import Callable

import pytest

import joblint
from tests.server.pod.manifests import pod, told

pytestmark = pytest.mark.slow

MANY = 10_000
DEEP = 500_000
LONG = 40_000


def seq(part: Callable[[int], str]) -> str:
    return f"[{', '.join(map(part, range(MANY)))}]"


def count(*lines: str, minor: str = "1.37") -> Counter[tuple[str, str]]:
    """How often each rule has spoken for the server, and with which effect."""
    found = joblint.lint(pod(*lines), kube_version=minor)
    return Counter((f.rule, f.effect) for f in found if f.effect in ("rejected", "dropped", "warned"))


def test_many_containers() -> None:
    found = count(f"containers: {seq(lambda i: '{name: c, image: b}')}")
    assert found == {("invalid-container-name", "rejected"): MANY - 1}


def test_many_init_containers_with_resources() -> None:
    containers = seq(lambda i: f"{{name: c{i}, image: b, resources: {{requests: {{cpu: 1}}}}}}")
    assert count(f"initContainers: {containers}", "resources: {requests: {cpu: 1}}") == {}


@pytest.mark.parametrize(("minor", "effect"), [("1.27", "warned"), ("1.37", "warned")])
def test_many_variables(minor: str, effect: str) -> None:
    variables = seq(lambda i: "{name: A}")
    found = count(f"containers: [{{name: m, image: b, env: {variables}}}]", minor=minor)
    assert found == {("duplicate-env", effect): MANY - 1}


def test_many_ports() -> None:
    ports = seq(lambda i: f"{{containerPort: 1, hostPort: {i % 100 + 1}, hostIP: 10.0.{i // 256}.{i % 256}}}")
    assert count(f"containers: [{{name: m, image: b, ports: {ports}}}]") == {}
    again = seq(lambda i: "{containerPort: 1, name: p}")
    found = count(f"containers: [{{name: m, image: b, ports: {again}}}]")
    assert found == {("duplicate-port", "rejected"): MANY - 1, ("duplicate-port", "warned"): 2 * (MANY - 1)}


@pytest.mark.parametrize("minor", ["1.21", "1.34", "1.37"])
def test_many_volumes_and_mounts(minor: str) -> None:
    mounts = seq(lambda i: f"{{name: v{i}, mountPath: /{i}}}")
    volumes = seq(lambda i: f"{{name: v{i}, emptyDir: {{}}}}")
    assert (
        count(f"containers: [{{name: m, image: b, volumeMounts: {mounts}}}]", f"volumes: {volumes}", minor=minor) == {}
    )


def test_many_image_volumes_go_with_their_mounts() -> None:
    mounts = seq(lambda i: f"{{name: v{i}, mountPath: /{i}}}")
    volumes = seq(lambda i: f"{{name: v{i}, image: {{reference: b}}}}")
    found = count(f"containers: [{{name: m, image: b, volumeMounts: {mounts}}}]", f"volumes: {volumes}", minor="1.34")
    assert found == {("gated-field", "dropped"): 2}


def test_many_resources() -> None:
    amounts = ", ".join(f"a.b/c{i}: {i}" for i in range(MANY))
    found = count(f"containers: [{{name: m, image: b, resources: {{limits: {{{amounts}}}, requests: {{{amounts}}}}}}}]")
    assert found == {}


def test_many_paths_in_a_volume() -> None:
    items = seq(lambda i: f"{{key: k, path: a{i}/b}}")
    assert count(f"volumes: [{{name: a, configMap: {{name: c, items: {items}}}}}]") == {}


def test_deep_paths_in_a_volume() -> None:
    item = f"{{key: k, path: {'a/' * DEEP}}}"
    found = count(f"volumes: [{{name: a, configMap: {{name: c, items: [{item}, {item}]}}}}]")
    assert found == {("overlapping-volume-paths", "warned"): 1}


@pytest.mark.parametrize("unit", ["a", "A.", "_a.", "0", ":", "/", "..", "\\\\", "1.", "ab:", "x/"])
def test_long_texts(unit: str) -> None:
    text = f'"{unit * LONG}"'
    found = count(
        f"hostname: {text}",
        f"dnsConfig: {{searches: [{text}], nameservers: [{text}]}}",
        f"hostAliases: [{{ip: {text}, hostnames: [{text}]}}]",
        f"securityContext: {{windowsOptions: {{runAsUserName: {text}}}, sysctls: [{{name: {text}, value: a}}]}}",
        f"tolerations: [{{key: {text}, value: {text}}}]",
        "containers:",
        f"- name: {text}",
        f"  image: {text}",
        f"  env: [{{name: {text}, valueFrom: {{fieldRef: {{fieldPath: {text}}}}}}}]",
        f"  ports: [{{containerPort: 1, name: {text}}}]",
        f"  volumeMounts: [{{name: {text}, mountPath: {text}, subPath: {text}}}]",
    )
    assert found[("invalid-dns", "rejected")] == 6
    assert found[("invalid-container-name", "rejected")] == 1
    assert found[("invalid-toleration", "rejected")] == 2


def test_messages_stay_short() -> None:
    found = joblint.lint(pod(f"hostname: {'A' * DEEP}", f"nodeName: {'A' * DEEP}"), kube_version="1.37")
    assert max(len(f.message) for f in found) < 500


def test_quantities_beyond_all_numbers() -> None:
    small = f"0.{'0' * DEEP}1"
    rows = told(
        pod(
            "resources: {requests: {cpu: 1e999999998}, limits: {cpu: 1e999999999}}",
            "containers:",
            "- name: m",
            "  image: b",
            "  resources:",
            f"    requests: {{cpu: 1e999999999, memory: 1e-999999999, ephemeral-storage: {'9' * DEEP}}}",
            f"    limits: {{cpu: 1e-999999999, hugepages-1e999999999: 1e999999998, ephemeral-storage: {small}}}",
        ),
        "1.37",
    )
    assert rows == [
        "1.37 request-over-limit resources.requests[cpu] Invalid 8:35",
        "1.37 request-over-limit containers[0].resources.requests Invalid 13:27",
        "1.37 request-over-limit containers[0].resources.requests Invalid 13:81",
        "1.37 invalid-quantity containers[0].resources.limits[hugepages-1e999999999] Invalid 14:62",
    ]
