"""The package's data in one file: the types of all minors, the feature gates, and the metadata of the rule cards.

In a wheel `joblint/_bundle.json` is made when the wheel is built. In a checkout, where rules/ and schemas/ are next to
the package, it is rebuilt when one of their files has changed, and it is not part of the repository. What the fields
mean (schemas/fields/) is in a second file, `joblint/_fields.json`, made in the same way: only editors use it.
"""

import json
import os
from functools import cache

from joblint.kube.minors import FIELDS, RULES, SCHEMAS, Bundle

_HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(os.path.dirname(_HERE))
FILE, FIELDS_FILE = (os.path.join(PACKAGE, name) for name in ("_bundle.json", "_fields.json"))
_MAKER, _FIELDS_MAKER = "compile.py", "compile_fields.py"

Stamp = list[int]


@cache
def load() -> Bundle:
    """Return the bundle, read once per process; in a checkout it is rebuilt if rules/ or schemas/ have changed.

    Do not modify it; its keys are described in `joblint/kube/minors/compile.py`. Raises BundleError if a file in rules/
    or schemas/ is invalid, FileNotFoundError if there is neither a bundle nor anything to make it from.
    """
    return _load(FILE, _MAKER, (SCHEMAS, RULES))


@cache
def fields() -> Bundle:
    """Return what the fields mean, as load() does; `joblint/kube/minors/compile_fields.py` describes the keys."""
    return _load(FIELDS_FILE, _FIELDS_MAKER, (FIELDS,))


def _load(path: str, maker: str, sources: tuple[str, ...]) -> Bundle:
    root = checkout()
    stamp = _stamp(root, maker, sources) if root else None
    stored = _read(path)
    if stored is not None and (stamp is None or stored.get("stamp") == stamp):
        return stored
    if root is None:
        raise FileNotFoundError(f"broken installation: {path} is missing or damaged")
    made = {**_made(maker, root), "stamp": stamp}
    _write(path, _text(made))
    return made


def _made(maker: str, root: str) -> Bundle:
    """Return what a maker makes. The makers are imported only here: an installed joblint does not need them."""
    if maker == _FIELDS_MAKER:
        from joblint.kube.minors import compile_fields

        return compile_fields.compile_(root)
    from joblint.kube.minors import compile as whole

    return whole.compile_(root)


def build(root: "str | os.PathLike[str]") -> bytes:
    """Return the bundle of the checkout at root, for a wheel: the same bytes for the same files. Raises BundleError."""
    return _text(_made(_MAKER, os.fspath(root)))


def build_fields(root: "str | os.PathLike[str]") -> bytes:
    """Return the second file, `_fields.json`, as build() does."""
    return _text(_made(_FIELDS_MAKER, os.fspath(root)))


def checkout() -> str | None:
    """Return the directory with rules/, schemas/ and the package; None if there is none, as in a wheel."""
    root = os.path.dirname(PACKAGE)
    return root if os.path.isfile(os.path.join(root, SCHEMAS, "features.yaml")) else None


def resource(*parts: str) -> str:
    """Return the path of a data file: `resource("schemas", "v1.37.json")`. In a wheel they are inside the package."""
    return os.path.join(checkout() or PACKAGE, *parts)


def card(rule: Bundle) -> Bundle:
    """Return the whole card of one of the rules that `load` lists, read from its file."""
    import yaml

    with open(resource(RULES, rule["group"], f"{rule['name']}.yaml"), "rb") as file:
        return {**rule, **yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))}


def _read(path: str) -> Bundle | None:
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _text(content: Bundle) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _stamp(root: str, maker: str, sources: tuple[str, ...]) -> Stamp:
    """Return the newest time and the number of the files that a bundle is made of and by.

    A directory's own time shows that a file in it was added, removed or renamed.
    """
    times = [os.stat(os.path.join(_HERE, maker)).st_mtime_ns]
    for name in sources:
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


def _write(path: str, data: bytes) -> None:
    """Write the file in one step, so that no other process sees half of it. Do nothing if that is not possible."""
    part = f"{path}.{os.getpid()}"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
