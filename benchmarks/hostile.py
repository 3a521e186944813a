#!/usr/bin/env python3
"""Check inputs that try to make a linter fail, each in a process with a limit of time and memory.

usage: benchmarks/hostile.py [--only WORD] [--jobs 2]

Each run must end in time, without a traceback, with the right exit code. The last line counts the cases. They are in
benchmarks/attacks.
"""

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # so that this file can be run as a script

from benchmarks.attacks import all_cases
from benchmarks.attacks.case import CLEAN, FAILED, FOUND, Case

MEMORY = 1 << 30
SECONDS = 60  # of CPU time: the slowest case needs about 10 on a quiet machine, 30 on a busy one

_CASES: list[Case] = []


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def verdict(case: Case) -> tuple[str, float, int]:
    """Run a case, and return what is wrong with the result (or an empty text), the seconds and the MiB that it used."""
    with tempfile.TemporaryDirectory(prefix="joblint-") as name:
        folder = Path(name)
        if callable(case.content):
            case.content(folder)
        else:
            content = case.content.encode() if isinstance(case.content, str) else case.content
            (folder / case.file).write_bytes(content)
        command = [sys.executable, "-m", "joblint", *case.arguments]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("JOBLINT", "COLUMNS"))}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=environment, preexec_fn=limited)  # noqa: PLW1509 - there are no threads
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = (folder / "stdout").read_bytes().decode(errors="replace")
        complained = (folder / "stderr").read_bytes().decode(errors="replace")
        os.system(f"rm -rf '{folder}'/dddddddddd")  # too deep for Python
    return wrong(case, process.returncode, printed, complained), usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10


def nth_verdict(number: int) -> tuple[str, float, int]:
    return verdict(_CASES[number])


def wrong(case: Case, code: int, printed: str, complained: str) -> str:
    """Return what is wrong with the result of a run, or an empty text."""
    if "Traceback" in complained or "bug in joblint" in complained:
        return complained.strip()[-300:]
    if code not in (CLEAN, FOUND, FAILED) or (case.code >= 0 and code != case.code):
        return f"exit code {code}, not {case.code}: {complained.strip()[-200:]}"
    if code != CLEAN and not printed + complained:
        return "no message"
    if case.said not in printed + complained:
        return f"`{case.said}` is not in the output: {(printed + complained)[:200]}"
    if case.unsaid and case.unsaid in printed + complained:
        return f"`{case.unsaid}` is in the output: {(printed + complained)[:200]}"
    if "\x1b" in printed + complained or "\0" in printed + complained:
        return "a control character was printed"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Check that hostile inputs do no harm.")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many to check at the same time")
    options = parser.parse_args()
    cases = [case for case in all_cases() if options.only in case.name]
    failed = 0
    _CASES.extend(cases)  # inherited by the processes: cases with functions cannot be pickled
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        verdicts = pool.imap(nth_verdict, range(len(cases)))
        for case, (why, seconds, mebibytes) in zip(cases, verdicts, strict=True):
            failed += bool(why)
            outcome = f"{'FAILED' if why else 'ok':7}{seconds:6.2f} s {mebibytes:5} MiB"
            print(f"{outcome}  {case.name}{': ' + why if why else ''}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
