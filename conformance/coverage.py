"""List the places in Kubernetes' source that reject or warn and were never reached.

    python -m conformance.coverage BUILD [DIR...]

BUILD is the directory of an oracle that was built with `--coverage`; each DIR is one that such an oracle wrote to
(GOCOVERDIR; default: BUILD/cov). Only functions that the linker kept count: it left out those for Services, Nodes and
others.
"""

import argparse
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

PROFILE = re.compile(r"^(\S+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$")
SITE = re.compile(
    r"\bfield\.(Invalid|Required|NotSupported|Forbidden|Duplicate|TooLong|TooLongMaxLength|TooMany|NotFound"
    r"|TypeInvalid|InternalError)\b|\bappend\(warnings\b"
)
FUNCTION = re.compile(r"^func (?:\([^)]*\) )?(\w+)")
SYMBOL = re.compile(r" [Tt] (.*/)?([^./]+)\.(?:\(\*?\w+\)\.)?(\w+)")
OWN = "oracle/"


class Block(NamedTuple):
    """A stretch of a Go file that runs as a whole, by lines and columns from 1, and how often it ran."""

    start: tuple[int, int]
    end: tuple[int, int]
    runs: int


class Site(NamedTuple):
    """A place that rejects or warns: the package's path and the file, the line, the function, the line's text."""

    file: str
    line: int
    function: str
    text: str
    entered: bool
    reached: bool


def profile(folders: Iterable[Path]) -> dict[str, list[Block]]:
    """Return the blocks of all runs together, by package path and file name. Needs Go."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "profile"
        inputs = ",".join(str(one) for one in folders)
        subprocess.run(["go", "tool", "covdata", "textfmt", f"-i={inputs}", f"-o={text}"], check=True)
        return parse(text.read_text().splitlines())


def parse(lines: Iterable[str]) -> dict[str, list[Block]]:
    """Parse a profile in Go's text format."""
    found: dict[str, list[Block]] = defaultdict(list)
    for match in filter(None, map(PROFILE.match, lines)):
        name, *numbers = match.groups()
        line, column, last, end, count = map(int, numbers)
        found[name].append(Block((line, column), (last, end), count))
    return found


def sites(name: str, source: Sequence[str], blocks: Sequence[Block]) -> Iterator[Site]:
    """Yield the sites of one file, given its lines."""
    heads = [number for number, line in enumerate(source, 1) if line.startswith("func ")] + [len(source) + 1]
    for head, end in pairwise(heads):
        match = FUNCTION.match(source[head - 1])
        entered = any(block.runs for block in blocks if head <= block.start[0] < end)
        for number in range(head, end):
            text = source[number - 1]
            for found in SITE.finditer(text.split("//")[0]):
                at = (number, found.start() + 1)
                around = [block for block in blocks if block.start <= at < block.end]
                if around:
                    reached = max(around).runs > 0
                    yield Site(name, number, match[1] if match else "", text.strip(), entered, reached)


def linked(program: Path) -> set[tuple[str, str]]:
    """Return (package, function) for all functions that the linker kept: those that a Job or CronJob can reach."""
    shown = subprocess.run(["go", "tool", "nm", str(program)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {((m[1] or "") + m[2], m[3]) for m in SYMBOL.finditer(shown)}


def read(build: Path, folders: Sequence[Path]) -> list[Site]:
    """Return the sites that a Job or CronJob can reach, file by file."""
    files = {name: blocks for name, blocks in sorted(profile(folders).items()) if not name.startswith(OWN)}
    where, kept = _folders(build, {name.rpartition("/")[0] for name in files}), linked(build / "oracle")
    found: list[Site] = []
    for name, blocks in files.items():
        package, _, file = name.rpartition("/")
        source = (where[package] / file).read_text().splitlines()
        found += [s for s in sites(name, source, blocks) if s.entered or (package, s.function) in kept]
    return found


def _folders(build: Path, packages: Iterable[str]) -> dict[str, Path]:
    """Return the source directory of each package."""
    command = ["go", "list", "-mod=mod", "-f", "{{.ImportPath}} {{.Dir}}", *sorted(packages)]
    shown = subprocess.run(command, cwd=build, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {package: Path(folder) for package, folder in (line.split(" ", 1) for line in shown.splitlines())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, metavar="BUILD")
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    options = parser.parse_args()
    found = read(options.build, options.folders or [options.build / "cov"])
    for site in found:
        if not site.reached:
            print(f"{site.file}:{site.line}: {site.function}{'' if site.entered else ' (not entered)'}: {site.text}")
    print(f"{sum(site.reached for site in found)} of {len(found)} sites reached")


if __name__ == "__main__":
    main()
