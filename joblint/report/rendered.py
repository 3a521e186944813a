"""Reports in all formats, in pieces."""

from collections.abc import Callable, Iterator
from importlib import import_module

from joblint.report import FORMATS, ON_REQUEST, Look, Run
from joblint.report.visible import inert


def rendered(run: Run, format_: str, look: Look, statistics: bool = False) -> Iterator[str]:
    """Return the report in pieces. In formats for people, `statistics` replaces the findings by counts."""
    known = FORMATS[format_]
    module = "statistics" if statistics and known.counts == ON_REQUEST else format_
    report: Callable[[Run, Look], Iterator[str]] = import_module(f"joblint.report.{module}").report
    pieces = report(run, look)
    return pieces if known.is_document else map(inert, pieces)
