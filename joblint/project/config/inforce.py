"""What is in force for a path: the configuration that speaks for it, under what the command line says.

What is not needed where there is no configuration is not imported here.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.project.config.find import Finder, Place, absolute
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.project.config.layers import Layer
    from joblint.project.config.patterns import Patterns
    from joblint.project.config.read import Config, Given, Section
    from joblint.rule.flaw import Flaw

_VERSION, _EXCLUDE = "kube-version", "exclude"


class ConfigError(ValueError):
    """What the command line asks for does not fit a file."""


class Said(NamedTuple):
    """What is said of a path: by which configuration, in which of its sections, by which chart; and it all, in layers.

    The sections of the command line count behind those of the configuration. The defaults are not among the layers.
    """

    config: str
    sections: tuple[int, ...]
    chart: str
    layers: tuple[Any, ...]  # of Layer; a name in quotes would cost each run a millisecond


class Configuration:
    """The configurations that speak for the paths of a run, each read once. `wrong` are the mistakes in them."""

    def __init__(
        self, line: "Layer" = (), file: str | None = None, isolated: bool = False, directory: str = ""
    ) -> None:
        """`line` is what the command line and the environment say; `file` speaks for all paths, if there is one.

        `isolated`: no configuration is read, and what charts say is not heeded. The paths in `line` and in `file` are
        relative to `directory`, the current one where it is empty.
        """
        self.line, self.file, self.isolated, self.directory = line, file, isolated, directory
        self.sections: Sequence[Section] = ()  # of the command line, over all that it says elsewhere
        self.wrong: list[Flaw] = []
        self.asked: set[int] = set()  # minors, those that are newer than the newest known among them
        self._finder = Finder(alone=isolated or file is not None)
        self._configs: dict[tuple[str, ...], Config] = {}
        self._excluded: dict[tuple[str, ...], tuple[Patterns, ...]] = {}
        self._hints: dict[tuple[str, ...], Layer] = {}
        self._settings: dict[tuple[str, tuple[int, ...], str], Settings] = {}

    def settings(self, path: str) -> Settings:
        """The settings for a file; the same object for files with the same. What is wrong is noted.

        Raises ConfigError where feature gates of the command line do not fit the file's minors.
        """
        said = self.said(path)
        found = self._settings.get(said[:3])
        if found is None:
            found = self._settings[said[:3]] = self._made(said.layers)
        return found

    def _made(self, said: "tuple[Layer, ...]") -> Settings:
        if not any(said):
            from joblint.engine.api import make_settings

            return make_settings()
        from joblint.project.config import layers

        self.asked.update(layers.asked(said))
        try:
            return layers.settings([layers.defaults(), *said])
        except layers.Unfit as error:
            if not error.given.line:
                raise ConfigError(str(error)) from None
            self.wrong.append(layers.blame(error))
            return self._made(())

    def said(self, path: str) -> Said:
        """All that is said of a file, or of a directory whose path ends in a slash."""
        place = self._place(os.path.dirname(path), True)
        config = self._config(place)
        sections = [*(config.sections if config is not None else ()), *self.sections]
        first = len(sections) - len(self.sections)  # of the command line
        whole = (os.path.join(absolute(path), "") if path.endswith("/") else absolute(path)) if sections else ""
        numbers = tuple(n for n, one in enumerate(sections) if one.paths is None or one.paths.hold(whole))
        layers: list[Layer] = [sections[n].given for n in numbers if n < first]
        layers += [self.line, *(sections[n].given for n in numbers if n >= first)]
        chart = ""
        if not self.isolated and place.hints and not any(one.key == _VERSION for layer in layers for one in layer):
            layers.insert(0, self._hint(place.hints))
            chart = layers[0][0].origin if layers[0] else ""
        return Said(config.path if config is not None else "", numbers, chart, tuple(layers))

    def whole_run(self, paths: Iterable[str]) -> "dict[str, Given]":
        """The values of the keys that are for a whole run, by key, where somebody gave one.

        The configuration is the one that speaks for the directory that all paths have in common.
        """
        said = self.said(common(paths)).layers
        return {one.key: one for layer in said for one in layer}

    def excluded(self, directory: str, marked: bool = True) -> "tuple[Patterns, ...]":
        """The exclusions that hold in a directory; `marked` as in Finder.place."""
        place = self._place(directory, marked)
        found = self._excluded.get(place.files)
        if found is None:
            found = self._excluded[place.files] = self._exclusions(place)
        return found

    def excludes(self, path: str) -> str:
        """Who excludes a file or directory that somebody named, itself or what it lies in; nobody: empty."""
        whole = absolute(path) + ("/" if os.path.isdir(path) else "")
        above = self.excluded(path if os.path.isdir(path) else os.path.dirname(path))
        return next((patterns.origin for patterns in above if patterns.hold(whole)), "")

    def _exclusions(self, place: Place) -> "tuple[Patterns, ...]":
        config = self._config(place)
        said = [one for one in (config.sections[0].given if config and config.sections else ()) if one.key == _EXCLUDE]
        line = [one for one in self.line if one.key == _EXCLUDE]
        if not said and not line:
            return ()
        from joblint.project.config.patterns import Patterns

        found = []
        if said and config is not None:
            found.append(Patterns([str(one.value) for one in said if one.value], self._base(place), config.path))
        if line:
            found.append(
                Patterns([str(one.value) for one in line if one.value], absolute(self.directory), line[0].origin)
            )
        return tuple(found)

    def _place(self, directory: str, marked: bool) -> Place:
        place = self._finder.place(directory, marked)
        return place if self.file is None else place._replace(files=(absolute(self.file),))

    def _base(self, place: Place) -> str:
        """The directory that the paths in a configuration are relative to: its own; of --config the current one."""
        return os.path.dirname(place.files[0]) if self.file is None else absolute(self.directory)

    def _config(self, place: Place) -> "Config | None":
        if not place.files:
            return None
        found = self._configs.get(place.files)
        if found is None:
            from joblint.project.config.read import read

            found = self._configs[place.files] = read(place.files, self._base(place), named=self.file is not None)
            self.wrong += found.wrong
        return found

    def _hint(self, directories: tuple[str, ...]) -> "Layer":
        """What the nearest chart or kustomization says."""
        found = self._hints.get(directories)
        if found is None:
            from joblint.project.config import hints

            found = self._hints[directories] = hints.layer(directories)
        return found


def common(paths: Iterable[str]) -> str:
    """The directory that some paths have in common, with a slash at its end; the current one where there are none."""
    found = [absolute(path) if os.path.isdir(path) else os.path.dirname(absolute(path)) for path in paths]
    try:
        return os.path.join(os.path.commonpath(found), "") if found else ""
    except ValueError:  # on several drives
        return ""
