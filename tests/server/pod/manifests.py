"""Jobs for the tables of tests/server/pod: lines of a pod's spec, or of a container, and what is said of them."""

from collections.abc import Mapping

from tests.server.manifests import Said, said

_HEAD = ("apiVersion: batch/v1", "kind: Job", "metadata: {name: a}", "spec:", "  template:", "    spec:")
_PLAIN = 'containers: [{name: m, image: "b:1"}]'
_SPEC = "spec.template.spec."


def pod(*lines: str, template: tuple[str, ...] = ()) -> str:
    """A Job whose pod has these lines from line 8, column 7 on; a plain container comes after them if none is there.

    `template`: lines of the template below its spec.
    """
    spec = ("restartPolicy: Never", *lines)
    if not any(line.startswith("containers:") for line in lines):
        spec = (*spec, _PLAIN)
    return "\n".join((*_HEAD, *(f"      {line}" for line in spec), *(f"    {line}" for line in template))) + "\n"


def container(*lines: str, beside: tuple[str, ...] = (), among: str = "containers") -> str:
    """A Job whose container `m` has these lines from line 11, column 9 on, and whose pod has those of `beside` then.

    `among`: the list that the container stands in.
    """
    return pod(f"{among}:", "- name: m", "  image: b:1", *(f"  {line}" for line in lines), *beside)


def told(manifest: str, minor: str, gates: Mapping[str, bool] | None = None) -> list[Said]:
    """(rule, field, reason, line, column) of what is said for the server, in order; fields as seen from the pod."""
    found = said(manifest, minor, gates)
    named = ((rule, field.removeprefix(_SPEC), *rest) for rule, field, *rest in found)
    return sorted(named, key=lambda one: (one[3], one[4], *one[:3]))
