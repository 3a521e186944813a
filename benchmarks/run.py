#!/usr/bin/env python3
"""Measure the CPU time of joblint against its budgets. Run it with the Python that joblint is installed for.

usage: benchmarks/run.py [--runs 9] [--only WORD] [--check]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import inputs
from benchmarks.charts import charts

HERE = Path(__file__).resolve().parent
RUNS = 9


class Case(NamedTuple):
    """A command and its budget of CPU time: seconds, or `times` the time of the case before it, or none."""

    name: str
    arguments: Sequence[str]
    seconds: float | None = None
    times: float | None = None
    folder: Path | None = None  # the directory that it runs in


def cases(folder: Path) -> Iterator[Case]:
    """Create the inputs in a folder, and yield the commands to run."""
    one = inputs.jobs(folder / "one", 1) / "job-0000.yaml"
    thousand = str(inputs.jobs(folder / "thousand", 1000))
    some = inputs.tree(folder / "some", 10_000, 2_000)
    few = inputs.tree(folder / "few", 9_000, 90)
    yield Case("joblint --version", ["--version"], 0.050)
    yield Case("one Job", ["check", str(one)], 0.075)
    yield Case("one Job, with an option", ["check", "--kube-version", "1.29", str(one)])
    yield Case("one Markdown tutorial", ["check", str(HERE / "tutorial.md")], 0.180)
    yield Case("1,000 Jobs", ["check", thousand], 1.0)
    yield Case("1,000 Jobs, 1.21-1.37", ["check", "--kube-version", "1.21-1.37", thousand], times=5)
    yield Case("10,000 files, 2,000 Jobs", ["check", str(some)], 2.4)
    yield Case("9,000 files, 90 of Jobs", ["check", str(few)], 0.35)
    repository = charts(folder / "charts", 120, 60)
    yield Case("3,600 files of 120 charts", ["check", str(repository)], 1.2)
    yield from changes(folder / "repository")


def changes(folder: Path) -> Iterator[Case]:
    """Create a repository of 30,000 files with 6,200 Jobs, and change it step by step."""
    a_job, a_config_map = inputs.repository(folder, 30_000, 6_200)
    old = a_job.read_text()
    against = ["--against", "git:HEAD"]
    yield Case("a repository of 30,000 files", ["check"], folder=folder)
    a_job.write_text(old.replace("spec:\n", "spec:\n  paralelism: 2\n", 1))
    yield Case("  a Job changed, --since", ["check", "--since", "HEAD"], 0.6, folder=folder)
    yield Case("  and --against git:HEAD", ["check", "--since", "HEAD", *against], 0.6, folder=folder)
    a_job.write_text(old)
    a_config_map.write_text(a_config_map.read_text() + "  run.sh: echo $JOB_COMPLETION_INDEX\n")
    yield Case("  its ConfigMap changed", ["check", "--since", "HEAD"], 0.8, folder=folder)
    a_job.rename(a_job.with_name("renamed.yaml"))
    yield Case("  and the Job renamed", ["check", "--since", "HEAD", *against], 0.9, folder=folder)


def program() -> list[str]:
    """Return the installed program next to this Python, or the module."""
    script = Path(sys.executable).with_name("joblint")
    return [str(script)] if script.exists() else [sys.executable, "-m", "joblint"]


def cpu_time(command: Sequence[str], environment: dict[str, str], folder: Path | None = None) -> float:
    """Return the seconds of user and system time of one run, including its children."""
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{said.decode()}")
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU time of joblint, the median of several runs.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is exceeded")
    options = parser.parse_args()
    # As in an installed package: the first run, which is not counted, writes the compiled Python files.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JOBLINT"))}
    base = statistics.median(cpu_time([sys.executable, "-c", "pass"], environment) for _ in range(options.runs))
    print(f"Seconds of CPU time of {options.runs} runs; Python itself needs {base:.3f}.")
    print(f"{'':28}{'median':>10}{'least':>10}{'budget':>10}")
    over, last = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="joblint-") as folder:
        for case in cases(Path(folder)):
            if options.only not in case.name:
                continue
            command = [*program(), *case.arguments]
            cpu_time(command, environment, case.folder)
            taken = [cpu_time(command, environment, case.folder) for _ in range(options.runs)]
            median = statistics.median(taken)
            budget = case.seconds if case.times is None else case.times * last
            last = median
            late = budget is not None and median > budget
            over += late
            limit = "-" if budget is None else f"{budget:.3f}"
            print(f"{case.name:28}{median:10.3f}{min(taken):10.3f}{limit:>10}{'   OVER' if late else ''}", flush=True)
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
