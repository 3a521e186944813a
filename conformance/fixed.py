"""Ask Kubernetes' own code about manifests that joblint has fixed: `python -m conformance.fixed --oracles DIR`.

These are manifests that a minor rejects, and for which joblint says that safe fixes remove all causes: from the
recorded cases, which include the examples of the rule cards, and from real manifests with deliberate mistakes, if
../shared/conformance is available. Each is fixed for that minor, and the oracle is asked about the result. All must be
accepted; those that are not are listed, and the exit status is 1. DIR contains what conformance.build has built: one
directory per minor.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from conformance import build, store
from conformance.agreement import accepts_gates
from conformance.recording import HERE, Line
from conformance.refresh import GATES, VALIDATION, ask
from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import apply, fix_source
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import Add, Cure, Delete, Move, Operation, Put, Quote, Rename
from joblint.rule.cure.edit import fix
from joblint.rule.finding import Finding

REAL = HERE.parent.parent / "shared" / "conformance" / "cases" / "real" / "cases.jsonl.gz"
MINORS = ("1.37", "1.33", "1.29", "1.25", "1.21")
SLIPS = 6  # about this many for each real manifest, of different kinds
_AGAIN = "AGAIN-"
REJECTED = "rejected"


class Fixed(NamedTuple):
    """A case before and after joblint fixed it."""

    case: Line
    after: str
    rules: tuple[str, ...]

    @property
    def question(self) -> Line:
        """Return the case to ask an oracle about."""
        return {**self.case, "yaml": self.after}


def refused(minor: int) -> Iterator[Line]:
    """Yield the recorded creates that a minor rejects."""
    for one in store.read(store.CREATE):
        verdict = one.verdicts[minor]
        if not verdict["ok"] and "unjudged" not in verdict and accepts_gates(minor, one.case.get(GATES, {})):
            yield one.case


def fixed(case: Line, minor: int) -> Fixed | None:
    """Return a case after all safe fixes; None if joblint does not reject it, or still rejects it afterwards."""
    settings = make_settings(f"1.{minor}", case.get(GATES), field_validation=case.get(VALIDATION, "strict").lower())

    def judge(source: Source) -> list[Finding]:
        return lint_sources([source], settings)

    source = Source(case["id"], case["yaml"])
    if not any(finding.effect == REJECTED and finding.fix for finding in judge(source)):
        return None
    done = fix_source(source, judge)
    if any(finding.effect == REJECTED for finding in done.remaining):
        return None
    return Fixed(case, done.text, tuple(sorted({f.rule for f in done.cured if f.effect == REJECTED})))


# -- mistakes in real manifests


def slips() -> Iterator[Line]:
    """Yield real manifests with one mistake each; none if these manifests are not available."""
    if not REAL.exists():
        return
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            case = json.loads(line)
            made = [text for slip in _SLIPS for text in slip(case["yaml"])]
            step = max(len(made) // SLIPS, 1)
            for index in range(number % step, len(made), step):
                yield {"id": f"{case['id']}-slip-{index}", "yaml": made[index]}


def _with(text: str, choose: Callable[[Mapping, Entry], Operation | None]) -> Iterator[str]:
    """Yield a text with a mistake at each of some chosen entries."""
    document = Document(Source("", text), text, 0)
    for owner, entry in _entries(document.root):
        operation = choose(owner, entry) if isinstance(entry.key, Scalar) else None
        made = fix(document, Cure(True, "", (operation,))) if operation is not None else None
        if made is not None:
            yield apply(text, [made])


def _entries(root: Node | None) -> Iterator[tuple[Mapping, Entry]]:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            yield from ((node, entry) for entry in node.entries)
            todo += [entry.value for entry in node.entries]
        elif isinstance(node, Sequence):
            todo += node.items


def _misspelt(text: str) -> Iterator[str]:
    """Yield a field's name with a letter left out."""
    return _with(text, lambda _, e: Rename(e.key, e.name[:3] + e.name[4:]) if len(e.name) > 5 else None)


def _in_capitals(text: str) -> Iterator[str]:
    """Yield a field's name in lower case, or with a capital first letter."""

    def choose(_: Mapping, entry: Entry) -> Operation | None:
        lower = entry.name.lower()
        return Rename(entry.key, lower if lower != entry.name else lower.capitalize()) if lower.isalpha() else None

    return _with(text, choose)


