"""Reports in all formats, in pieces."""

from collections.abc import Callable, Iterator

from joblint.report import Look, Run
from joblint.report.visible import inert

COUNTED = ("text", "concise")  # formats in which --statistics replaces the findings by counts
# Formats for programs: these get a whole document even if nothing could be checked.
DOCUMENTS = ("json", "sarif", "junit", "gitlab", "github", "markdown")


def rendered(run: Run, format_: str, look: Look, statistics: bool = False) -> Iterator[str]:
    """Return the report in pieces. In formats for people, `statistics` replaces the findings by counts."""
    if statistics and format_ in COUNTED:
        from joblint.report.statistics import report as counts

        return map(inert, counts(run, look.paint))
    if format_ == "text":
        from joblint.report import text

        return map(inert, text.report(run, look))
    if format_ == "concise":
        from joblint.report import concise

        return map(inert, concise.report(run, look.paint))
    report: Callable[[Run], Iterator[str]] = __import__(f"joblint.report.{format_}", fromlist=["report"]).report
    return report(run)
