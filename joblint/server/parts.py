"""What several rules ask of a Job: its kind, its defaults, its name, and where something that is not there is reported.

Sources: pkg/apis/batch/v1/defaults.go (SetDefaults_Job: the defaults are those of a Job alone, a CronJob's template is
left as it is), apiserver pkg/storage/names/generate.go.
"""

from joblint.rule.report import Report, required
from joblint.rule.value import Value

JOB, CRONJOB = "Job", ("CronJob", "v1beta1.CronJob")
KINDS = (JOB, *CRONJOB)
CRONJOB_SPEC = ("CronJobSpec", "v1beta1.CronJobSpec")
INDEXED, NON_INDEXED = "Indexed", "NonIndexed"

# A generated name is cut so that it has 63 characters with the five random ones.
_MAX_GENERATED, _RANDOM = 58, "x7abc"


def in_job(spec: Value) -> bool:
    """Whether a JobSpec is that of a Job, and not a CronJob's template."""
    return spec.parent is not None and spec.parent.type == JOB


def cronjob_spec(spec: Value) -> Value | None:
    """The CronJob's spec above a JobSpec; None in a Job."""
    return next((found for type_ in CRONJOB_SPEC if (found := spec.up(type_)) is not None), None)


def annotations_of(owner: Value | None) -> dict[str, Value]:
    """The annotations in the metadata of an object or template. Raises Opaque."""
    metadata = None if owner is None else owner.get("metadata")
    return {} if metadata is None else metadata.entries("annotations")


def labels_and_annotations(owner: Value | None) -> dict[str, Value]:
    """Both, of an object or template: tools are told things in either. Raises Opaque."""
    metadata = None if owner is None else owner.get("metadata")
    return {} if metadata is None else {**metadata.entries("labels"), **metadata.entries("annotations")}


def is_hook(owner: Value | None) -> bool:
    """Whether the annotations of an object make it a hook of Helm or Argo CD. Raises Opaque."""
    return any("/hook" in key for key in annotations_of(owner))


def templates(root: Value) -> tuple[Value | None, Value | None]:
    """The template of a CronJob's Jobs, None in a Job, and that of the Pods."""
    of_jobs = root.at("spec", "jobTemplate")
    return of_jobs, (root if of_jobs is None else of_jobs).at("spec", "template")


def completion_mode(spec: Value) -> str:
    """The completion mode of a JobSpec. Raises Opaque."""
    return spec.text("completionMode", NON_INDEXED)


def indexes_there(total: int) -> str:
    """Return `is 1 index` or `are 3 indexes`."""
    return "is 1 index" if total == 1 else f"are {total} indexes"


def completions(spec: Value) -> int | None:
    """`completions` with its default: 1 in a Job that has no `parallelism` either. Raises Opaque."""
    written = spec.integer("completions")
    return 1 if written is None and in_job(spec) and not spec.has("parallelism") else written


def parallelism(spec: Value) -> int | None:
    """`parallelism` with its default, which is a Job's alone. Raises Opaque."""
    written = spec.integer("parallelism")
    return 1 if written is None and in_job(spec) else written


def object_name(root: Value) -> str:
    """The object's name, or one as the server would generate it; empty where there is neither. Raises Opaque."""
    metadata = root.get("metadata")
    if metadata is None:
        return ""
    name, prefix = metadata.text("name"), metadata.text("generateName")
    return prefix[:_MAX_GENERATED] + _RANDOM if prefix and not name else name


def name_value(root: Value) -> Value | None:
    """What the name is written in: `name`, else `generateName`. Raises Opaque."""
    metadata = root.get("metadata")
    if metadata is None:
        return None
    return metadata.get("name") if metadata.text("name") else metadata.get("generateName")


def lacking(root: Value, *names: str, message: str) -> Report:
    """That a field some levels down is missing or empty: Required, at the deepest of its parents that is there."""
    owner, rest = root, list(names)
    while len(rest) > 1:
        child = owner.get(rest[0])
        if child is None:
            break
        owner, _ = child, rest.pop(0)
    if len(rest) > 1 and rest[0] != "metadata":
        message += f"; there is no `{rest[0]}`"
    report = required(owner, ".".join(rest), message)
    # A parent that is written but null.
    written = next((e for e in getattr(owner.node, "entries", ()) if e.name == rest[0]), None)
    report.node = report.node if written is None else written.key
    return report


def absent(owner: Value, name: str, message: str, *, because: Value | None = None, reason: str = "Invalid") -> Report:
    """As `required`, where the API server gives another cause for a field that is missing or empty."""
    report = required(owner, name, message, because=because)
    report.reason = f"FieldValue{reason}"
    return report
