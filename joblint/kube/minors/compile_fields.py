"""Makes the second bundle: what each field means, from schemas/fields/. Imported only when it has to be made.

The bundle has, under `types`: struct -> field -> an entry; the struct itself has the field name ".". An entry has
- text: one or two sentences;
- default: what the server fills in, if anything, and note: words that qualify it;
- values: value -> what it does; since: value -> its first minor, if that is not the field's and no schema has it.
Only text is required; in the files, an entry with only a text is a plain string.
"""

import os
from collections.abc import Mapping
from typing import Any

from joblint.kube.minors import FIELDS, Bundle, BundleError
from joblint.kube.minors.compile import yaml_mapping

_KEYS: dict[str, type] = {"text": str, "default": object, "note": str, "values": dict, "since": dict}


def compile_(root: str) -> Bundle:
    """Return the content of the bundle. Raises BundleError, which names the invalid file."""
    directory = os.path.join(root, FIELDS)
    types: dict[str, dict[str, Any]] = {}
    names = os.listdir(directory) if os.path.isdir(directory) else []
    for name in sorted(name for name in names if name.endswith(".yaml") and not name.startswith(".")):
        path = os.path.join(directory, name)
        for type_, fields in yaml_mapping(path).items():
            if type_ in types:
                raise BundleError(f"{path}: {type_} is already described in another file")
            if not isinstance(fields, Mapping):
                raise BundleError(f"{path}: {type_} has no fields")
            types[type_] = {field: _entry(path, f"{type_}.{field}", entry) for field, entry in fields.items()}
    return {"types": types}


def _entry(path: str, name: str, entry: Any) -> Bundle:
    """Return the entry of one field in the long form. Raises BundleError if it is in neither form."""
    whole = {"text": entry} if isinstance(entry, str) else entry
    if not isinstance(whole, dict) or "text" not in whole:
        raise BundleError(f"{path}: {name} has no text")
    for key, value in whole.items():
        if not isinstance(value, _KEYS.get(key, ())):
            raise BundleError(f"{path}: {key} of {name} is not known or has the wrong type")
    texts = whole.get("values", {})
    if not all(isinstance(part, str) for item in texts.items() for part in item):
        raise BundleError(f"{path}: the values of {name} must be strings, each with a text")
    if not all(value in texts and isinstance(minor, int) for value, minor in whole.get("since", {}).items()):
        raise BundleError(f"{path}: since of {name} must map its values to minors")
    return whole
