"""JSON objects one after another without `---` between them, as kubectl reads them.

kubectl reads a text as JSON if its first character is `{`, whatever the name of the file. It reads one object after
the other. If something else comes after the first object or in place of it, it reads the rest as YAML; after a second
object it stops. Source: apimachinery pkg/util/yaml/decoder.go, YAMLOrJSONDecoder, of 1.33 and later. Up to 1.32 kubectl
reads only JSON after a `{` and rejects the YAML; the API server itself never did that, and joblint does not either.
"""

import json
import re
from typing import Any, NoReturn

from joblint.kube.gotext import SPACE
from joblint.manifests.yaml.tree import Problem

_SNIFFED = 4096  # bytes in which kubectl searches for the `{`: cli-runtime, pkg/resource/visitor.go, StreamVisitor
_BLANK = re.compile(r"[ \t\r\n]*")  # between JSON values
# Values without content, of which there may be millions: many are read at a time.
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+(?![.eE])"
_STRING = r'"[^"\\\x00-\x1f]*+"'
_SMALL = rf"(?:\{{[ \t\r\n]*+\}}|{_NUMBER}|{_STRING}|true|false|null)[ \t\r\n]*+"
_ONE, _RUN = re.compile(_SMALL), re.compile(rf"(?:{_SMALL}){{1,1000}}+")
_LEAST = 4  # bytes that must be left for kubectl to continue with YAML


def begins_as_json(text: str) -> bool:
    """Return whether kubectl tries to read a text as JSON."""
    head = text[:_SNIFFED]
    if head.lstrip(SPACE)[:1] != "{":
        return False
    return b"{" in head[: head.index("{") + 1].encode("utf-8", "replace")[:_SNIFFED]


class JsonStream:
    """Where the JSON values of a text are, and what follows them.

    `values` are the spans of the objects that are not empty, `end` is the end of the last value. `rest` is where
    kubectl continues with YAML: the end of the text if it does not. `problem` says why it stops, if it does; its offset
    counts in the text.
    """

    __slots__ = ("end", "problem", "rest", "values")

    def __init__(self, text: str) -> None:
        self.values: list[tuple[int, int]] = []
        self.problem: Problem | None = None
        self.rest = len(text)
        count, end, at, found = 0, 0, _next(text, 0), True
        while at < len(text) and found:
            run = _RUN.match(text, at)
            if run:
                one = _ONE.match(text, at)
                count += 1 if one and one.end() == run.end() else 2
                end, at = at + len(run[0].rstrip()), run.end()
                continue
            stop = _end(text, at)
            found = stop >= 0
            if found:
                if text[at] == "{":
                    self.values.append((at, stop))
                count, end, at = count + 1, stop, _next(text, stop)
        self.end = end
        if not found:
            self._stop(text, count, end, at)

    def _stop(self, text: str, count: int, end: int, at: int) -> None:
        """Note what kubectl does at `at`, where no JSON value starts, after `count` of them that end at `end`."""
        if count <= 1:
            rest = _after_blank(text, end)
            if rest >= 0:
                self.rest = rest
                return
        shown = text[at : at + 20].split("\n", 1)[0].rstrip()
        if count <= 1:
            self.problem = Problem(f"`{shown}` is not allowed after a JSON object", at, "remove it")
        elif text.startswith("---", at):
            message = "kubectl stops at this `---`, because 2 JSON objects before it have no `---` between them"
            self.problem = Problem(message, at, "put `---` between all objects, or between none")
        else:
            self.problem = Problem(f"kubectl stops at `{shown}`, because it is not JSON like the objects before it", at)


def _next(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _end(text: str, at: int) -> int:
    """Return where the JSON value that starts at `at` ends; -1 if there is none."""
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):  # the YAML reader reports what is nested too deep
        return -1


def _after_blank(text: str, end: int) -> int:
    """Return where YAML starts after JSON; white space up to the end of its line is skipped. -1: kubectl gives up."""
    at = end
    while len(text[at : at + _LEAST].encode("utf-8", "replace")) >= _LEAST:
        if text[at] not in SPACE:
            return at
        at += 1
        if text[at - 1] == "\n":
            return at
    return -1


def _nothing(_: Any) -> None:
    """Return nothing: the values are not needed."""


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are Python's own


_DECODER = json.JSONDecoder(
    object_pairs_hook=_nothing, parse_int=_nothing, parse_float=_nothing, parse_constant=_refuse
)
