"""What is kept of an oracle's answer: places and reasons. The messages are Kubernetes' own and are not kept.

A verdict has `ok`, and these if they are not empty:
- `causes`: [field, reason] of each thing that is rejected;
- `decode`: the same for unknown and duplicate fields. Up to 1.22, one name is given for all unknown fields; 1.23 gives
  names without their places;
- `twice`: [line, key] of what the YAML reader found twice in a mapping;
- `tolerated`: what happened to `decode` and `twice` instead of a rejection, "warned" or "dropped";
- `fatal`: nothing more was checked; the end of the place if it is reported, else "";
- `dropped`: the highest places that were written and removed; `warned`: those that a warning names, "" for no place;
- `unjudged`: "update" if there was no update (the old manifest is rejected, or kubectl cannot merge), "server" if there
  was no server (it does not start with such gates).
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
    """Return what is kept of one answer."""
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
    """Return the value as JSON has it, so that a verdict is the same before it is written and after it is read."""
    return list(value) if isinstance(value, tuple) else value


def _strict(text: str) -> set[tuple[str, str]]:
    """Return the unknown and duplicate fields that a strict decoder names."""
    found = {(path, _REASONS[kind]) for kind, path in _STRICT.findall(text)}
    return found | {(name, UNKNOWN) for name in _PLACELESS.findall(text)}


def _end(fatal: str) -> str:
    """Return the end of the place that cannot be decoded, if the decoder reports it; without list indexes."""
    if _NO_VERSION.match(fatal):
        return API_VERSION
    if _NO_KIND.match(fatal):
        return "kind"
    match = _UNMARSHAL.search(fatal)
    steps = match[1].split(".") if match else []
    return ".".join(
        step for step in steps if not step[0].isupper()
    )  # newer releases of Go also name the embedded structs


def _place(warning: str) -> str:
    """Return the place that a warning names."""
    if _DEPRECATED.match(warning):
        return API_VERSION
    match = _PLACE.match(warning)
    return match[0] if match else ""
