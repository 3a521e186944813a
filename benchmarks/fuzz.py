#!/usr/bin/env python3
"""Check manifests with random changes of bytes: joblint may report anything about them, but must never fail.

usage: benchmarks/fuzz.py [--count 50000] [--seed 1] [--only NUMBER]

Each number generates the same bytes every time, so `--only` repeats a failure. The last line counts the failures.
"""

import argparse
import faulthandler
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import inputs  # noqa: E402
from benchmarks.attacks.case import SPEC  # noqa: E402
from joblint.engine.api import make_settings, not_text  # noqa: E402
from joblint.engine.run import Run as Engine  # noqa: E402
from joblint.manifests.corpus.corpus import Corpus  # noqa: E402
from joblint.manifests.languages import language_of  # noqa: E402
from joblint.manifests.source import NotText, Source, decode  # noqa: E402
from joblint.project.leave import Leave  # noqa: E402
from joblint.report import Look, Run, concise, json, text  # noqa: E402
from joblint.rule.finding import Finding  # noqa: E402

MEMORY = 1 << 30
SECONDS = 20  # for one manifest; after that, the watchdog prints where it hangs
SLOW = 2.0
# Tokens to insert: they have a meaning in YAML, in Kubernetes' grammars, in a shell or in a terminal.
TOKENS = [
    b":", b": ", b"- ", b"#", b"&a ", b"*a", b"!!", b"|", b">", b"|-", b"'", b'"', b"\\", b"{", b"}", b"[", b"]",
    b",", b"?", b"%", b"@", b"`", b"~", b"---", b"...", b"<<: *a", b"\t", b"\r", b"\n", b"\n\n", b"\r\n", b" ",
    b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xc2\x85", b"\x1b[31m",
    b"1e999", b"-1", b"0x", b"0o7", b".inf", b".nan", b"null", b"yes", b"2001-01-01", b"99999999999999999999",
    b"$(", b"$$", b"${A}", b"{{", b"}}", b"{%", b"*/5", b"@every 1h", b"spec", b"kind", b"Job", b"List", b"items:",
    b"metadata", b"template", b"name", b"null:", b"JOB_COMPLETION_INDEX", b"```", b"<<EOF", b"EOF", b"> ", b"Mi",
    b"1.5Gi", b"/", b"..", b"=", b"<<", b"::\n\n", b".. ", b"\\u0000", b"\\ud800", b"apiVersion: batch/v1",
]  # fmt: skip


def seeds(rng: random.Random) -> list[tuple[str, bytes]]:
    """Return the files that are changed: (file name, content)."""
    found = [(f"{number}.yaml", inputs.job(rng, number).encode()) for number in range(40)]
    found += [(path.name, path.read_bytes()) for path in sorted(ROOT.glob("fixtures/**/*")) if path.is_file()]
    found += [(path.name, path.read_bytes()) for path in sorted((ROOT / "tests/data").glob("*.yaml"))]
    found.append(("tutorial.md", (ROOT / "benchmarks/tutorial.md").read_bytes()))
    found.append(("a.sh", b"cat <<EOF | kubectl apply -f -\n" + SPEC.encode() + b"EOF\n"))
    found.append(("a.rst", b".. code-block:: yaml\n   :linenos:\n\n   " + SPEC.replace("\n", "\n   ").encode()))
    found.append(("list.yaml", b"apiVersion: v1\nkind: List\nitems:\n- " + SPEC.replace("\n", "\n  ").encode()))
    return [(name, content) for name, content in found if len(content) < 20_000]


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return the content with a few changes: bytes changed, deleted, doubled, moved, inserted."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 8, 20))):
        at, to = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
        to = min(to, at + rng.choice((1, 4, 40, 400)))
        change = rng.randrange(7)
        if change == 0 and data:
            data[min(at, len(data) - 1)] = rng.randrange(256)
        elif change == 1:
            del data[at:to]
        elif change == 2:
            data[at:at] = data[at:to]
        elif change == 3:
            other = rng.randrange(len(data) + 1)
            data[other:other] = data[at:to]
        else:
            data[at : to if change == 4 else at] = rng.choice(TOKENS)
    return bytes(data)


def check(name: str, data: bytes, engine: Callable[[Source], Engine]) -> str:
    """Check a file and write its reports as the program does; return what is wrong with them, or an empty text."""
    try:
        source = Source(name, decode(data), language_of(name))
    except NotText as error:
        findings: list[Finding] = [not_text(name, error)]
        sources: dict[str, Source] = {}
    else:
        run = engine(source)
        run.source(source)
        findings, sources = run.findings, {name: source}
    report = Run(findings, sources, [], [], 1, 1, ["1.21", "1.37"])
    drawn = "".join((*text.report(report, Look(width=60)), *concise.report(report), *json.report(report)))
    return next((why for finding in findings if (why := wrong(finding, sources.get(name)))), "") or _raw(drawn)


def wrong(finding: Finding, source: Source | None) -> str:
    """Return what is wrong with a finding's place or message, or an empty text."""
    if source is None:
        return ""
    begin, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
    lines = len(source.lines)
    if not (1 <= begin[0] <= lines and 1 <= end[0] <= lines and begin <= end and begin[1] >= 1):
        return f"{finding.rule} is at {begin}-{end} of {lines} lines"
    if not finding.message or finding.message.endswith("."):
        return f"{finding.rule} has the message {finding.message!r}"
    return ""


def _raw(drawn: str) -> str:
    found = next(
        (character for character in drawn if not character.isprintable() and character not in "\n\u200c\u200d"), ""
    )
    return f"{found!r} was printed" if found else ""


def fuzz(numbers: Sequence[int], seed: int) -> int:
    """Check the manifests of some numbers, and return how many failed."""
    settings = {True: make_settings(), False: make_settings("1.21-1.37", select=["all"])}
    start = seeds(random.Random(seed))
    failed = 0

    def engine(source: Source) -> Engine:
        one = settings[len(source.text) % 4 != 0]
        return Engine(Leave().settings(one), Corpus([source]))

    for number in numbers:
        rng = random.Random(seed * 1_000_003 + number)
        name, content = rng.choice(start)
        data = mutated(content, rng)
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        began = time.process_time()
        try:
            why = check(name, data, engine)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
        if time.process_time() - began > SLOW:
            why = why or f"took {time.process_time() - began:.1f} s"
        faulthandler.cancel_dump_traceback_later()
        if why:
            failed += 1
            print(f"--only {number} ({name}): {why}", flush=True)
            if len(numbers) == 1:
                sys.stdout.buffer.write(data)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description="Check manifests with random changes of bytes.")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="only this number, to repeat a failure")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    numbers = range(options.count) if options.only is None else [options.only]
    failed = fuzz(numbers, options.seed)
    print(f"{len(numbers) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
