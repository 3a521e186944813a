"""What joblint says: a finding, its places, its fix."""

from typing import NamedTuple

# The five things a finding can say, gravest first, each with its severity unless the configuration says otherwise.
SEVERITY = {"rejected": "error", "dropped": "error", "warned": "warning", "mistake": "warning", "advice": "info"}
EFFECTS = tuple(SEVERITY)
SEVERITIES = ("error", "warning", "info")  # gravest first


USED_HERE = "used here"  # what a related place is called at which the value of the finding's place is used


class Edit(NamedTuple):
    """Replace the text of [start, end), offsets into the outer file, by `text`."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """A cure: `safe` (the meaning that the author plainly had) or not, in words and as edits of the outer file."""

    safe: bool
    message: str
    edits: tuple[Edit, ...]


class Object(NamedTuple):
    """The object that a finding is about; `document` counts from 0 in its file, a List's items one by one."""

    api_version: str
    kind: str
    namespace: str
    name: str
    document: int


class Related(NamedTuple):
    """Another place that belongs to a finding, in lines and columns as the finding's own."""

    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Finding(NamedTuple):
    """One thing said about a manifest.

    `line`, `column`, `end_line` and `end_column` count from 1 in code points, end exclusive. `field` is the API
    server's path inside the object, `reason` the API's cause (`FieldValueRequired`), `UnknownField`, `DuplicateField`
    or `Malformed`; both are empty where they do not apply. `kube_versions` are the minors that it holds for, oldest
    first. `origin` is the template that the manifest was rendered from, if it was: `path` and the lines are then those
    of the output.
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

    @property
    def file(self) -> str:
        """The file to look at: the template, where there is one."""
        return self.origin or self.path
