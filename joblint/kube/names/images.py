"""Image references: `nginx`, `quay.io/org/app:1.2`, `app@sha256:…`.

The API server checks little: a container of a pod template must name an image, whatever it is; white space around it is
rejected only in a Pod (pkg/apis/core/validation/validation.go: validateContainerCommon,
validateContainerOnlyForPod, 1.21 to 1.37). Whether the node can pull it is another matter: the kubelet and its runtime
read it with distribution/reference (v0.6.0: normalize.go, regexp.go, reference.go) and the Pod waits with
InvalidImageName.
"""

from typing import NamedTuple

from joblint.kube.gotext import SPACE

MAX_PATH = 255
MAX_TAG = 128
DEFAULT_REGISTRY = "docker.io"
DEFAULT_TAG = "latest"

_OFFICIAL = "library/"
_LEGACY_REGISTRY = "index.docker.io"
_LOCALHOST = "localhost"
_SHA = 64
_DIGESTS = {"sha256": _SHA, "sha384": 96, "sha512": 128}  # digits
_DIGITS = "0123456789"
_HEX = _DIGITS + "abcdef"
_LOWER = "abcdefghijklmnopqrstuvwxyz" + _DIGITS
_WORD = _LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ImageError(ValueError):
    """A reference that no runtime can parse. `kind` is `empty`, `space`, `case`, `name`, `tag` or `digest`."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class Image(NamedTuple):
    """A reference, with the registry and the path that a short name implies; what is absent is empty."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def floats(self) -> bool:
        """Return whether it can mean another image tomorrow: it has no digest, and no tag or the tag `latest`."""
        return not self.digest and self.tag in ("", DEFAULT_TAG)


def has_outer_space(text: str) -> bool:
    """Return whether there is white space around a reference: it is rejected in a Pod, but not in a pod template."""
    return text != text.strip(SPACE)


def parse(text: str) -> Image:
    """Parse a reference as distribution/reference's ParseNormalizedNamed does. Raises ImageError."""
    if not text:
        raise ImageError("it is empty", "empty")
    if any(character in SPACE for character in text[: 4 * MAX_PATH]):
        raise ImageError("it has white space", "space")
    if len(text) == _SHA and not text.strip(_HEX):
        raise ImageError("it is an image ID, not an image name", "name")
    named, at, digest = text.partition("@")
    registry, rest = _registry(named)
    path, colon, tag = rest.partition(":")
    if len(path) > MAX_PATH:
        raise _too_long()
    _check_path(path)
    if not _is_host(registry):  # with an underscore it is a part of the name, and there is no registry
        if not _is_component(registry):
            raise ImageError("its registry is not a valid host with an optional port", "name")
        registry, path = "", f"{registry}/{path}"
    if colon:
        _check_tag(tag)
    if at:
        _check_digest(digest)
    if registry == DEFAULT_REGISTRY and "/" not in path:
        path = _OFFICIAL + path
    if len(path) > MAX_PATH:
        raise _too_long()
    return Image(registry, path, tag, digest)


def read(text: str) -> Image | None:
    """Parse a reference as parse() does; None for what no runtime can parse."""
    try:
        return parse(text)
    except ImageError:
        return None


def _too_long() -> ImageError:
    return ImageError(f"its name has more than {MAX_PATH} characters", "name")


def _registry(named: str) -> tuple[str, str]:
    """Return the registry, and what follows it. A first part without dot, port or capitals belongs to the name."""
    first, slash, rest = named.partition("/")
    if not slash:
        return DEFAULT_REGISTRY, named
    if first == _LEGACY_REGISTRY:
        return DEFAULT_REGISTRY, rest
    if first == _LOCALHOST or "." in first or ":" in first or first.lower() != first:
        return first, rest
    return DEFAULT_REGISTRY, named


def _check_path(path: str) -> None:
    if path.lower() != path:
        raise ImageError("its name has upper-case letters", "case")
    if not all(_is_component(part) for part in path.split("/")):
        message = "its name must be parts of a-z, 0-9 and, between these, `.`, `_`, `__` or `-`, separated by `/`"
        raise ImageError(message, "name")


def _is_component(part: str) -> bool:
    """Return whether a part is letters and digits with single separators: a dot, one or two underscores, or hyphens."""
    if not part or part[0] not in _LOWER or part[-1] not in _LOWER or part.strip(_LOWER + "._-"):
        return False
    return not any(pair in part for pair in ("..", "___", "._", "_.", ".-", "-.", "_-", "-_"))


def _is_host(host: str) -> bool:
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        right = bool(bracket and name) and not name.strip(_HEX + "ABCDEF:")
        return right and (not port or (port[0] == ":" and _is_port(port[1:])))
    name, colon, port = host.partition(":")
    labels = name.split(".")
    right = all(label and label[0] in _WORD and label[-1] in _WORD and not label.strip(_WORD + "-") for label in labels)
    return right and (not colon or _is_port(port))


def _is_port(text: str) -> bool:
    return bool(text) and not text.strip(_DIGITS)


def _check_tag(tag: str) -> None:
    if not tag or len(tag) > MAX_TAG or tag[0] in "-." or tag.strip(_WORD + "_.-"):
        raise ImageError(
            f"its tag must be 1 to {MAX_TAG} letters, digits, `_`, `.` or `-`, and not start with `.` or `-`", "tag"
        )


def _check_digest(digest: str) -> None:
    algorithm, _, digits = digest.partition(":")
    if len(digits) != _DIGESTS.get(algorithm, -1) or digits.strip(_HEX):
        raise ImageError(f"its digest must be sha256: and {_SHA} hexadecimal digits in lower case", "digest")
