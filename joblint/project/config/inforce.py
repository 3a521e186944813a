"""Compute the values in force for a path: its configuration, overridden by the command line.

Modules that are not needed without a configuration are not imported at the top.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.project.config.find import Finder, Surroundings, absolute
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.project.config.layers import Layer
    from joblint.project.config.patterns import Patterns
    from joblint.project.config.read import Config, Given, Section
    from joblint.rule.flaw import Flaw

_VERSION, _EXCLUDE = "kube-version", "exclude"


class ConfigError(ValueError):
    """Raised if the options of the command line do not fit a file's configuration."""


class AppliedValues(NamedTuple):
    """What applies to a path: its configuration, the sections of it, the chart, and all their values in layers.

    Sections of the command line are numbered after those of the configuration. The layers do not include the defaults.
    """

    config: str
    sections: tuple[int, ...]
    chart: str
    layers: tuple[Any, ...]  # of Layer; its name in quotes would cost each run a millisecond


class Configuration:
    """The configurations that apply to the paths of a run, each read once. `wrong` lists the mistakes in them."""

    def __init__(
        self, line: "Layer" = (), file: str | None = None, isolated: bool = False, directory: str = ""
    ) -> None:
        """Take the values of the command line and environment (`line`); `file`, if given, applies to all paths.

        With `isolated` no configuration is read, and the versions that charts name are ignored. The paths in `line`
        and in `file` are relative to `directory`, or to the current one if it is empty.
        """
        self.line, self.file, self.isolated, self.directory = line, file, isolated, directory
        self.sections: Sequence[Section] = ()  # of the command line; they override its other values
        self.wrong: list[Flaw] = []
        self.asked: set[int] = set()  # minors that were asked for, including those newer than joblint knows
        self._finder = Finder(alone=isolated or file is not None)
        self._configs: dict[tuple[str, ...], Config] = {}
        self._excluded: dict[tuple[str, ...], tuple[Patterns, ...]] = {}
        self._hints: dict[tuple[str, ...], Layer] = {}
        self._settings: dict[tuple[str, tuple[int, ...], str], Settings] = {}

    def settings(self, path: str) -> Settings:
        """Return the settings for a file; files with equal settings share one object. Mistakes are noted in `wrong`.

        Raises ConfigError if feature gates of the command line do not fit the file's minors.
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

    def said(self, path: str) -> AppliedValues:
        """Return all that applies to a file, or to a directory whose path ends in a slash."""
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
        return AppliedValues(config.path if config is not None else "", numbers, chart, tuple(layers))

    def whole_run(self, paths: Iterable[str]) -> "dict[str, Given]":
        """Return the values that were given for the keys of a whole run, by key.

        The configuration is the one that applies to the directory that all paths have in common.
        """
        said = self.said(common(paths)).layers
        return {one.key: one for layer in said for one in layer}

    def excluded(self, directory: str, marked: bool = True) -> "tuple[Patterns, ...]":
        """Return the exclusions that apply in a directory; `marked` as in Finder.place."""
        place = self._place(directory, marked)
        found = self._excluded.get(place.files)
        if found is None:
            found = self._excluded[place.files] = self._exclusions(place)
        return found

    def excludes(self, path: str) -> str:
        """Return what excludes a named file or directory, or a directory that it is in; empty if nothing does."""
        whole = absolute(path) + ("/" if os.path.isdir(path) else "")
        above = self.excluded(path if os.path.isdir(path) else os.path.dirname(path))
        return next((patterns.origin for patterns in above if patterns.hold(whole)), "")

    def _exclusions(self, place: Surroundings) -> "tuple[Patterns, ...]":
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

    def _place(self, directory: str, marked: bool) -> Surroundings:
        place = self._finder.place(directory, marked)
        return place if self.file is None else place._replace(files=(absolute(self.file),))

    def _base(self, place: Surroundings) -> str:
        """Return the directory that paths in a configuration are relative to: its own; for --config the current one."""
        return os.path.dirname(place.files[0]) if self.file is None else absolute(self.directory)

    def _config(self, place: Surroundings) -> "Config | None":
        if not place.files:
            return None
        found = self._configs.get(place.files)
        if found is None:
            from joblint.project.config.read import read

            found = self._configs[place.files] = read(place.files, self._base(place), named=self.file is not None)
            self.wrong += found.wrong
        return found

    def _hint(self, directories: tuple[str, ...]) -> "Layer":
        """Return the versions that the nearest chart or kustomization names."""
        found = self._hints.get(directories)
        if found is None:
            from joblint.project.config import hints

            found = self._hints[directories] = hints.layer(directories)
        return found


def common(paths: Iterable[str]) -> str:
    """Return the directory that some paths have in common, with a slash at its end; without paths, the current one."""
    found = [absolute(path) if os.path.isdir(path) else os.path.dirname(absolute(path)) for path in paths]
    try:
        return os.path.join(os.path.commonpath(found), "") if found else ""
    except ValueError:  # on several drives
        return ""
