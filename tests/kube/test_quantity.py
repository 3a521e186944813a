"""Quantities, against apimachinery: conformance/quantity/README.md says where the answers come from."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import recording
from conformance.quantity import questions, refresh
from joblint.kube.quantity.cure import cure
from joblint.kube.quantity.quantity import BINARY_SUFFIXES, SUFFIXES, Quantity, QuantityError, parse

HEADER, *LINES = recording.read(refresh.ANSWERS)
TAKEN = [line for line in LINES if "error" not in line]


def kind(text: str) -> str | None:
    try:
        parse(text)
    except QuantityError as error:
        return "format" if error.kind == "empty" else error.kind
    return None


def test_the_recording_is_that_of_the_questions() -> None:
    assert [{"text": line["text"], "other": line["other"]} for line in LINES] == questions.questions()
    assert len(LINES) >= 1500
    assert 1000 < len(TAKEN) < len(LINES) - 300


def test_takes_and_refuses_the_same_for_the_same_reason() -> None:
    assert [line for line in LINES if kind(line["text"]) != line.get("error")] == []


def test_means_the_same() -> None:
    wrong = []
    for line in TAKEN:
        quantity = parse(line["text"])
        if (quantity.sign, quantity.milli(), quantity.value()) != (line["sign"], line["milli"], line["value"]):
            wrong.append((line, quantity.sign, quantity.milli(), quantity.value()))
    assert wrong == []


def test_compares_the_same() -> None:
    compared = [line for line in TAKEN if "compare" in line]
    assert len(compared) > 700
    for line in compared:
        one, other = parse(line["text"]), parse(line["other"])
        assert one.compare(other) == line["compare"], line
        assert other.compare(one) == -line["compare"], line


def test_the_canonical_spelling_is_the_same_quantity() -> None:
    # Of what is too large for a suffix, Kubernetes drops the suffix: `1000E` becomes `1`.
    small = [line for line in TAKEN if 0 < abs(line["value"]) < 10**15 and len(line["text"]) < 18]
    assert len(small) > 250
    for line in small:
        assert parse(line["canonical"]) == parse(line["text"]), line


def test_operators() -> None:
    assert parse("1") == parse("1000m") == parse("1e0")
    assert len({parse("1"), parse("1000m"), parse("0.001k")}) == 1
    assert parse("1Gi") > parse("1G") >= parse("1000M")
    assert parse("-1") < parse("0") <= parse("0Ki")
    assert parse("1") != "1"
    assert repr(parse("1" * 100)) == f"Quantity('\"{'1' * 20}…\"')"
    assert parse("-0").sign == 0


@pytest.mark.parametrize(
    ("text", "whole"), [("1", True), ("1500m", False), ("1000m", True), ("1n", False), ("1.5Ki", True)]
)
def test_is_integer(text: str, whole: bool) -> None:
    assert parse(text).is_integer() is whole


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("", "empty", None),
        ("100MB", "format", "100M"),
        ("512mb", "format", "512M"),
        ("1GiB", "format", "1Gi"),
        ("1Gib", "format", "1Gi"),
        ("1 Gi", "format", "1Gi"),
        ("0.5 cores", "format", "0.5"),
        ("2 vCPUs", "format", "2"),
        ("500millicores", "format", "500m"),
        ("1K", "suffix", "1k"),
        ("2KB", "format", "2k"),
        ("250mi", "suffix", "250Mi"),
        ("1g", "format", "1G"),
        ("4 bytes", "format", "4"),
        ("1,5Gi", "format", "1.5Gi"),
        ("1,000", "format", None),
        ("1_000", "format", "1000"),
        ("1e", "suffix", None),
        ("ten", "format", None),
        ("10%", "format", None),
        ("1.2.3", "format", None),
        ("--1", "suffix", None),
        ("Ei", "number", None),
    ],
)
def test_says_what_is_wrong(text: str, kind: str, meant: str | None) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text)
    assert (caught.value.kind, cure(caught.value.text)) == (kind, meant)
    assert meant is None or parse(meant).sign == 1


MANY = 300_000


@pytest.mark.parametrize(
    ("text", "milli", "value"),
    [
        ("1e999999999", 0, 0),  # what runs over far enough is nothing
        ("1e-999999999", 1, 1),
        ("0." + "0" * MANY + "1", 1, 1),
        ("0." + "9" * MANY, 1000, 1),
        ("0." + "9" * MANY + "Ki", 1_024_000, 1024),
        ("9" * MANY + "Ki", -1000, (1 << 63) - 1),
        ("0" * MANY + "7", 7000, 7),
        ("1e" + "0" * MANY + "3", 1_000_000, 1000),
    ],
    ids=lambda value: str(value)[:12],
)
def test_hostile_quantities(text: str, milli: int, value: int) -> None:
    quantity = parse(text)
    assert (quantity.milli(), quantity.value()) == (milli, value)
    assert quantity == parse(text)
    assert quantity > parse("-1")


@pytest.mark.parametrize("text", ["9" * MANY + "x", "1e" + "9" * MANY, "1" + "k" * MANY, "1" + " " * MANY, "+" * MANY])
def test_hostile_refusals(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text)
    assert len(str(caught.value)) < 200
    assert cure(caught.value.text) is None


def test_a_long_number_is_rounded_digit_by_digit() -> None:
    assert parse("9" * MANY + ".9999999999") == parse("1" + "0" * MANY)
    assert parse("1" * MANY) > parse("1" * (MANY - 1) + "0.9")


written = st.builds(
    "{}{}.{}{}".format,
    st.sampled_from(["", "-", "+"]),
    st.integers(0, 10**22),
    st.integers(0, 10**8),
    st.sampled_from(["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "e3", "e-2"]),
)
FACTORS = {suffix: Decimal(10) ** power for suffix, power in SUFFIXES.items()} | {
    "e3": Decimal(1000),
    "e-2": Decimal("0.01"),
}


def exact(text: str) -> Decimal:
    number = text.rstrip("".join(SUFFIXES)) if "e" not in text else text.partition("e")[0]
    value = Decimal(number) * FACTORS[text[len(number) :]]
    nano = value.scaleb(9)
    whole = nano.to_integral_value(rounding="ROUND_UP")
    return whole.scaleb(-9)


@given(written, written)
def test_the_order_is_that_of_the_numbers(one: str, two: str) -> None:
    a, b = parse(one), parse(two)
    assert (a < b, a == b, a > b) == (exact(one) < exact(two), exact(one) == exact(two), exact(one) > exact(two))
    assert a != b or hash(a) == hash(b)


@given(
    st.text(alphabet=st.characters(codec=None), max_size=12)
    | st.text(alphabet="0123456789.+-eEinumkKMGTP", max_size=12)
)
def test_any_text_is_taken_or_refused(text: str) -> None:
    quantity = meant(text)
    if quantity is not None:
        assert quantity.compare(quantity) == 0
        assert -(1 << 63) <= quantity.milli() < 1 << 63


def meant(text: str) -> Quantity | None:
    """The quantity, or the one that is suggested for it."""
    try:
        return parse(text)
    except QuantityError as error:
        return None if (meant := cure(error.text)) is None else parse(meant)


def test_the_suffixes() -> None:
    assert all(kind("1" + suffix) is None for suffix in (*SUFFIXES, *BINARY_SUFFIXES))
