"""Generate the cases, ask every minor's own code, and keep its answers: `python -m conformance.refresh`, with Go.

python -m conformance.refresh                 everything
python -m conformance.refresh --minor 1.38    ask only this minor, about the recorded cases; keep the others' answers
python -m conformance.refresh --check         write nothing; exit with 1 if a case or a verdict has changed
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from conformance import build, store
from conformance.gated import gated
from conformance.generate import create_cases, put_cases, update_cases
from conformance.recording import HERE, Line
from conformance.store import CREATE, PUT, UPDATE, Recorded
from conformance.verdict import NO_SERVER, Verdict, verdict
from tools.schemas.source import versions

RULES = HERE.parent / "rules"
MARK = " # <- here"
KINDS = ("Job", "CronJob")
REFUSED = 3  # the exit status of an oracle whose API server would not start with these gates
OPTIONS = "argocd.argoproj.io/sync-options"
GATES, VALIDATION = "gates", "field-validation"


def all_cases() -> dict[str, list[Line]]:
    """Return all cases: those of the generator, some of them with gates, and those of the rule cards.

    Raises ValueError if two have the same id.
    """
    creates, updates = list(create_cases()), list(update_cases())
    others = [*gated(creates, updates), *from_cards()]
    found = {
        CREATE: [*creates, *(case for case in others if "old" not in case)],
        UPDATE: [*updates, *(case for case in others if "old" in case)],
        PUT: list(put_cases()),
    }
    for name, lines in found.items():
        if len({case["id"] for case in lines}) != len(lines):
            raise ValueError(f"{name}: two cases have the same id")
    return found


def from_cards() -> Iterable[Line]:
    """Return the examples of the rule cards that are a single Job or CronJob in plain YAML."""
    for path in sorted(RULES.glob("*/*.yaml")):
        card = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind in ("bad", "good"):
            for number, example in enumerate(card[kind], 1):
                case = _from_example(example)
                if case:
                    yield {"id": f"card-{card['name']}-{kind}-{number}", **case}


def _from_example(example: dict[str, Any]) -> Line | None:
    text = example["manifest"].replace(MARK, "")
    old = example.get("old")
    if old and OPTIONS in text:  # it is not applied over the old one: see put_cases()
        return None
    if example.get("language", "yaml") != "yaml" or not all(_alone(one) for one in (text, old) if one):
        return None
    case = {"yaml": text, "old": old, GATES: example.get("feature-gates"), VALIDATION: example.get(VALIDATION)}
    return {name: value for name, value in case.items() if value}


def _alone(text: str) -> bool:
    """Check that a text is a single Job or CronJob without placeholders."""
    if "${" in text or "{{" in text:
        return False
    try:
        [manifest] = yaml.safe_load_all(text)
    except (yaml.YAMLError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") in KINDS


def ask(program: Path, questions: Sequence[Line]) -> dict[str, Verdict]:
    """Return the verdicts by id. Raises CalledProcessError if the oracle crashes."""
    verdicts: dict[str, Verdict] = {}
    for (gates, validation), group in groupby(sorted(questions, key=_flags), key=_flags):
        cases = [{key: case[key] for key in ("id", "yaml", "old", "put") if key in case} for case in group]
        command = [str(program), f"-feature-gates={gates}", f"-field-validation={validation}"]
        asked = "".join(json.dumps(case) + "\n" for case in cases)
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, env=_environment())
        if done.returncode == REFUSED:
            verdicts |= {case["id"]: NO_SERVER for case in cases}
            continue
        sys.stderr.write(done.stderr)
        done.check_returncode()
        answers = map(json.loads, done.stdout.splitlines())
        verdicts |= {case["id"]: verdict(answer) for case, answer in zip(cases, answers, strict=True)}
    return verdicts


@cache
def _environment() -> dict[str, str]:
    """Return an environment with joblint's time zones: those of the system are not the same everywhere."""
    tzdata = import_module("tzdata")
    return {**os.environ, "ZONEINFO": str(Path(str(tzdata.__file__)).parent / "zoneinfo")}


def _flags(case: Line) -> tuple[str, str]:
    """Return the parts of a case that are passed to the program as flags, and apply to all its questions."""
    gates = ",".join(f"{name}={str(on).lower()}" for name, on in sorted(case.get(GATES, {}).items()))
    return gates, case.get(VALIDATION, "Strict").capitalize()


def refreshed(
    lines: Mapping[str, Sequence[Line]], kept: Mapping[str, Iterable[Recorded]], minors: Iterable[int], into: Path
) -> dict[str, list[Recorded]]:
    """Return the cases of each name with the verdicts of these minors, and the kept verdicts of the others."""
    verdicts = {name: {one.case["id"]: dict(one.verdicts) for one in some} for name, some in kept.items()}
    for minor in minors:
        program = build.build(minor, into)
        for name, some in lines.items():
            for case, said in ask(program, some).items():
                verdicts[name].setdefault(case, {})[minor] = said
        print(f"1.{minor}: {', '.join(f'{len(some)} {name}s' for name, some in lines.items())}", flush=True)
    known = sorted(versions())
    return {
        name: [Recorded(case, {m: verdicts[name][case["id"]][m] for m in known}) for case in some]
        for name, some in lines.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minor", action="append", default=[], metavar="1.38", help="ask only this one; repeatable")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something has changed")
    build.options(parser)
    options = parser.parse_args()
    if options.minor:
        kept = {name: list(store.read(name)) for name in store.NAMES}
        lines = {name: [one.case for one in some] for name, some in kept.items()}
    else:
        kept, lines = {name: [] for name in store.NAMES}, all_cases()
    recorded = refreshed(lines, kept, build.minors(options.minor), options.into)
    if options.check:
        sys.exit(recorded != {name: list(store.read(name)) for name in store.NAMES})
    for name, some in recorded.items():
        store.write(name, some, versions())
        refused = sum(not said["ok"] for one in some for said in one.verdicts.values())
        print(f"{name}: {len(some)} cases, {refused} refusals on {len(versions())} minors")


if __name__ == "__main__":
    main()
