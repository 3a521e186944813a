"""Helpers that several rules share: a Job's kind, defaults and name, and reports of missing fields.

Sources: pkg/apis/batch/v1/defaults.go (SetDefaults_Job: only a Job gets the defaults, a CronJob's template is left as
it is), apiserver pkg/storage/names/generate.go.
"""

from joblint.rule.report import Report, required
from joblint.rule.value import Value

JOB, CRONJOB = "Job", ("CronJob", "v1beta1.CronJob")
KINDS = (JOB, *CRONJOB)
CRONJOB_SPEC = ("CronJobSpec", "v1beta1.CronJobSpec")
INDEXED, NON_INDEXED = "Indexed", "NonIndexed"

# The prefix of a generated name is cut so that the name, with its 5 random characters, has at most 63.
_MAX_GENERATED, _RANDOM = 58, "x7abc"


def in_job(spec: Value) -> bool:
    """Return whether a JobSpec belongs to a Job, not to a CronJob's template."""
    return spec.parent is not None and spec.parent.type == JOB


def cronjob_spec(spec: Value) -> Value | None:
    """Return the CronJob's spec above a JobSpec, None in a Job."""
    return next((spec_above for type_ in CRONJOB_SPEC if (spec_above := spec.up(type_)) is not None), None)


def annotations_of(owner: Value | None) -> dict[str, Value]:
    """Return the annotations in the metadata of an object or template. Raises Opaque."""
    metadata = None if owner is None else owner.get("metadata")
    return {} if metadata is None else metadata.entries("annotations")


def labels_and_annotations(owner: Value | None) -> dict[str, Value]:
    """Return the labels and annotations of an object or template: tools read options in both. Raises Opaque."""
    metadata = None if owner is None else owner.get("metadata")
    return {} if metadata is None else {**metadata.entries("labels"), **metadata.entries("annotations")}


def is_hook(owner: Value | None) -> bool:
    """Return whether the annotations of an object make it a hook of Helm or Argo CD. Raises Opaque."""
    return any("/hook" in key for key in annotations_of(owner))


def templates(root: Value) -> tuple[Value | None, Value | None]:
    """Return the template of a CronJob's Jobs, None in a Job, and the template of the Pods."""
    of_jobs = root.at("spec", "jobTemplate")
    return of_jobs, (root if of_jobs is None else of_jobs).at("spec", "template")


def completion_mode(spec: Value) -> str:
    """Return the completion mode of a JobSpec. Raises Opaque."""
    return spec.text("completionMode", NON_INDEXED)


def indexes_there(total: int) -> str:
    """Return `is 1 index` or `are 3 indexes`."""
    return "is 1 index" if total == 1 else f"are {total} indexes"


def completions(spec: Value) -> int | None:
    """Return `completions` or its default, which is 1 in a Job without `parallelism`. Raises Opaque."""
    written = spec.integer("completions")
    return 1 if written is None and in_job(spec) and not spec.has("parallelism") else written


def parallelism(spec: Value) -> int | None:
    """Return `parallelism` or its default, which only a Job has. Raises Opaque."""
    written = spec.integer("parallelism")
    return 1 if written is None and in_job(spec) else written


def object_name(root: Value) -> str:
    """Return the object's name, or a name as the server would generate it; empty without both. Raises Opaque."""
    metadata = root.get("metadata")
    if metadata is None:
        return ""
    name, prefix = metadata.text("name"), metadata.text("generateName")
    return prefix[:_MAX_GENERATED] + _RANDOM if prefix and not name else name


def name_value(root: Value) -> Value | None:
    """Return the field that has the name: `name`, else `generateName`. Raises Opaque."""
    metadata = root.get("metadata")
    if metadata is None:
        return None
    return metadata.get("name") if metadata.text("name") else metadata.get("generateName")


def lacking(root: Value, *names: str, message: str) -> Report:
    """Return the report of a missing or empty field some levels down: Required, at its deepest parent that exists."""
    owner, rest = root, list(names)
    while len(rest) > 1:
        child = owner.get(rest[0])
        if child is None:
            break
        owner, _ = child, rest.pop(0)
    if len(rest) > 1 and rest[0] != "metadata":
        message = f"`{rest[0]}` is missing: {message}"
    report = required(owner, ".".join(rest), message)
    # A parent that is written but null.
    written = next((e for e in getattr(owner.node, "entries", ()) if e.name == rest[0]), None)
    report.node = report.node if written is None else written.key
    return report


def absent(owner: Value, name: str, message: str, *, because: Value | None = None, reason: str = "Invalid") -> Report:
    """Return a report like `required`, for a missing or empty field that the API server reports with another cause."""
    report = required(owner, name, message, because=because)
    report.reason = f"FieldValue{reason}"
    return report
