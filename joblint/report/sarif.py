"""SARIF 2.1.0 (OASIS), the format of code scanning services and editors.

Places are lines and columns in code points (`columnKind`), end exclusive. Paths are URIs from the top of the repository
(`%SRCROOT%`). The fingerprint `joblint/v1` stays the same when lines move (joblint/report/fingerprint.py). Suppressed
findings are suppressed results with the given reason. Snippets show control characters as escapes, as all reports do.
"""

import json
from collections.abc import Iterator
from typing import Any

from joblint._version import __version__
from joblint.manifests.source import Source
from joblint.report import PLAIN, LeftAlone, Look, Run
from joblint.report.concise import hinted, rendered, versions
from joblint.report.fingerprint import VERSION
from joblint.report.known import Known, known
from joblint.report.pages import about
from joblint.report.places import is_option, namer, uri
from joblint.report.sarif_rules import LEVELS, descriptor
from joblint.report.snippets import Snippets
from joblint.report.visible import inert_json, visible
from joblint.rule.finding import Finding, Related

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_FINGERPRINT = f"joblint/v{VERSION}"

Json = dict[str, Any]


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield the whole document at once: a part of it is useless."""
    yield inert_json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [Log(run).run()]}, indent=2)) + "\n"


class Log:
    """One run of joblint in SARIF."""

    def __init__(self, run: Run) -> None:
        self.made_of, self.name, self.snippets = run, namer(), Snippets()
        self.found = known(run)
        self.rules = {name: i for i, name in enumerate(sorted({one.finding.rule for one in self.found}))}

    def run(self) -> Json:
        """Return the `run` object."""
        driver = {
            "name": "joblint",
            "informationUri": about(),
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [descriptor(name) for name in self.rules],
        }
        return {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": {
                _BASE: {"description": {"text": "The top of the repository, or where joblint ran."}}
            },
            "invocations": [self.invocation()],
            "results": [self.result(one) for one in self.found],
            "properties": {"kubeVersions": list(self.made_of.minors)},
        }

    def invocation(self) -> Json:
        """Return the `invocation` object: errors, and what was not checked."""
        errors = [self.notification("error", path, 0, text) for path, text in self.made_of.errors]
        notes = [self.notification("note", one.path, one.line, _left_alone(one)) for one in self.made_of.left_alone]
        flaws = [self.notification("error", one.path, one.line, one.message, one.column) for one in self.made_of.flaws]
        made: Json = {"executionSuccessful": not errors and not flaws, "toolExecutionNotifications": errors + notes}
        return {**made, "toolConfigurationNotifications": flaws} if flaws else made

    def notification(self, level: str, path: str, line: int, text: str, column: int = 0) -> Json:
        """Return a message about a file, or a place in it (from 1; 0: no place), and not about a manifest."""
        said: Json = {"level": level, "message": message(text)}
        if is_option(path):
            return {**said, "message": message(f"{path}: {text}")}
        if not path:
            return said
        place: Json = {"artifactLocation": self.artifact(path)}
        if line:
            place["region"] = {"startLine": line, **({"startColumn": column} if column else {})}
        return {**said, "locations": [{"physicalLocation": place}]}

    def result(self, one: Known) -> Json:
        """Return the `result` object of a finding."""
        finding, reason = one.finding, one.suppressed
        content: Json = {
            "ruleId": finding.rule,
            "ruleIndex": self.rules[finding.rule],
            "level": LEVELS[finding.severity],
            "message": message(f"{hinted(finding)}{versions(finding, self.made_of)}{rendered(finding)}"),
            "locations": [self.location(finding)],
            "partialFingerprints": {_FINGERPRINT: one.fingerprint},
            "properties": _properties(finding),
        }
        if finding.related:
            content["relatedLocations"] = [self.related(i, place) for i, place in enumerate(finding.related, 1)]
        source = self.made_of.sources.get(finding.path)
        if finding.fix is not None and finding.fix.edits and source is not None:
            content["fixes"] = [self.fix(finding, source)]
        if reason is not None:
            suppression = {"kind": "inSource", "status": "accepted", "justification": visible(reason)}
            content["suppressions"] = [suppression if reason else {"kind": "inSource", "status": "accepted"}]
        elif self.made_of.suppressed:
            content["suppressions"] = []  # all results of a run must have this property, or none
        return content

    def location(self, finding: Finding) -> Json:
        """Return the place of a finding in the file and in the object."""
        place: Json = {"physicalLocation": self.physical(finding)}
        if finding.origin:  # a template, in which the line is not known
            place = {"physicalLocation": {"artifactLocation": self.artifact(finding.origin)}}
        if finding.object is not None:
            about = finding.object
            whose = "/".join(visible(part) for part in (about.kind, about.namespace, about.name) if part)
            field = visible(finding.field)
            whole, kind = (f"{whose}:{field}", "property") if field else (whose, "object")
            place["logicalLocations"] = [{"name": field or whose, "fullyQualifiedName": whole, "kind": kind}]
        return place

    def physical(self, place: Finding | Related) -> Json:
        """Return a place in a file, with its text and, for a finding, the lines around it."""
        source, where = self.made_of.sources.get(place.path), place_of(place)
        physical = {"artifactLocation": self.artifact(place.path), "region": self.snippets.region(where, source)}
        context = self.snippets.context(where, source) if isinstance(place, Finding) else None
        return {**physical, "contextRegion": context} if context else physical

    def related(self, number: int, place: Related) -> Json:
        """Return a related place. One in an old file (`--against`) or in rendered output is only in the message."""
        source = self.made_of.sources.get(place.path)
        if source is not None and (source.counterpart != place.path or source.rendered is not None):
            return {"id": number, "message": message(f"{place.path}:{place.line}:{place.column}: {place.message}")}
        return {"id": number, "physicalLocation": self.physical(place), "message": message(place.message)}

    def artifact(self, path: str) -> Json:
        """Return the location of a file."""
        name = uri(self.name(path))
        return {"uri": name} if name.startswith("file:") else {"uri": name, "uriBaseId": _BASE}

    def fix(self, finding: Finding, source: Source) -> Json:
        """Return a fix as replacements in the finding's file."""
        assert finding.fix is not None
        replacements = []
        for edit in finding.fix.edits:
            region = _region(*source.span(edit.start, edit.end))
            inserted = {"text": edit.text.encode("utf-8", "replace").decode()}
            replacements.append({"deletedRegion": region, "insertedContent": inserted})
        change = {"artifactLocation": self.artifact(finding.path), "replacements": replacements}
        properties = {"safe": finding.fix.safe}
        return {"description": message(finding.fix.message), "artifactChanges": [change], "properties": properties}


def message(text: str) -> Json:
    """Return a message object, with braces and links escaped, which mean something in SARIF (3.11.5 and 3.11.6)."""
    return {"text": visible(text).replace("{", "{{").replace("}", "}}").replace("](", "\\](")}


def place_of(place: Finding | Related) -> tuple[int, int, int, int]:
    """Return the line, column, end line and end column of a place."""
    return place.line, place.column, place.end_line, place.end_column


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _properties(finding: Finding) -> Json:
    said = {"effect": finding.effect, "field": visible(finding.field), "reason": finding.reason}
    return {**{key: value for key, value in said.items() if value}, "kubeVersions": list(finding.kube_versions)}


def _left_alone(one: LeftAlone) -> str:
    return f"left alone: {one.what or 'this document'} {one.why}" if one.line else f"left alone: {one.why}"
