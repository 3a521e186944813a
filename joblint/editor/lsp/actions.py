"""Quick fixes: of one finding, of all findings of a rule, all safe ones; and comments that suppress a finding.

Slow edits are computed when the action is chosen, if the client supports that ("resolve").
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lsprotocol import types

from joblint.editor.lsp import cures
from joblint.editor.lsp.desk import Desk, Item, TextFindings
from joblint.engine.suppress.settle import RULES
from joblint.report.visible import visible
from joblint.rule.finding import Edit, Finding

QUICK, ALL = types.CodeActionKind.QuickFix, "source.fixAll.joblint"
KINDS = (QUICK, ALL)
_MOST = 10  # findings of one request that get quick fixes
_ONE, _RULE, _SAFE, _IGNORE = "one", "rule", "safe", "ignore"


class ActionSupport(NamedTuple):
    """What the client supports: edits with versions, and actions whose edits are resolved later."""

    versions: bool = False
    later: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> "ActionSupport":
        """Return the support that a client declares."""
        workspace = capabilities.workspace and capabilities.workspace.workspace_edit
        action = capabilities.text_document and capabilities.text_document.code_action
        resolve = action.resolve_support if action else None
        later = resolve is not None and "edit" in resolve.properties and bool(action and action.data_support)
        return cls(bool(workspace and workspace.document_changes), later)


class Actions:
    """Makes the code actions for the texts on a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.can = ActionSupport()

    async def offered(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return the actions for the findings in a range of a text."""
        item = self.desk.items.get(params.text_document.uri)
        if item is None:
            return []
        said = await self.desk.said(item)
        only = params.context.only
        chosen = [finding for finding in said.fresh if _touches(said, finding, params.range)][:_MOST]
        found: list[types.CodeAction] = []
        if _wanted(QUICK, only):
            found += self._quick(item, said, chosen, params.context.diagnostics)
        if _wanted(ALL, only) and any(finding.fix and finding.fix.safe for finding in said.fresh):
            found += self._action("Apply all safe fixes (joblint)", ALL, item, {"do": _SAFE})
        return found

    def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Return an action that was chosen, with its edit."""
        data: Any = action.data
        item = self.desk.items.get(str(data.get("uri"))) if isinstance(data, dict) else None
        if item is not None and action.edit is None and item.said is not None:
            action.edit = self._edit(item, self._edits(item, data))
        return action

    def every(self, item: Item, unsafe: bool) -> types.WorkspaceEdit | None:
        """Return the edit for all fixes of a text; with `unsafe`, including the unsafe ones."""
        source = item.text.source
        return self._edit(item, cures.every(source, self.desk.judge(item), unsafe=unsafe))

    def ignore(self, item: Item, said: TextFindings, finding: Finding, reason: str) -> types.WorkspaceEdit | None:
        """Return the edit that suppresses a finding with a comment and a reason."""
        return self._edit(item, cures.ignored(said.stamp.source, finding, self.desk.judge(item), reason))

    # -- one by one

    def _quick(
        self, item: Item, said: TextFindings, chosen: Iterable[Finding], shown: Iterable[types.Diagnostic]
    ) -> Iterator[types.CodeAction]:
        unsafe = self.desk.folders.of(item.text.path).unsafe_fixes
        chosen = list(chosen)
        rules: set[str] = set()
        for finding in chosen:
            about = [one for one in shown if one.code == finding.rule and _same_range(said, finding, one.range)]
            if finding.fix is not None and (finding.fix.safe or unsafe):
                yield from self._one(item, said, finding, about)
                if finding.rule not in rules:
                    rules.add(finding.rule)
                    yield from self._rule(item, said, finding.rule, unsafe, about)
        for finding in chosen:
            about = [one for one in shown if one.code == finding.rule and _same_range(said, finding, one.range)]
            if finding.rule not in RULES and item.text.language != "json":
                data = {"do": _IGNORE, **_named(finding)}
                yield from self._action(f"Ignore `{finding.rule}` here, with a reason", QUICK, item, data, about)

    def _one(
        self, item: Item, said: TextFindings, finding: Finding, about: list[types.Diagnostic]
    ) -> Iterator[types.CodeAction]:
        """Yield the fix of one finding, unless trying it shows that it would cause another finding."""
        assert finding.fix is not None
        edit = self._edit(item, cures.one(said.stamp.source, finding, self.desk.judge(item)))
        if edit is not None:
            message, safe = finding.fix.message, finding.fix.safe
            warning = "" if safe else " (unsafe: may change the meaning)"
            title = visible(message[:1].upper() + message[1:]) + warning
            yield types.CodeAction(title, QUICK, diagnostics=about or None, is_preferred=safe or None, edit=edit)

    def _rule(
        self, item: Item, said: TextFindings, rule: str, unsafe: bool, about: list[types.Diagnostic]
    ) -> Iterator[types.CodeAction]:
        """Yield an action for the fixes of all findings of a rule, if there are several."""
        fixes = [finding.fix for finding in said.fresh if finding.rule == rule and finding.fix is not None]
        fixes = [fix for fix in fixes if fix.safe or unsafe]
        if len(fixes) > 1:
            harmless = all(fix.safe for fix in fixes)
            title = f"Fix all {len(fixes)} `{rule}` findings in this file" + ("" if harmless else " (unsafe)")
            data = {"do": _RULE, "rule": rule, "unsafe": not harmless}
            yield from self._action(title, QUICK, item, data, about)

    # -- the action and its edit

    def _action(
        self,
        title: str,
        kind: str,
        item: Item,
        data: dict[str, Any],
        about: list[types.Diagnostic] | None = None,
    ) -> Iterator[types.CodeAction]:
        """Yield an action whose edit is computed later, if the client supports that; else now, if it is not empty."""
        action = types.CodeAction(title, kind, diagnostics=about or None)
        if self.can.later:
            action.data = {"uri": item.text.uri, **data}
            yield action
        else:
            action.edit = self._edit(item, self._edits(item, data))
            if action.edit is not None:
                yield action

    def _edits(self, item: Item, data: dict[str, Any]) -> list[Edit]:
        """Return the edits of an action in the text as it is now."""
        source, judge, do = item.text.source, self.desk.judge(item), data.get("do")
        if do == _SAFE:
            return cures.every(source, judge)
        if do == _RULE:
            return cures.every(source, judge, str(data.get("rule")), bool(data.get("unsafe")))
        if do == _IGNORE:
            finding = next((one for one in judge(source) if _named(one).items() <= data.items()), None)
            return cures.ignored(source, finding, judge) if finding is not None else []
        return []

    def _edit(self, item: Item, edits: list[Edit]) -> types.WorkspaceEdit | None:
        """Return edits in the form that the client supports; None if there are none."""
        if not edits:
            return None
        text, positions = item.text, self.desk.positions(item)
        made = [types.TextEdit(positions.span(text.source, edit.start, edit.end), edit.text) for edit in edits]
        if not self.can.versions:
            return types.WorkspaceEdit(changes={text.uri: made})
        about = types.OptionalVersionedTextDocumentIdentifier(text.uri, text.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(about, list(made))])


def _wanted(kind: str, only: Iterable[str] | None) -> bool:
    """Check whether a kind of action is requested: `source` also requests `source.fixAll.joblint`."""
    return only is None or any(not one or kind == one or kind.startswith(f"{one}.") for one in only)


def _touches(said: TextFindings, finding: Finding, wanted: types.Range) -> bool:
    """Check whether a finding is in a range; for an empty range, whether it is on its line."""
    if wanted.start == wanted.end:
        return finding.line - 1 <= wanted.start.line <= finding.end_line - 1
    positions = said.positions
    here = positions.range(finding.line, finding.column, finding.end_line, finding.end_column)
    return here.start <= wanted.end and wanted.start <= here.end


def _same_range(said: TextFindings, finding: Finding, other: types.Range) -> bool:
    return said.positions.at(finding.line, finding.column) == other.start


def _named(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "line": finding.line, "column": finding.column, "field": finding.field}
