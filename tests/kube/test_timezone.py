"""Which time zones Kubernetes takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.cron import timezone


@pytest.mark.parametrize(
    "name", ["UTC", "Etc/UTC", "Europe/Paris", "America/Argentina/ComodRivadavia", "EST5EDT", "GMT-0"]
)
def test_takes(name: str) -> None:
    assert timezone.refusal(name) is None
    assert timezone.load(name).key == name


@pytest.mark.parametrize(
    "name",
    ["", "Local", "LOCAL", "utc", "europe/paris", "Europe", "Europe/", "/Europe/Paris", "\\Europe", "../UTC",
     "Europe/../UTC", "Europe//Paris", "Europe/Paris ", "Europe/Paris\x00", "zone.tab", "tzdata.zi", "__init__.py",
     "UTC+2", "PST", "\ud800"],
)  # fmt: skip
def test_refuses(name: str) -> None:
    assert timezone.refusal(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("europe/paris", "Europe/Paris"),
        ("Europe/Pari", "Europe/Paris"),
        ("America/New York", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("UTC+2", "Etc/GMT-2"),
        ("GMT-05", "Etc/GMT+5"),
        ("UTC+15", None),
        ("PST", "America/Los_Angeles"),
        ("", None),
        ("qwertz", None),
        ("x" * 10_000, None),
    ],
)
def test_nearest(name: str, meant: str | None) -> None:
    assert timezone.nearest(name) == meant
    assert meant is None or timezone.refusal(meant) is None


def test_go_loads_the_empty_and_the_local_zone_but_kubernetes_does_not() -> None:
    assert timezone.loads("")
    assert timezone.loads("Local")
    assert not timezone.loads("local")


def test_every_name_of_the_database_can_be_loaded_and_has_the_characters_that_1_27_wants() -> None:
    assert len(timezone.names()) > 500
    for name in timezone.names():
        assert timezone.refusal(name) is None
        assert timezone.data(name).startswith(b"TZif")
        assert all(re.fullmatch(r"[A-Za-z.\-_0-9+]{1,14}", part) for part in name.split("/"))


def test_loading_knows_no_other_names() -> None:
    with pytest.raises(KeyError):
        timezone.load("../zones")


@given(st.text(max_size=30))
def test_any_name(name: str) -> None:
    meant = timezone.nearest(name)
    assert meant is None or meant in timezone.names()
    assert (timezone.refusal(name) is None) == (name in timezone.names())
