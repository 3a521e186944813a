"""Image references: `nginx`, `quay.io/org/app:1.2`, `app@sha256:…`.

The API server asks little of them: a container of a pod template must name an image, whatever it is; only in a Pod is
white space around it refused (pkg/apis/core/validation/validation.go: validateContainerCommon,
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
    """A reference that no runtime can read. `kind` is `empty`, `space`, `case`, `name`, `tag` or `digest`."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class Image(NamedTuple):
    """A reference with the registry and the path that a bare name stands for; what is absent is empty."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def floats(self) -> bool:
        """Whether it can mean another image tomorrow: no tag and no digest, or `latest`."""
        return not self.digest and self.tag in ("", DEFAULT_TAG)


def has_outer_space(text: str) -> bool:
    """Whether white space stands around a reference, which a Pod is refused for and a pod template is not."""
    return text != text.strip(SPACE)


def parse(text: str) -> Image:
    """Read a reference as distribution/reference's ParseNormalizedNamed does. Raises ImageError."""
    if not text:
        raise ImageError("it is empty", "empty")
    if any(character in SPACE for character in text[: 4 * MAX_PATH]):
        raise ImageError("there is white space in it", "space")
    if len(text) == _SHA and not text.strip(_HEX):
        raise ImageError("it is an image's id, not its name", "name")
    named, at, digest = text.partition("@")
    registry, rest = _registry(named)
    path, colon, tag = rest.partition(":")
    if len(path) > MAX_PATH:
        raise _too_long()
    _check_path(path)
    if not _is_host(registry):  # with an underscore it is a part of the name after all, without a registry
        if not _is_component(registry):
            raise ImageError("its registry is no host, with a port or without", "name")
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
    """As parse(), None for what no runtime can read."""
    try:
        return parse(text)
    except ImageError:
        return None


def _too_long() -> ImageError:
    return ImageError(f"its name has more than {MAX_PATH} characters", "name")


def _registry(named: str) -> tuple[str, str]:
    """The registry, and what stands behind it. A first part without dot, port or capitals belongs to the name."""
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
        raise ImageError("its name has capital letters", "case")
    if not all(_is_component(part) for part in path.split("/")):
        message = "its name takes a-z, 0-9 and, between these, `.`, `_`, `__` or `-`, in parts set apart by `/`"
        raise ImageError(message, "name")


def _is_component(part: str) -> bool:
    """Letters and digits, with one separator between: a dot, one or two underscores, any number of hyphens."""
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
            f"its tag takes up to {MAX_TAG} letters, digits, `_`, `.` and `-`, the last two not first", "tag"
        )


def _check_digest(digest: str) -> None:
    algorithm, _, digits = digest.partition(":")
    if len(digits) != _DIGESTS.get(algorithm, -1) or digits.strip(_HEX):
        raise ImageError(f"its digest is not sha256: and {_SHA} digits of 0-9 and a-f", "digest")
