"""Makes the second bundle: what each field means, from schemas/fields/. Imported only when it has to be made.

The bundle has, under `types`: struct -> field -> an entry; the struct itself stands under the field ".". An entry has
- text: one or two sentences;
- default: what the server fills in, if anything, and note: words that qualify it;
- values: value -> what it does; since: value -> its first minor, where that is not the field's and no schema tells.
Only text is always there; in the files, an entry that is nothing else is a plain string.
"""

import os
from collections.abc import Mapping
from typing import Any

from joblint.kube.minors import FIELDS, Bundle, BundleError
from joblint.kube.minors.compile import yaml_mapping

_KEYS: dict[str, type] = {"text": str, "default": object, "note": str, "values": dict, "since": dict}


def compile_(root: str) -> Bundle:
    """The content of the bundle. Raises BundleError naming the file that is broken."""
    directory = os.path.join(root, FIELDS)
    types: dict[str, dict[str, Any]] = {}
    names = os.listdir(directory) if os.path.isdir(directory) else []
    for name in sorted(name for name in names if name.endswith(".yaml") and not name.startswith(".")):
        path = os.path.join(directory, name)
        for type_, fields in yaml_mapping(path).items():
            if type_ in types:
                raise BundleError(f"{path}: another file describes {type_}, too")
            if not isinstance(fields, Mapping):
                raise BundleError(f"{path}: {type_} has no fields")
            types[type_] = {field: _entry(path, f"{type_}.{field}", entry) for field, entry in fields.items()}
    return {"types": types}


def _entry(path: str, name: str, entry: Any) -> Bundle:
    """One field, in the long form. Raises BundleError where it is in neither form."""
    whole = {"text": entry} if isinstance(entry, str) else entry
    if not isinstance(whole, dict) or "text" not in whole:
        raise BundleError(f"{path}: {name} has no text")
    for key, value in whole.items():
        if not isinstance(value, _KEYS.get(key, ())):
            raise BundleError(f"{path}: {name} has an odd {key}")
    texts = whole.get("values", {})
    if not all(isinstance(part, str) for item in texts.items() for part in item):
        raise BundleError(f"{path}: the values of {name} must be strings, each with a text")
    if not all(value in texts and isinstance(minor, int) for value, minor in whole.get("since", {}).items()):
        raise BundleError(f"{path}: since of {name} must have minors of its values")
    return whole
