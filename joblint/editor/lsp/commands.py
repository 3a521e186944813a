"""The commands that a client can execute by name (`workspace/executeCommand`)."""

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from joblint.editor.lsp import folders
from joblint.editor.lsp.actions import Actions
from joblint.editor.lsp.desk import Desk

FIX_ALL, SET_VERSION, VERSION, IGNORE = (
    "joblint.fixAll", "joblint.setKubeVersion", "joblint.kubeVersion", "joblint.ignore"
)  # fmt: skip


class Commands:
    """The commands of a server. Each gets a list of arguments, and returns an object, or None if it cannot run."""

    def __init__(
        self, server: LanguageServer, desk: Desk, actions: Actions, settings_changed: Callable[[], object]
    ) -> None:
        self.server, self.desk, self.actions, self.settings_changed = server, desk, actions, settings_changed

    def register(self) -> None:
        """Register the commands with the server."""
        for name, work in (
            (FIX_ALL, self.fix_all),
            (SET_VERSION, self.set_version),
            (VERSION, self.version),
            (IGNORE, self.ignore),
        ):
            self._register(name, work)

    def _register(self, name: str, work: Any) -> None:
        async def command(*arguments: Any) -> Any:
            return await work(list(arguments))

        self.server.command(name)(command)

    async def fix_all(self, arguments: list[Any]) -> Any:
        """Apply all safe fixes to the text with a URI; with `{"unsafe": true}`, all fixes."""
        item = self.desk.items.get(_text(arguments, 0))
        if item is None:
            return None
        options = _value(arguments, 1)
        edit = self.actions.every(item, isinstance(options, dict) and options.get("unsafe") is True)
        return {"applied": await self._apply(edit, "Fix all (joblint)")}

    async def ignore(self, arguments: list[Any]) -> Any:
        """Suppress a finding: `{"uri", "rule", "line", "reason"}`, the line from 0."""
        about = _value(arguments, 0)
        about = about if isinstance(about, dict) else {}
        item = self.desk.items.get(str(about.get("uri")))
        if item is None:
            return None
        said = await self.desk.said(item)
        for finding in said.fresh:
            if finding.rule == about.get("rule") and finding.line - 1 == about.get("line"):
                edit = self.actions.ignore(item, said, finding, str(about.get("reason") or ""))
                return {"applied": await self._apply(edit, f"Ignore {finding.rule} (joblint)")}
        return None

    async def set_version(self, arguments: list[Any]) -> Any:
        """Check for another version of Kubernetes (`1.29`, `1.24-1.29`, or a list with commas) until the server ends.

        It takes precedence over all settings and configurations. No version, or an empty one, undoes it.
        """
        try:
            self.desk.folders.chosen = folders.version(_text(arguments, 0))
        except ValueError as error:
            return {"error": str(error)}
        self.settings_changed()
        return {"chosen": self.desk.folders.chosen}

    async def version(self, arguments: list[Any]) -> Any:
        """Return the versions that the text with a URI is checked for, and all that can be chosen."""
        from joblint.kube.minors.minor import MINORS

        item = self.desk.items.get(_text(arguments, 0))
        found: dict[str, Any] = {"choices": [f"1.{minor}" for minor in reversed(MINORS)]}
        if item is not None:
            folder = self.desk.folders.of(item.text.path)
            versions, origin = folder.version(item.text.path)
            found |= {"versions": list(versions), "origin": origin}
        return found

    async def _apply(self, edit: types.WorkspaceEdit | None, label: str) -> bool:
        """Ask the client to apply an edit, and return whether it did; False without an edit."""
        if edit is None:
            return False
        result = await self.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
        return bool(result.applied)


def _value(arguments: list[Any], at: int) -> Any:
    return arguments[at] if at < len(arguments) else None


def _text(arguments: list[Any], at: int) -> str:
    value = _value(arguments, at)
    return value if isinstance(value, str) else ""
