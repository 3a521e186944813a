"""What is kept of an oracle's answer: places and reasons. Its words are Kubernetes' own and stay out.

A verdict has `ok`, and where they say something:
- `causes`: [field, reason] of each thing that is refused;
- `decode`: the same of unknown and duplicate fields. To 1.22 one field's name stands for all that are unknown; 1.23
  gives names without their places;
- `twice`: [line, key] of what the YAML reader found twice in a mapping;
- `tolerated`: what was done with `decode` and `twice` instead of a refusal, "warned" or "dropped";
- `fatal`: nothing was looked at any further, with the end of the place where it is told, else "";
- `dropped`: the highest places that were written and removed; `warned`: those that a warning names, "" for no place;
- `unjudged`: "update" where there was none (the old manifest is refused, or kubectl cannot merge), "server" where there
  was none (it does not start with such gates).
"""

import re
from typing import Any

Verdict = dict[str, Any]

NO_UPDATE: Verdict = {"ok": False, "unjudged": "update"}
NO_SERVER: Verdict = {"ok": False, "unjudged": "server"}
API_VERSION = "apiVersion"
UNKNOWN, DUPLICATE = "UnknownField", "DuplicateField"

_NOT_MADE = ("old: ", "merge: ")
_NO_VERSION = re.compile(r"no matches for kind |Object 'apiVersion' is missing|no kind \"(Cron)?Job\" is registered")
_NO_KIND = re.compile(r"Object 'Kind' is missing|neither a Job nor a CronJob|no kind ")
_STRICT = re.compile(r'(unknown|duplicate) field "([^"]+)"')
_PLACELESS = re.compile(r"found unknown field: (.+?), error found in ")
_TWICE = re.compile(r'line (\d+): key "?([^"\n]+?)"? already set in map')
_UNMARSHAL = re.compile(r"unmarshal \w+(?: \S+)? into Go struct field \w+\.(\S+) of type")
_PLACE = re.compile(r"(?:spec|metadata)[^\s:]*")
_DEPRECATED = re.compile(r"\S+/v\S+ \w+ is deprecated")
_REASONS = {"unknown": UNKNOWN, "duplicate": DUPLICATE}


def verdict(answer: dict[str, Any]) -> Verdict:
    """What is kept of one answer."""
    fatal = answer.get("fatal")
    if fatal is not None and fatal.startswith(_NOT_MADE):
        return NO_UPDATE
    kept: Verdict = {"ok": answer["ok"]}
    if fatal is not None:
        return kept | {"fatal": _end(fatal)}
    lines = "\n".join(answer.get("decode", ()))
    if answer.get("tolerated"):
        kept["tolerated"] = answer["tolerated"]
    found = {
        "causes": {(one.get("field", ""), one.get("reason", "")) for one in answer.get("causes", ())},
        "decode": _strict(lines),
        "twice": {(int(line), key) for line, key in _TWICE.findall(lines)},
        "dropped": set(answer.get("dropped", ())),
        "warned": {_place(text) for text in answer.get("warnings", ())} if not answer.get("causes") else set(),
    }
    kept |= {name: sorted(map(_line, value)) for name, value in found.items() if value}
    return kept


def _line(value: str | tuple[Any, ...]) -> Any:
    """As JSON has it, so that a verdict is the same before it is written and after it is read."""
    return list(value) if isinstance(value, tuple) else value


def _strict(text: str) -> set[tuple[str, str]]:
    """The unknown and duplicate fields that a strict decoder names."""
    found = {(path, _REASONS[kind]) for kind, path in _STRICT.findall(text)}
    return found | {(name, UNKNOWN) for name in _PLACELESS.findall(text)}


def _end(fatal: str) -> str:
    """The end of the place that does not decode, where the decoder tells it; lists' indexes are not in it."""
    if _NO_VERSION.match(fatal):
        return API_VERSION
    if _NO_KIND.match(fatal):
        return "kind"
    match = _UNMARSHAL.search(fatal)
    steps = match[1].split(".") if match else []
    return ".".join(
        step for step in steps if not step[0].isupper()
    )  # newer Go also names the structs that are embedded


def _place(warning: str) -> str:
    """The place that a warning speaks of."""
    if _DEPRECATED.match(warning):
        return API_VERSION
    match = _PLACE.match(warning)
    return match[0] if match else ""
