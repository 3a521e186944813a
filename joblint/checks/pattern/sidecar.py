"""Check for a helper container that never ends, so that its Pod and the Job never complete.

It knows images whose program serves until it is stopped, and that are only used next to another program.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.script import basename, program
from joblint.rule.cure.cure import MoveItem
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, mistake
from joblint.rule.value import Value
from joblint.server.pod.common import INIT, called
from joblint.server.pod.restart import ALWAYS, NAME

if TYPE_CHECKING:
    from joblint.rule.context import Context

# The last part of the image's name, or the last two.
SIDECARS = frozenset(
    ("alloydb-auth-proxy", "aws-otel-collector", "aws-xray-daemon", "cloud-sql-proxy", "cloudsql-proxy",
     "cloudwatch-agent", "consul-dataplane", "daprd", "envoy", "filebeat", "fluent-bit", "fluentd", "gce-proxy",
     "istio-proxy", "jaeger-agent", "linkerd-proxy", "linkerd/proxy", "oauth2-proxy", "opentelemetry-collector",
     "opentelemetry-collector-contrib", "pgbouncer", "promtail", "proxyv2", "statsd-exporter", "timberio/vector")
)  # fmt: skip
# The names of the same programs in `command`.
_PROGRAMS = SIDECARS | {"dockerd", "dockerd-entrypoint.sh", "otelcol", "otelcol-contrib", "pilot-agent", "vector"}
_NATIVE = (NAME, ALWAYS)
# How the main container can end it, or how it can end by itself.
_ENDS = r"quit|pkill|killall|\bkill\b|shutdown|--once|exit"
_BY_HAND = "with `shareProcessNamespace: true`, the main container can stop it with `pkill` when it is done"
_ENDED = "TERMINATE_SIDECAR"  # a variable that makes OpenKruise end the container


@author_rule("endless-sidecar", on="PodSpec")
def endless_sidecar(pod: Value, ctx: "Context") -> Reports:
    """Report a known proxy or agent as an ordinary container next to the main container."""
    all_containers = pod.items("containers")
    if len(all_containers) < 2:
        return
    sidecars = [container for container in all_containers if _is_sidecar(container)]
    if not sidecars or len(sidecars) == len(all_containers) or pod.flag("shareProcessNamespace"):
        return
    if any(_can_end(container) for container in all_containers):
        return
    native = ctx.facts.enabled("SidecarContainers")
    cure = "make it an init container with `restartPolicy: Always`" if native else _BY_HAND
    for container in sidecars:
        message = f"container {called(container)} never ends, so the Job never completes; {cure}"
        report = mistake(container.data["image"], message)
        if native:
            to_init = MoveItem(pod.data["containers"].node, container.node, pod.node, INIT, *_NATIVE)
            # The main container can also stop it: that is the author's choice.
            report.cure(cure, to_init, safe=False, where=lambda facts: facts.enabled("SidecarContainers"))
        yield report


def _is_sidecar(container: Value) -> bool:
    """Return whether the container runs the program of a known image, and not another one that starts and ends it."""
    from joblint.kube.names import images

    image = images.read(container.text("image"))
    if image is None:
        return False
    parts = image.repository.split("/")
    known = parts[-1] in SIDECARS or "/".join(parts[-2:]) in SIDECARS
    dind = parts[-1] == "docker" and "dind" in image.tag
    return (known or dind) and _runs_its_own(container)


def _runs_its_own(container: Value) -> bool:
    command = program(container)
    if command.entrypoint:
        return command.shell is None
    return basename(str(command.argv[0].scalar())).replace("_", "-") in _PROGRAMS if command.argv else True


def _can_end(container: Value) -> bool:
    if any(_ENDED in entry.text("name") for entry in container.items("env")):
        return True
    return any(re.search(_ENDS, text) for text in (*container.strings("command"), *container.strings("args")))
