"""Findings, with their places and fixes."""

from typing import NamedTuple

# The five effects of findings, the most severe first, each with its severity unless the configuration sets another.
SEVERITY = {"rejected": "error", "dropped": "error", "warned": "warning", "mistake": "warning", "advice": "info"}
EFFECTS = tuple(SEVERITY)
SEVERITIES = ("error", "warning", "info")  # the most severe first


class Edit(NamedTuple):
    """Replace the text of [start, end), offsets into the outer file, by `text`."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """A fix in words and as edits of the outer file; `safe` if it is plainly what the author meant."""

    safe: bool
    message: str
    edits: tuple[Edit, ...]


class Object(NamedTuple):
    """The object that a finding is about; `document` counts the file's objects from 0, including a List's items."""

    api_version: str
    kind: str
    namespace: str
    name: str
    document: int


class Related(NamedTuple):
    """Another place that belongs to a finding, with lines and columns that count like the finding's own.

    `is_use`: what is at the finding's place is used here. It is the value of an alias, or the script of another object.
    """

    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    is_use: bool = False


class Finding(NamedTuple):
    """One problem in a manifest.

    `line`, `column`, `end_line` and `end_column` count from 1 in code points, end exclusive. `field` is the API
    server's path inside the object, `reason` the API's cause (`FieldValueRequired`), `UnknownField`, `DuplicateField`
    or `Malformed`; both are empty if they do not apply. `kube_versions` are the minors that it applies to, oldest
    first. `origin` is the template that the manifest was rendered from, if the place in it is not known: `path` and the
    lines are then those of the output. If the place is known, `output` is that in the output: `charts/app:12:3`.
    """

    rule: str
    effect: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    object: Object | None = None
    field: str = ""
    reason: str = ""
    related: tuple[Related, ...] = ()
    kube_versions: tuple[str, ...] = ()
    fix: Fix | None = None
    origin: str = ""
    output: str = ""

    @property
    def file(self) -> str:
        """Return the file to look at: the template, if there is one."""
        return self.origin or self.path


Identity = tuple[str, str, str, str, str, Object | None]


def identity(finding: Finding) -> Identity:
    """Return what a finding says, without its place: the same before and after lines have moved in one run.

    Other questions have other answers: whether a fix leaves a finding or adds one (engine/harm.py), whether a later run
    finds the same again (report/fingerprint.py).
    """
    return finding.path, finding.rule, finding.effect, finding.field, finding.message, finding.object
