"""Image references. The tables hold what distribution/reference 0.6.0 answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.names.images import Image, ImageError, has_outer_space, parse

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest", "floats"),
    [
        ("nginx", "docker.io", "library/nginx", "", "", True),
        ("nginx:latest", "docker.io", "library/nginx", "latest", "", True),
        ("nginx:1.27", "docker.io", "library/nginx", "1.27", "", False),
        (f"nginx@{SHA}", "docker.io", "library/nginx", "", SHA, False),
        (f"nginx:latest@{SHA}", "docker.io", "library/nginx", "latest", SHA, False),
        ("org/app:v1_A.b", "docker.io", "org/app", "v1_A.b", "", False),
        ("quay.io/a/b/c", "quay.io", "a/b/c", "", "", True),
        ("localhost/app", "localhost", "app", "", "", True),
        ("localhost:5000", "docker.io", "library/localhost", "5000", "", False),
        ("localhost:5000/app:2", "localhost:5000", "app", "2", "", False),
        ("Registry/app", "Registry", "app", "", "", True),
        ("[::1]:80/app", "[::1]:80", "app", "", "", True),
        ("index.docker.io/nginx", "docker.io", "library/nginx", "", "", True),
        ("a_b.c/app", "", "a_b.c/app", "", "", True),
        ("a--b/c__d/e.f", "docker.io", "a--b/c__d/e.f", "", "", True),
        ("x/" + "a" * 253, "docker.io", "x/" + "a" * 253, "", "", True),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_reads(text: str, registry: str, repository: str, tag: str, digest: str, floats: bool) -> None:
    image = parse(text)
    assert image == Image(registry, repository, tag, digest)
    assert image.floats is floats


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        ("nginx ", "space"),
        ("ngi nx", "space"),
        ("nginx\u2003", "space"),
        ("Nginx", "case"),
        ("org/App", "case"),
        ("quay.io/Org/app", "case"),
        ("a..b", "name"),
        ("a___b", "name"),
        ("a_-b", "name"),
        ("-a", "name"),
        ("a/", "name"),
        ("/a", "name"),
        ("a//b", "name"),
        ("https://quay.io/a", "name"),
        ("a-.b/c", "name"),
        ("h:/c", "name"),
        ("[]/c", "name"),
        ("[::1]x/c", "name"),
        ("${IMAGE}", "case"),
        ("é", "name"),
        ("f" * 64, "name"),
        ("a" * 256, "name"),
        ("a/" * 100_000, "name"),
        ("nginx:", "tag"),
        ("nginx:-1", "tag"),
        ("nginx:1:2", "tag"),
        ("nginx:" + "1" * 129, "tag"),
        ("nginx@", "digest"),
        ("nginx@sha256:123", "digest"),
        (f"nginx@{SHA.upper()}", "digest"),
        ("nginx@sha1:" + "a" * 40, "digest"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_refuses(text: str, kind: str) -> None:
    with pytest.raises(ImageError) as caught:
        parse(text)
    assert caught.value.kind == kind


def test_outer_space() -> None:
    assert has_outer_space(" nginx")
    assert has_outer_space("nginx\u3000")
    assert not has_outer_space("ngi nx")
    assert not has_outer_space("nginx\x1c")  # white space to Python, not to Go


@given(st.text(alphabet=st.characters(codec=None), max_size=40) | st.text(alphabet="aA0./:@-_[] ", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        image = parse(text)
    except ImageError:
        return
    assert image.repository
    assert image.tag in text
    assert image.digest in text
