"""Baselines: files with the findings that a team already knows, so that only new ones are reported.

    {
      "joblint-baseline": 1,
      "findings": [
        {"path": "jobs/a.yaml", "rule": "unknown-field", "kind": "Job", "name": "a", "field": "spec.x", "line": "x: 1"},
        {"path": "jobs/b.yaml", "rule": "wrong-type", ..., "count": 2}
      ]
    }

A finding is identified by its file, rule, object, field and the text of its line (joblint/report/fingerprint.py), and
not by the number of a line or list item. If several findings are equal in all of these, the baseline has their number.
Entries are sorted, and each is on one line, without empty fields, so that diffs of the file are easy to read.

The entries of a file that is gone are looked for in the other files (`followed`), because it may have been renamed.

Pure: no I/O.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from joblint.report.fingerprint import Key

FORMAT = 1
MARK, _FINDINGS, _COUNT = "joblint-baseline", "findings", "count"


class BaselineError(ValueError):
    """A text is not a valid baseline; the message says why."""


class Entry(NamedTuple):
    """The identity of a finding: the fields of Key in joblint/report/fingerprint.py, without its count."""

    path: str
    rule: str
    kind: str = ""
    namespace: str = ""
    name: str = ""
    field: str = ""
    line: str = ""


def entry(key: Key) -> Entry:
    """Return the entry of a finding."""
    return Entry(key.path, key.rule, key.kind, key.namespace, key.name, key.field, key.text)


def new(entries: Sequence[Entry], known: Mapping[Entry, int]) -> tuple[list[bool], Counter[Entry]]:
    """Return which findings, in the order of their files, are new, and which known entries are gone.

    Of equal findings, the first ones are known.
    """
    left = Counter(dict(known))
    found = []
    for one in entries:
        found.append(left[one] <= 0)
        left[one] -= 1
    return found, +left


_Unit = tuple[str, str, str, str]  # a path, and the kind, namespace and name of an object, which may be empty
_Units = dict[_Unit, Counter[Entry]]
_MOST_PAIRS = 100_000  # compared at most; what else has moved is reported as new


def followed(
    entries: Sequence[Entry],
    is_new: Sequence[bool],
    left: Counter[Entry],
    gone: Callable[[str], bool],
    paths: Container[str],
    homes: Callable[[str, str], Collection[str]] = lambda path, name: (),
) -> tuple[list[bool], Counter[Entry]]:
    """Return what `new` returned (`is_new` and `left`), but with objects of deleted files recognized elsewhere.

    `gone` returns whether a file is gone; `paths` are those of the whole baseline. An object has moved to a file if at
    least half of its entries are new there; it moves only once. Findings without a named object, such as those of a
    document that cannot be read, move only to a file that is not in the baseline. `homes` returns, for a path and the
    name of an object, the files that it has certainly moved to, if there are any: then it is in no other file.
    """
    fresh = _units(Counter(one for one, wanted in zip(entries, is_new, strict=True) if wanted))
    old = _units(Counter({one: count for one, count in left.items() if gone(one.path)}))
    left, moved = left.copy(), Counter[Entry]()
    done: set[_Unit] = set()
    pairs = islice(_pairs(old, fresh, paths, homes), _MOST_PAIRS)
    for source, target in sorted(pairs, key=lambda pair: _rank(pair[0], pair[1], old, fresh)):
        common = old[source] & fresh[target]
        if {source, target}.isdisjoint(done) and 2 * common.total() >= old[source].total():
            done |= {source, target}
            moved.update(_at(target[0], common))
            left -= _at(source[0], common)
    found = []
    for one, wanted in zip(entries, is_new, strict=True):
        known = wanted and moved[one] > 0
        moved[one] -= known
        found.append(wanted and not known)
    return found, left


def _pairs(
    old: _Units, fresh: _Units, paths: Container[str], homes: Callable[[str, str], Collection[str]]
) -> Iterator[tuple[_Unit, _Unit]]:
    """Yield the pairs of an object in a deleted file and an object with new findings that may be the same."""
    alike: dict[tuple[str, ...], list[_Unit]] = {}
    for target in fresh:
        if target[3] or target[0] not in paths:
            alike.setdefault(target[1:], []).append(target)
    for source in old:
        plain = homes(source[0], source[3])
        yield from ((source, target) for target in alike.get(source[1:], ()) if not plain or target[0] in plain)


def _rank(source: _Unit, target: _Unit, old: _Units, fresh: _Units) -> tuple[int, bool, _Unit, _Unit]:
    """Return a sort key for a pair: first the most findings in common, then a file of the same name."""
    renamed = source[0].rpartition("/")[2] != target[0].rpartition("/")[2]
    return -(old[source] & fresh[target]).total(), renamed, source, target


def _at(path: str, entries: Counter[Entry]) -> Counter[Entry]:
    return Counter({one._replace(path=path): count for one, count in entries.items()})


def _units(entries: Counter[Entry]) -> _Units:
    """Return the entries of each object, without their path."""
    found: _Units = {}
    for one, count in entries.items():
        found.setdefault((one.path, one.kind, one.namespace, one.name), Counter())[one._replace(path="")] = count
    return found


def dump(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline."""
    lines = [f"    {_json(_fields(one, count))}" for one, count in sorted(Counter(entries).items())]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "{MARK}": {FORMAT},\n  "{_FINDINGS}": {listed}\n}}\n'


def load(text: str) -> Counter[Entry]:
    """Return how often each entry is in the text of a baseline. Raises BaselineError."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        torn = " (the file has merge conflict markers)" if "<<<<<<<" in text else ""
        raise BaselineError(f"line {error.lineno}: {_lower(error.msg)}{torn}") from None
    except (ValueError, RecursionError):
        raise BaselineError("it is not valid JSON") from None
    if not isinstance(content, dict) or MARK not in content:
        raise BaselineError(f"it has no `{MARK}`")
    if content[MARK] != FORMAT:
        raise BaselineError(f"its format is {_json(content[MARK])}, but this version of joblint reads format {FORMAT}")
    listed = content.get(_FINDINGS)
    if not isinstance(listed, list):
        raise BaselineError(f"it has no list `{_FINDINGS}`")
    known: Counter[Entry] = Counter()
    for number, fields in enumerate(listed, 1):
        one, count = _entry(fields, number)
        known[one] += count
    return known


def _fields(one: Entry, count: int) -> dict[str, Any]:
    fields: dict[str, Any] = {name: value for name, value in one._asdict().items() if value}
    return fields if count == 1 else {**fields, _COUNT: count}


def _entry(fields: object, number: int) -> tuple[Entry, int]:
    """Return an entry, and the number of its findings. Raises BaselineError."""
    if not isinstance(fields, dict):
        raise BaselineError(f"finding {number} is not an object")
    values = {name: fields.get(name, "") for name in Entry._fields}
    wrong = next((name for name, value in values.items() if not isinstance(value, str)), "")
    if wrong:
        raise BaselineError(f"finding {number}: `{wrong}` is not a string")
    if not values["path"] or not values["rule"]:
        raise BaselineError(f"finding {number} has no `{'rule' if values['path'] else 'path'}`")
    count = fields.get(_COUNT, 1)
    if type(count) is not int or count < 1:
        raise BaselineError(f"finding {number}: `{_COUNT}` is not a positive integer")
    return Entry(**values), count


def _json(value: object) -> str:
    """Return a value as JSON on one line. Bytes of a file's name that are not UTF-8 are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() or text.isprintable() else json.dumps(value)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
