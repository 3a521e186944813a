"""The data of the package in one file: the types of all minors, the feature gates, and the metadata of the rule cards.

In a wheel `joblint/_bundle.json` is made when the wheel is built. In a checkout, where rules/ and schemas/ stand beside
the package, it is made anew when one of their files has changed, and it is not part of the repository.
"""

import json
import os
from functools import cache
from typing import Any

PACKAGE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(PACKAGE, "_bundle.json")
SCHEMAS, RULES = "schemas", "rules"
_SOURCES = (SCHEMAS, RULES)

Bundle = dict[str, Any]
Stamp = list[int]


class BundleError(ValueError):
    """A file of rules/ or schemas/ is broken; the message names it."""


@cache
def load() -> Bundle:
    """The bundle, read once a process; in a checkout it is made anew first where rules/ or schemas/ have changed.

    Not to be changed; its keys are described in `joblint/_compile.py`. Raises BundleError where a file of rules/ or
    schemas/ is broken, FileNotFoundError where there is neither a bundle nor anything to make it of.
    """
    root = checkout()
    stamp = _stamp(root) if root else None
    found = _read()
    if found is not None and (stamp is None or found.get("stamp") == stamp):
        return found
    if root is None:
        raise FileNotFoundError(f"joblint is not whole: {FILE} is missing or broken")
    from joblint import _compile

    made = {**_compile.compile_(root), "stamp": stamp}
    _write(_text(made))
    return made


def build(root: "str | os.PathLike[str]") -> bytes:
    """The bundle of the checkout at root, for a wheel: the same bytes for the same files. Raises BundleError."""
    from joblint import _compile

    return _text(_compile.compile_(os.fspath(root)))


def checkout() -> str | None:
    """The directory that holds rules/ and schemas/ beside the package; None where there is none, as in a wheel."""
    root = os.path.dirname(PACKAGE)
    return root if os.path.isfile(os.path.join(root, SCHEMAS, "features.yaml")) else None


def resource(*parts: str) -> str:
    """The path of a data file: `resource("schemas", "v1.37.json")`. In a wheel they lie inside the package."""
    return os.path.join(checkout() or PACKAGE, *parts)


def card(rule: Bundle) -> Bundle:
    """The whole card of one of the rules that `load` lists, read from its file."""
    import yaml

    with open(resource(RULES, rule["group"], f"{rule['name']}.yaml"), "rb") as file:
        return {**rule, **yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))}


def _read() -> Bundle | None:
    try:
        with open(FILE, "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _text(content: Bundle) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _stamp(root: str) -> Stamp:
    """The newest time and the count of what the bundle is made of and by.

    A directory's own time tells that a file in it was added, removed or renamed.
    """
    times = [os.stat(os.path.join(PACKAGE, "_compile.py")).st_mtime_ns]
    for name in _SOURCES:
        top = os.path.join(root, name)
        if os.path.isdir(top):
            _times(top, times)
    return [max(times), len(times)]


def _times(directory: str, times: list[int]) -> None:
    times.append(os.stat(directory).st_mtime_ns)
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir():
                _times(entry.path, times)
            else:
                times.append(entry.stat().st_mtime_ns)


def _write(data: bytes) -> None:
    """Put the file in place at once, so that no other process sees half of it. Where that cannot be, do without it."""
    part = f"{FILE}.{os.getpid()}"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, FILE)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
