"""The folders of the workspace, and the settings that hold for a file: the editor's over those of its configuration."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from joblint.checks import own
from joblint.kube.minors.versions import unknown
from joblint.project.config.inforce import ConfigError, Configuration
from joblint.project.config.keys import KEYS, OF_A_RUN
from joblint.project.config.read import Given, said
from joblint.rule.settings import Settings

SECTION = "joblint"
_ORIGIN = "the settings of the editor"
_VERSION, _GATES, _EXCLUDE = "kube-version", "feature-gates", "exclude"


def camel(name: str) -> str:
    """`kube-version` as editors write it: `kubeVersion`."""
    first, *rest = name.split("-")
    return first + "".join(map(str.capitalize, rest))


_NAMES = {camel(name): name for name in KEYS if name not in OF_A_RUN}


class Folder:
    """One folder, or (with an empty path) what lies in none; `client` is what the editor says for it.

    `enabled`: anything is said; `unsafe_fixes`: quick fixes are offered that may change what is meant; `whole`: files
    that are not open are judged too.
    """

    def __init__(self, path: str, client: Mapping[str, Any], chosen: str | None, tell: Callable[[str], None]) -> None:
        """`chosen` is the version that the user chose for now; `tell` takes what is wrong with settings."""
        self.path, self.tell = path, tell
        self.enabled = client.get("enable", True) is not False
        self.unsafe_fixes = client.get("unsafeFixes", True) is not False
        self.whole = client.get("workspaceDiagnostics", True) is not False
        values = {_NAMES[name]: value for name, value in client.items() if name in _NAMES and value not in (None, "")}
        if chosen:
            values[_VERSION] = chosen.split(",") if "," in chosen else chosen
        if values.get("select") == []:  # an editor's way to say that nothing is chosen
            del values["select"]
        line, wrong = said(json.dumps(values), _ORIGIN)
        for one in wrong:
            tell(one.message)
        named = client.get("configuration")
        file = os.path.join(path, os.path.expanduser(named)) if isinstance(named, str) and named else None
        self.line: tuple[Given, ...] = line
        self.configuration = Configuration(line, file, directory=path)
        self.told = 0

    def settings(self, path: str) -> Settings | None:
        """The settings for a file; None where nothing is to be said of it."""
        if not self.enabled or self.configuration.excludes(path):
            return None
        try:
            found = self.configuration.settings(path)
        except ConfigError as error:
            self.tell(f"{error}; the feature gates of the editor are left out")
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
        """The versions that a file is judged for, and who says so; nobody: `default`."""
        settings = self.settings(path)
        given = [one for layer in self.configuration.said(path).layers for one in layer if one.key == _VERSION]
        minors = settings.minors if settings is not None else ()
        return tuple(f"1.{minor}" for minor in minors), given[-1].origin if given else "default"

    def holds(self, path: str) -> bool:
        """Whether a file lies in this folder."""
        return not self.path or path.startswith(os.path.join(self.path, ""))


class Folders:
    """All folders. What the editor says for them may change at any time."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self.paths: list[str] = []
        self.client: dict[str, Mapping[str, Any]] = {}
        self.chosen: str | None = None
        self._folders: dict[str, Folder] = {}

    def of(self, path: str) -> Folder:
        """The innermost folder that holds a file; where none does, the settings that are not any folder's."""
        holding = [folder for folder in self.paths if path.startswith(os.path.join(folder, ""))]
        chosen = max(holding, key=len, default="")
        found = self._folders.get(chosen)
        if found is None:
            client = self.client.get(chosen, self.client.get("", {}))
            found = self._folders[chosen] = Folder(chosen, client, self.chosen, self.tell)
        return found

    def all(self) -> list[Folder]:
        """Every folder; one inside another too."""
        return [self.of(os.path.join(path, "")) for path in self.paths]

    def reset(self) -> None:
        """Read everything anew: settings, configuration files or own rules have changed."""
        own.forget()
        self._folders.clear()

    def take(self, client: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what the editor says, by the path of the folder; the empty one is for files in none."""
        self.client = dict(client)
        self.reset()

    def replace(self, paths: Iterable[str]) -> None:
        """Take other folders."""
        self.paths = [path.rstrip(os.sep) or os.sep for path in paths]
        self.reset()


def version(word: str | None) -> str | None:
    """A version as somebody chose it, several with commas; None: none. Raises ValueError where it is none."""
    from joblint.kube.minors.versions import parse_versions

    if not word:
        return None
    parse_versions([one.strip() for one in word.split(",")])
    return word


def section(settings: Any) -> Mapping[str, Any]:
    """What is ours of the settings that a client sends: those below `joblint`, or all where there is no such thing."""
    if not isinstance(settings, Mapping):
        return {}
    inner = settings.get(SECTION, settings)
    return inner if isinstance(inner, Mapping) else {}
