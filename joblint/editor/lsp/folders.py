"""The folders of the workspace, and the settings for a file: the editor's override those of its configuration."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from joblint.checks import own
from joblint.kube.minors.versions import unknown
from joblint.project.config.inforce import ConfigError, Configuration
from joblint.project.config.keys import KEYS, NOT_IN_EDITORS
from joblint.project.config.read import Given, read_text
from joblint.rule.settings import Settings

SECTION = "joblint"
_ORIGIN = "the editor settings"
_VERSION, _GATES, _EXCLUDE = "kube-version", "feature-gates", "exclude"


def camel(name: str) -> str:
    """Return the name of a key as editors write it: `kubeVersion` for `kube-version`."""
    first, *rest = name.split("-")
    return first + "".join(map(str.capitalize, rest))


_NAMES = {camel(name): name for name in KEYS if name not in NOT_IN_EDITORS}


class Folder:
    """One folder, or (with an empty path) the files in none; `client` has the editor's settings for it.

    `enabled`: files are checked; `unsafe_fixes`: quick fixes that may change the meaning are offered; `whole`: files
    that are not open are also checked.
    """

    def __init__(self, path: str, client: Mapping[str, Any], chosen: str | None, tell: Callable[[str], None]) -> None:
        """Read the settings; `chosen` is the version that the user has selected, `tell` is called with mistakes."""
        self.path, self.tell = path, tell
        self.enabled = client.get("enable", True) is not False
        self.unsafe_fixes = client.get("unsafeFixes", True) is not False
        self.whole = client.get("workspaceDiagnostics", True) is not False
        values = {_NAMES[name]: value for name, value in client.items() if name in _NAMES and value not in (None, "")}
        if chosen:
            values[_VERSION] = chosen.split(",") if "," in chosen else chosen
        if values.get("select") == []:  # editors send an empty list if it is not set
            del values["select"]
        line, wrong = read_text(json.dumps(values), _ORIGIN)
        for one in wrong:
            tell(one.message)
        named = client.get("configuration")
        file = os.path.join(path, os.path.expanduser(named)) if isinstance(named, str) and named else None
        self.line: tuple[Given, ...] = line
        self.configuration = Configuration(line, file, directory=path)
        self.told = 0

    def settings(self, path: str) -> Settings | None:
        """Return the settings for a file; None if it is not checked."""
        if not self.enabled or self.configuration.excludes(path):
            return None
        try:
            found = self.configuration.settings(path)
        except ConfigError as error:
            self.tell(f"{error}; the feature gates in the editor settings are ignored")
            line = tuple(one for one in self.line if one.key != _GATES)
            self.configuration = Configuration(line, self.configuration.file, directory=self.path)
            self.told = 0
            found = self.configuration.settings(path)
        for wrong in self.configuration.wrong[self.told :]:
            self.tell(str(wrong))
        self.told = len(self.configuration.wrong)
        newer = unknown(self.configuration.asked)
        if newer:
            self.tell(newer)
        return found

    def version(self, path: str) -> tuple[tuple[str, ...], str]:
        """Return the versions that a file is checked for, and where they are set, or `default`."""
        settings = self.settings(path)
        given = [one for layer in self.configuration.said(path).layers for one in layer if one.key == _VERSION]
        minors = settings.minors if settings is not None else ()
        return tuple(f"1.{minor}" for minor in minors), given[-1].origin if given else "default"

    def holds(self, path: str) -> bool:
        """Check whether a file is in this folder."""
        return not self.path or path.startswith(os.path.join(self.path, ""))


class Folders:
    """All folders. The editor's settings for them may change at any time."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self.paths: list[str] = []
        self.client: dict[str, Mapping[str, Any]] = {}
        self.chosen: str | None = None
        self._folders: dict[str, Folder] = {}

    def of(self, path: str) -> Folder:
        """Return the innermost folder that contains a file; if none does, the one with an empty path."""
        holding = [folder for folder in self.paths if path.startswith(os.path.join(folder, ""))]
        chosen = max(holding, key=len, default="")
        found = self._folders.get(chosen)
        if found is None:
            client = self.client.get(chosen, self.client.get("", {}))
            found = self._folders[chosen] = Folder(chosen, client, self.chosen, self.tell)
        return found

    def all(self) -> list[Folder]:
        """Return all folders, including those inside others."""
        return [self.of(os.path.join(path, "")) for path in self.paths]

    def reset(self) -> None:
        """Read everything again, because settings, configuration files or own rules have changed."""
        own.forget()
        self._folders.clear()

    def take(self, client: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the editor's settings, by the path of the folder; the empty one is for files in none."""
        self.client = dict(client)
        self.reset()

    def replace(self, paths: Iterable[str]) -> None:
        """Replace the folders."""
        self.paths = [path.rstrip(os.sep) or os.sep for path in paths]
        self.reset()


def version(word: str | None) -> str | None:
    """Return a version, or several with commas, that the user has selected; None for none. Raises ValueError."""
    from joblint.kube.minors.versions import parse_versions

    if not word:
        return None
    parse_versions([one.strip() for one in word.split(",")])
    return word


def section(settings: Any) -> Mapping[str, Any]:
    """Return our part of the settings that a client sends: those below `joblint`, or all if that key is missing."""
    if not isinstance(settings, Mapping):
        return {}
    inner = settings.get(SECTION, settings)
    return inner if isinstance(inner, Mapping) else {}
