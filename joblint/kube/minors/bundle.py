"""The data of the package in one file: the types of all minors, the feature gates, and the metadata of the rule cards.

In a wheel `joblint/_bundle.json` is made when the wheel is built. In a checkout, where rules/ and schemas/ stand beside
the package, it is made anew when one of their files has changed, and it is not part of the repository. What the fields
mean (schemas/fields/) is in a second file, `joblint/_fields.json`, made in the same way: only editors read it.
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
    """The bundle, read once a process; in a checkout it is made anew first where rules/ or schemas/ have changed.

    Not to be changed; its keys are described in `joblint/kube/minors/compile.py`. Raises BundleError where a file of
    rules/ or schemas/ is broken, FileNotFoundError where there is neither a bundle nor anything to make it of.
    """
    return _load(FILE, _MAKER, (SCHEMAS, RULES))


@cache
def fields() -> Bundle:
    """What the fields mean, in the same way; its keys are described in `joblint/kube/minors/compile_fields.py`."""
    return _load(FIELDS_FILE, _FIELDS_MAKER, (FIELDS,))


def _load(path: str, maker: str, sources: tuple[str, ...]) -> Bundle:
    root = checkout()
    stamp = _stamp(root, maker, sources) if root else None
    found = _read(path)
    if found is not None and (stamp is None or found.get("stamp") == stamp):
        return found
    if root is None:
        raise FileNotFoundError(f"joblint is not whole: {path} is missing or broken")
    made = {**_made(maker, root), "stamp": stamp}
    _write(path, _text(made))
    return made


def _made(maker: str, root: str) -> Bundle:
    """What the maker makes. The makers are imported only here: an installed joblint has no use for them."""
    if maker == _FIELDS_MAKER:
        from joblint.kube.minors import compile_fields

        return compile_fields.compile_(root)
    from joblint.kube.minors import compile as whole

    return whole.compile_(root)


def build(root: "str | os.PathLike[str]") -> bytes:
    """The bundle of the checkout at root, for a wheel: the same bytes for the same files. Raises BundleError."""
    return _text(_made(_MAKER, os.fspath(root)))


def build_fields(root: "str | os.PathLike[str]") -> bytes:
    """The second file, in the same way."""
    return _text(_made(_FIELDS_MAKER, os.fspath(root)))


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


def _read(path: str) -> Bundle | None:
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _text(content: Bundle) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _stamp(root: str, maker: str, sources: tuple[str, ...]) -> Stamp:
    """The newest time and the count of what a bundle is made of and by.

    A directory's own time tells that a file in it was added, removed or renamed.
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
    """Put the file in place at once, so that no other process sees half of it. Where that cannot be, do without it."""
    part = f"{path}.{os.getpid()}"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