def _wrong_quotes(text: str) -> Iterator[str]:
    """Yield a number in quotes, or a text that is no longer a string."""

    def choose(_: Mapping, entry: Entry) -> Operation | None:
        value = entry.value
        if not isinstance(value, Scalar):
            return None
        if isinstance(value.value, (bool, int)) and not value.style:
            return Quote(value)
        return Put(value, int(value.text)) if value.style and value.text.isdigit() and value.text[0] != "0" else None

    return _with(text, choose)


def _known(text: str) -> Iterator[str]:
    """Yield common mistakes."""
    wrong = {
        "apiVersion": "batch/v1beta1",
        "kind": "Cronjob",
        "restartPolicy": "Always",
        "concurrencyPolicy": "forbid",
        "imagePullPolicy": "ifNotPresent",
        "schedule": "TZ=Europe/Rome 0 3 * * 7",
        "completionMode": "indexed",
        "image": None,
        "value": 1,
    }

    def choose(_: Mapping, entry: Entry) -> Operation | None:
        found = isinstance(entry.value, Scalar) and entry.name in wrong
        return Put(entry.value, wrong[entry.name]) if found else None

    return _with(text, choose)


def _moved(text: str) -> Iterator[str]:
    """Yield a field that is one level too low."""

    def choose(owner: Mapping, entry: Entry) -> Operation | None:
        inner = [other.value for other in owner.entries if isinstance(other.value, Mapping) and other is not entry]
        return Move(owner, entry.key, inner[0], (entry.name,)) if inner else None

    return _with(text, choose)


def _left_out(text: str) -> Iterator[str]:
    """Yield a manifest without a required field."""
    names = ("restartPolicy", "apiVersion", "completions")
    return _with(text, lambda owner, e: Delete(owner, e.key) if e.name in names else None)


def _twice(text: str) -> Iterator[str]:
    """Yield a field that is written twice."""

    def choose(owner: Mapping, entry: Entry) -> Operation | None:
        value = entry.value
        if not isinstance(value, Scalar) or value.style or not value.text or not isinstance(value.value, str):
            return None
        return Add(owner, (_AGAIN + entry.name,), value.text, after=entry.key)

    return (made.replace(_AGAIN, "") for made in _with(text, choose))


_SLIPS = (_misspelt, _in_capitals, _wrong_quotes, _known, _moved, _left_out, _twice)


# -- the run


class Outcome(NamedTuple):
    """The result for a minor: how many manifests were fixed and asked about, and those that the oracle rejects."""

    run: int
    rules: dict[str, int]
    wrong: list[tuple[Fixed, Line]]


def run(minor: int, program: Path, cases: list[Line]) -> Outcome:
    """Fix what a minor rejects and joblint can fix, and ask the minor's oracle about the result."""
    done = [one for case in cases if (one := fixed(case, minor)) is not None]
    before = ask(program, [one.case for one in done])
    done = [one for one in done if not before[one.case["id"]]["ok"]]
    after = ask(program, [one.question for one in done])
    rules: dict[str, int] = {}
    for one in done:
        for rule in one.rules:
            rules[rule] = rules.get(rule, 0) + 1
    wrong = [(one, after[one.case["id"]]) for one in done if not after[one.case["id"]]["ok"]]
    return Outcome(len(done), rules, wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracles", type=Path, default=build.cache(), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--minor", action="append", metavar="1.37", help=f"repeatable; default: {', '.join(MINORS)}")
    options = parser.parse_args()
    made, total, bad = list(slips()), 0, 0
    for minor in build.minors(options.minor or list(MINORS)):
        outcome = run(minor, options.oracles / f"1.{minor}" / build.PROGRAM, [*refused(minor), *made])
        total, bad = total + outcome.run, bad + len(outcome.wrong)
        print(f"1.{minor}: {outcome.run} fixed and asked, {outcome.run - len(outcome.wrong)} accepted", flush=True)
        print("  " + ", ".join(f"{rule} {count}" for rule, count in sorted(outcome.rules.items())))
        for one, verdict in outcome.wrong:
            print(f"  not accepted: {one.case['id']} ({', '.join(one.rules)}): {json.dumps(verdict)}")
    print(f"{total} fixed and asked, {total - bad} accepted")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
