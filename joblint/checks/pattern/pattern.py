"""Checks of how work is divided between Pods: by completions, or by a queue.

Without `completions` a Job with `parallelism` is a work queue: its Pods divide the work between themselves, and after
one succeeds no new one is started (pkg/controller/job/job_controller.go, manageJob: wantActive).
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.script import Program, basename, containers, program
from joblint.kube.shellwords import SHELLS
from joblint.manifests.template import is_open
from joblint.rule.cure.cure import adding, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.job.indexes import MAX_PARALLELISM
from joblint.server.parts import INDEXED
from joblint.server.pod.common import called

if TYPE_CHECKING:
    from joblint.rule.context import Context

_QUEUE = r"(?:\A|[-_/. ])(?:\w*queue|tasks?|todo|backlog|work-?items?)(?:\Z|[-_/. ])"
_SHARED = r"(?:\A|[-_/. ])(?:shared|common)(?:\Z|[-_/. ])"
# Words that suggest a queue or a store that all Pods can reach.
_ELSEWHERE = (
    r"redis|rabbit|amqp|kafka|nats\b|sqs|pubsub|celery|sidekiq|resque|beanstalk|zookeeper|etcd|postgres|mysql|mongo|://"
    r"|broker|database"
)
# Words in names, comments or output that suggest that a script plays a worker of a queue.
_PLAYED = r"queue|worker|consum(?:e|ing|ir|o)|\bcola\b|\bfila\b"
_PRIVATE = frozenset(("emptyDir", "configMap", "secret", "downwardAPI", "name"))  # volumes that no other Pod writes to
# Commands that reach nothing outside their Pod.
_LOCAL = frozenset(
    (":", "[", "arch", "awk", "base64", "basename", "bc", "break", "cat", "cd", "continue", "cp", "cut",
     "date", "dd", "declare", "df", "dirname", "du", "echo", "exit", "export", "expr", "factor", "false",
     "free", "grep", "head", "hostname", "id", "let", "local", "ls", "md5sum", "mkdir", "mktemp", "mv", "nproc",
     "printenv", "printf", "ps", "pwd", "readonly", "return", "rm", "sed", "seq", "set", "sha256sum", "shift", "shuf",
     "sleep", "sort", "stress", "tail", "tee", "test", "top", "touch", "tr", "true", "uname", "uniq",
     "unset", "uptime", "uuidgen", "wait", "wc", "whoami", "yes")
)  # fmt: skip
_LONG = 300  # characters of a name or a path that are looked at
_REACHES_OUT = r"\b(?:import|from|use|require|open|socket|http|system|exec|eval|load|connect)\b|`"


@author_rule("completions-below-parallelism", on="JobSpec")
def completions_below_parallelism(spec: Value, _: "Context") -> Reports:
    """Report a `parallelism` above `completions`, which limits how many Pods run at once."""
    value, at_once = spec.get("completions"), spec.integer("parallelism")
    if value is None or at_once is None or not 0 <= value.scalar() < at_once <= MAX_PARALLELISM:
        return
    pods = "1 Pod runs" if value.data == 1 else f"{value.data} Pods run"
    message = f"`parallelism` is {at_once} but `completions` is {value.data}: at most {pods} at once"
    report = mistake(value, message)
    report.related = ((place(spec.data["parallelism"]), "more than can run"),)
    yield report.cure(
        f"lower `parallelism` to {value.data}", writing(spec.data["parallelism"], value.data)[1], safe=False
    )


def _work_queue(spec: Value) -> tuple[Value, Value] | None:
    """Return the parallelism and the Pod of a Job whose Pods must divide the work between themselves."""
    at_once, pod = spec.get("parallelism"), spec.at("template", "spec")
    if at_once is None or pod is None or spec.has("completions") or spec.text("completionMode") == INDEXED:
        return None
    return (at_once, pod) if at_once.scalar() > 1 else None


@author_rule("queue-in-emptydir", on="JobSpec")
def queue_in_emptydir(spec: Value, _: "Context") -> Reports:
    """Report a queue in an emptyDir: each Pod gets its own, so each Pod does all the work."""
    queue = _work_queue(spec)
    if queue is None or _speaks_of(queue[1], _ELSEWHERE):
        return
    at_once, pod = queue
    for volume in pod.items("volumes"):
        directory = volume.get("emptyDir")
        if directory is None or not _is_queue(volume.text("name"), pod):
            continue
        gets = f"each of the {at_once.data} Pods gets its own `emptyDir` {called(volume)}"
        message = f"{gets}, so each Pod does all of the work"
        report = mistake(directory, f"{message}; keep the queue outside the Pods, or divide the work by index")
        report.related = ((place(at_once), "the parallel Pods"),)
        yield report


@author_rule("shared-emptydir", on="JobSpec")
def shared_emptydir(spec: Value, _: "Context") -> Reports:
    """Report a directory called shared that only one container mounts, in a Job of several Pods."""
    pod, counts = spec.at("template", "spec"), [spec.integer("parallelism") or 0, spec.integer("completions") or 0]
    if pod is None or max(counts) < 2:
        return
    for volume in pod.items("volumes"):
        directory, name = volume.get("emptyDir"), volume.text("name")
        paths = _paths(name, pod) if directory is not None else []
        if directory is None or len(paths) != 1:
            continue
        if any(re.search(_SHARED, text, re.IGNORECASE) for text in (name[:_LONG], *paths)):
            message = f"for shared data in {called(volume)}, use a PersistentVolumeClaim"
            yield advice(directory, f"an `emptyDir` is not shared between Pods: {message}")


def _paths(name: str, pod: Value) -> list[str]:
    """Return the paths where the containers of a Pod mount a volume."""
    return [
        mount.text("mountPath")[:_LONG]
        for container in containers(pod)
        for mount in container.items("volumeMounts")
        if mount.text("name") == name
    ]


def _is_queue(name: str, pod: Value) -> bool:
    """Return whether several containers mount a volume, and its name or one of its paths says that it is a queue."""
    paths = _paths(name, pod)
    return len(paths) > 1 and any(re.search(_QUEUE, text, re.IGNORECASE) for text in (name[:_LONG], *paths))


def _speaks_of(pod: Value, pattern: str) -> bool:
    """Return whether the image, words or variables of a container match a pattern."""
    for container in containers(pod):
        texts = [container.text("image"), *container.strings("command"), *container.strings("args")]
        for entry in container.items("env"):
            texts += [entry.text("name"), entry.text("value")]
        if container.has("envFrom") or any(re.search(pattern, text, re.IGNORECASE) for text in texts):
            return True
    return False


@author_rule("identical-workers", on="JobSpec")
def identical_workers(spec: Value, ctx: "Context") -> Reports:
    """Report a work queue whose scripts are completely known and only reach their own Pod, unless one plays a queue."""
    queue = _work_queue(spec)
    if queue is None or not queue[1].items("containers"):
        return
    at_once, pod = queue
    node = ctx.manifest.node
    text = ctx.manifest.document.text[node.start : node.end]
    if is_open(text) or re.search(_PLAYED, text, re.IGNORECASE):
        return
    if any(set(volume.scalar()) - _PRIVATE for volume in pod.items("volumes")):
        return
    if all(not container.has("envFrom") and is_local(program(container)) for container in containers(pod)):
        message = "without `completions` or a work queue, all Pods do the same work; to give each Pod a part of it"
        report = advice(at_once, f"{message}, set `completions: {at_once.data}` and `completionMode: Indexed`")
        yield report.cure_by(adding(spec, "completions", at_once.data, after=at_once), safe=False)


def is_local(command: Program) -> bool:
    """Return whether a program is completely known and reaches nothing outside its Pod."""
    if command.entrypoint or not command.name:
        return False
    code = next((text for text in command.texts if text.language), None)
    if code is None:
        return command.name in _LOCAL and command.name not in SHELLS
    script = str(code.value.scalar())
    if code.language != "shell":
        return re.search(_REACHES_OUT, script) is None
    return "/dev/tcp" not in script and _runs_local_commands(script)


def _runs_local_commands(script: str) -> bool:
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    if root is None:
        return False
    nodes = [*shell.walk(root)]
    own = {shell.text_of(node.named_children[0], script) for node in nodes if node.type == "function_definition"}
    names = [shell.text_of(node, script) for node in nodes if node.type == "command_name"]
    return all(basename(name) in _LOCAL or name in own for name in names)
