#!/usr/bin/env python3
"""Measure the language server: CPU time of an edit, a hover and a completion; memory; start-up time.

usage: benchmarks/editor.py [--edits 200] [--many 10000] [--check]

An edit is a `textDocument/didChange` together with the diagnostics that the client requests after it, as VS Code does.
CPU time is that of all threads of the server, in nanoseconds, as counted by Linux (/proc/PID/task/*/schedstat).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import inputs

HANG = 600  # seconds after which the server is considered to hang
EDITS, MANY = 200, 10_000
LINES_OF_A_JOB, LINES_OF_MANY = 60, 5_000
BUDGETS = {
    "edit of a Job": 10,
    "edit of 5,000 lines": 60,
    "... with a suppression": 60,
    "hover": 15,
    "completion": 15,
}  # milliseconds, p95
START, GROWTH = 700, 5.0  # milliseconds; MiB that the server may grow from a tenth of MANY edits to all of them
_WORDS = ("completions: 3", "# a note", "parallelism: two", "backoffLimit: 4", "nodeName: x", 'ttl: "', "labels: {a")


class Edit(NamedTuple):
    """A text that replaces a range."""

    line: int
    start: int
    end_line: int
    end: int
    text: str


class Client:
    """A client that talks to a server over its standard input and output, one message after the other."""

    def __init__(self, *command: str, errors: IO[bytes] | int | None = None) -> None:
        """Start the server; its standard error goes to `errors`, or else to that of this process."""
        self.began = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        self.number = 0
        self.folder = Path()

    def send(self, method: str, params: Any, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        data = json.dumps(message if number is None else {**message, "id": number}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        """Send a request and return its result; requests from the server are answered with `null`."""
        self.number += 1
        self.send(method, params, self.number)
        while True:
            message = self.receive()
            if message.get("id") == self.number and "method" not in message:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]
            if "id" in message:
                self.answer(message["id"])

    def answer(self, number: Any) -> None:
        data = json.dumps({"jsonrpc": "2.0", "id": number, "result": None}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def receive(self) -> Any:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(stream.read(length))

    def start(self, folder: Path) -> None:
        able = {"textDocument": {"diagnostic": {}, "publishDiagnostics": {"relatedInformation": True}}}
        root = [{"uri": folder.as_uri(), "name": "it"}]
        self.ask("initialize", {"processId": os.getpid(), "capabilities": able, "workspaceFolders": root})
        self.send("initialized", {})

    def stop(self) -> None:
        self.ask("shutdown", None)
        self.send("exit", None)
        self.process.communicate(timeout=HANG)

    @property
    def cpu(self) -> float:
        """Return the CPU time of all threads so far, in milliseconds."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6

    @property
    def memory(self) -> float:
        """Return the MiB in memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


class File:
    """An open file that is being edited."""

    def __init__(self, client: Client, uri: str, text: str, language: str = "yaml") -> None:
        self.client, self.uri, self.version = client, uri, 1
        self.lines = text.count("\n")
        self.result: str | None = None
        about = {"uri": uri, "languageId": language, "version": 1, "text": text}
        client.send("textDocument/didOpen", {"textDocument": about})
        self.diagnostics()

    def diagnostics(self) -> Any:
        params = {"textDocument": {"uri": self.uri}, "previousResultId": self.result}
        found = self.client.ask("textDocument/diagnostic", {k: v for k, v in params.items() if v is not None})
        self.result = found["resultId"]
        return found

    def change(self, edit: Edit) -> None:
        self.version += 1
        line, start, end_line, end, text = edit
        span = {"start": {"line": line, "character": start}, "end": {"line": end_line, "character": end}}
        about = {"uri": self.uri, "version": self.version}
        changes = [{"range": span, "text": text}]
        self.client.send("textDocument/didChange", {"textDocument": about, "contentChanges": changes})

    def typing(self, rng: random.Random) -> Iterator[Edit]:
        """Yield edits without end: a word is typed on a new line, character by character, and deleted again."""
        while True:
            line, word, indent = rng.randrange(self.lines), rng.choice(_WORDS), rng.choice((0, 2, 6, 10))
            yield Edit(line, 0, line, 0, " " * indent + "\n")
            for at, character in enumerate(word):
                yield Edit(line, indent + at, line, indent + at, character)
            yield Edit(line, 0, line, indent + len(word), "")
            yield Edit(line, 0, line + 1, 0, "")


def job(lines: int) -> str:
    """Return a Job with about that many lines."""
    rng = random.Random(inputs.SEED)
    return min((inputs.job(rng, number) for number in range(200)), key=lambda text: abs(text.count("\n") - lines))


def many(lines: int) -> str:
    """Return a text of Jobs and CronJobs with that many lines."""
    rng, found, number = random.Random(inputs.SEED), "", 0
    while found.count("\n") < lines:
        found += ("---\n" if found else "") + inputs.job(rng, number)
        number += 1
    return found


def measure(client: Client, name: str, works: Iterator[Callable[[], None]], count: int) -> list[float]:
    """Print the CPU time of some pieces of work, and return by how many milliseconds the budget is exceeded."""
    taken = []
    for _ in range(count):
        work = next(works)
        before = client.cpu
        work()
        time.sleep(0.002)  # the server answers before it has finished its work
        taken.append(client.cpu - before)
    taken.sort()
    p95, budget = taken[int(len(taken) * 0.95) - 1], BUDGETS[name]
    over = "   OVER" if p95 > budget else ""
    print(f"{name:24}{statistics.median(taken):10.2f}{p95:10.2f}{taken[-1]:10.2f}{budget:10}{over}", flush=True)
    return [p95 - budget]


def edits(file: File, rng: random.Random) -> Iterator[Callable[[], None]]:
    for edit in file.typing(rng):

        def work(edit: Edit = edit) -> None:
            file.change(edit)
            file.diagnostics()

        yield work


def asked(file: File, method: str, rng: random.Random, answers: list[bool]) -> Iterator[Callable[[], None]]:
    """Yield requests at random places; whether each had an answer is added to `answers`, as no answer costs little."""
    while True:
        at = {"line": rng.randrange(file.lines), "character": rng.randrange(20)}

        def work(at: dict[str, int] = at) -> None:
            found = file.client.ask(method, {"textDocument": {"uri": file.uri}, "position": at})
            answers.append(bool(found and found.get("items", True)))

        yield work


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU time and memory of the language server.")
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--many", type=int, default=MANY, help="edits over which memory is measured")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is exceeded")
    options = parser.parse_args()
    over: list[float] = []
    with tempfile.TemporaryDirectory(prefix="joblint-") as name:
        folder, starts = Path(name), []
        for _ in range(5):
            client = Client(sys.executable, "-m", "joblint", "lsp")
            client.start(folder)
            File(client, (folder / "job.yaml").as_uri(), job(LINES_OF_A_JOB))
            starts.append((time.perf_counter() - client.began) * 1000)
            cpu = client.cpu
            client.stop()
        start = statistics.median(starts)
        load = os.getloadavg()[0]
        shown = ", ".join(f"{one:.0f}" for one in sorted(starts))
        print(f"start to first diagnostics: {start:.0f} ms of {shown} (CPU {cpu:.0f}; budget {START}; load {load:.1f})")
        over.append(start - START)
        client = Client(sys.executable, "-m", "joblint", "lsp")
        client.start(folder)
        small = File(client, (folder / "job.yaml").as_uri(), job(LINES_OF_A_JOB))
        large = File(client, (folder / "many.yaml").as_uri(), many(LINES_OF_MANY))
        rng = random.Random(inputs.SEED)
        print(f"{'milliseconds of CPU':24}{'median':>10}{'p95':>10}{'max':>10}{'budget':>10}")
        over += measure(client, "edit of a Job", edits(small, rng), options.edits)
        over += measure(client, "edit of 5,000 lines", edits(large, rng), options.edits)
        text = "# joblint: ignore-file[practice] as they are\n" + many(LINES_OF_MANY)
        heeded = File(client, (folder / "suppressed.yaml").as_uri(), text)
        over += measure(client, "... with a suppression", edits(heeded, rng), options.edits)
        for name, method in (("hover", "textDocument/hover"), ("completion", "textDocument/completion")):
            answers: list[bool] = []
            over += measure(client, name, asked(large, method, rng, answers), options.edits)
            print(f"{'':24}{sum(answers)} of {len(answers)} places had an answer")
        works, sizes = edits(small, rng), []
        for number in range(options.many):
            next(works)()
            if number + 1 in (options.many // 10, options.many):
                sizes.append(client.memory)
        growth = sizes[-1] - sizes[0]
        print(f"memory: {sizes[0]:.1f} MiB after {options.many // 10:,} edits, {sizes[-1]:.1f} after {options.many:,}")
        over.append(growth - GROWTH)
        client.stop()
    return 1 if options.check and max(over) > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
