"""Checks of the modes of files in a volume: a script that is run must be executable, and 400 is not 0400.

Sources: pkg/apis/core/v1/defaults.go (SetDefaults_ConfigMapVolumeSource and similar ones: 0644); execve(2): EACCES
without any execute bit, even for root.
"""

from typing import TYPE_CHECKING

from joblint.checks.pattern.configmap import MOST_ITEMS
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import Program, program
from joblint.kube.names.names import short
from joblint.rule.cure.cure import Add, Octal, writing_octal
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake, place
from joblint.rule.value import Value
from joblint.server.pod.sources import WITH_MODE

if TYPE_CHECKING:
    from joblint.rule.context import Context

_EXECUTE = 0o111
_DEFAULT = 0o644
_WANTED = "0755"
# Common modes whose digits, as a decimal number, are a mode that makes no sense.
_MEANT = frozenset(("400", "440", "444", "500"))
_SOURCES = {"configMap": "ConfigMap", "secret": "Secret"}


@author_rule("script-not-executable", on="PodSpec")
def script_not_executable(pod: Value, ctx: "Context") -> Reports:
    """Report `command: [/scripts/run.sh]` if /scripts is a ConfigMap with the default mode."""
    if not (mentions(ctx, "configMap") or mentions(ctx, "secret")):
        return
    volumes = {volume.text("name"): volume for volume in pod.items("volumes")}
    for container in [*pod.items("initContainers"), *pod.items("containers")]:
        value = _started(program(container))
        if value is not None:
            yield from _judge(value, container, volumes, ctx)


def _started(command: Program) -> Value | None:
    """Return the word that names the file that is run: the first one, or a script that is just a path."""
    if command.entrypoint or not command.argv:
        return None
    if command.shell is not None:
        text = str(command.shell.value.scalar()).strip()
        return command.shell.value if text.startswith("/") and _is_path(text) else None
    value = command.argv[0]
    return None if value.opaque or not str(value.scalar()).startswith("/") else value


def _is_path(text: str) -> bool:
    return text.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum()


def _judge(value: Value, container: Value, volumes: dict[str, Value], ctx: "Context") -> Reports:
    path = str(value.scalar()).strip()
    if ".." in path:
        return
    mount = _mount(path, container)
    volume = volumes.get(mount.text("name")) if mount is not None else None
    if mount is None or volume is None:
        return
    for field, kind in _SOURCES.items():
        source = volume.get(field)
        if source is None:
            continue
        key = mount.text("subPath") or path.removeprefix(mount.text("mountPath").rstrip("/")).lstrip("/")
        mode, written = _mode(source, key)
        if mode is None or mode & _EXECUTE:
            return
        name = source.text("secretName" if field == "secret" else "name")
        which = f"{kind} `{short(name)}`" if name else f"the {kind}"
        message = f"`{short(path)}` cannot be executed: the files of {which} have mode 0{mode:o}"
        report = mistake(value, f"{message}; set `{written.step if written else 'defaultMode'}: {_WANTED}`")
        report.related = ((place(written if written is not None else source), "the mode is set here"),)
        yield _with_fix(report, source, written)


def _mount(path: str, container: Value) -> Value | None:
    """Return the mount that a file is in: the one with the longest path."""
    best, length = None, 0
    for mount in container.items("volumeMounts"):
        where = mount.text("mountPath").rstrip("/")
        if mount.has("subPathExpr") or not where:
            continue
        within = path == where if mount.text("subPath") else path.startswith(f"{where}/")
        if within and len(where) > length:
            best, length = mount, len(where)
    return best


def _mode(source: Value, key: str) -> tuple[int | None, Value | None]:
    """Return the mode of a file, None if it is not known; and the value that sets it."""
    items = source.items("items")
    if len(items) > MOST_ITEMS:
        return None, None
    for item in items:
        if item.text("path") == key and item.has("mode"):
            return item.integer("mode"), item.get("mode")
    if items and all(item.text("path") != key for item in items):
        return None, None
    written = source.get("defaultMode")
    return (_DEFAULT if written is None else int(written.scalar())), written


def _with_fix(report: Report, source: Value, written: Value | None) -> Report:
    """Add the fix to the report: a mode that is executable."""
    if written is not None:
        return report.cure_by(writing_octal(written, _WANTED.lstrip("0")), safe=False)
    mode = Octal(int(_WANTED, 8))
    return report.cure(f"add `defaultMode: {_WANTED}`", Add(source.node, ("defaultMode",), mode), safe=False)


@author_rule("decimal-file-mode", on=(*WITH_MODE, "KeyToPath", "DownwardAPIVolumeFile"))
def decimal_file_mode(owner: Value, ctx: "Context") -> Reports:
    """Report the decimal modes that the server accepts: 400, 440, 444 and 500 are not above 0777."""
    value = owner.get("defaultMode") or owner.get("mode")
    if value is None:
        return
    written = ctx.text_at(value.node)
    if written in _MEANT and value.scalar() == int(written):
        message = (
            f"`{written}` is decimal and means mode 0{value.data:o}; write 0{written} ({int(written, 8)} in decimal)"
        )
        yield mistake(value, message).cure_by(writing_octal(value, written))
