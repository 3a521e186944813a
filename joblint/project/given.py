"""The values that a user gives for charts, as layers: files, and the options `--set` and `--set-string`."""

from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.template import strvals
from joblint.manifests.template.values import Layer
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Mapping, Problem
from joblint.project.render.contained import RenderError
from joblint.project.render.values import Values, load

_OPTIONS = {"--set": False, "--set-string": True}


def layers(values: Values) -> tuple[Layer, ...]:
    """Return the layers of some values, the highest first. Raises RenderError for what helm would not read."""
    found = [_of_file(path, data) for path, data in values.files]
    for (option, is_string), texts in zip(_OPTIONS.items(), (values.settings, values.strings), strict=True):
        for text in texts:
            try:
                found.append(Layer(Source(option, text), strvals.tree(text, is_string), True, option))
            except ValueError as error:
                raise RenderError(f"`{text}`: {error}", option) from None
    return tuple(reversed(found))


def layer_of_file(path: str) -> Layer:
    """Return the values in a file. Raises RenderError."""
    return layers(load((path,), (), ()))[0]


def _of_file(path: str, data: bytes) -> Layer:
    source = Source(path, "")
    try:
        source = Source(path, decode(data))
        root = parse(source.text)
    except NotText as error:
        raise RenderError(f"line {error.line}, column {error.column}: {error}", path) from None
    except Problem as problem:
        line, column = source.position(max(problem.offset, 0))
        raise RenderError(f"line {line}, column {column}: {problem.message}", path) from None
    if root is not None and not isinstance(root, Mapping):
        raise RenderError("values must be a mapping", path)
    return Layer(source, root, True)
