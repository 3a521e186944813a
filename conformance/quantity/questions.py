"""The quantities that apimachinery is asked about: the same ones every time."""

import random

from joblint.kube.quantity.quantity import BINARY_SUFFIXES, SUFFIXES

SEED = 20_260_122
ODD = (
    "", "0", "+", "-", ".", "-.", "+0", "-0", "00", "0.", ".0", "0m", "-0Ki", "Ki", "Mi", "Ti", "Pi", "Ei", "-Ei",
    "+Pi", ".Ei", ".Ki", "m", "n", "e5", "e-9", "e-10", "E", "E5", "e", "e+", "1e", "1E", "1e+", "1e-", "1e+5",
    "1e-5", "1E5", "1ee5", "1e5e", "1.5e3", "1e1.5", "1e3Ki", "1Ki5", "1K", "1mi", "1MB", "1GiB", "1kB", "1 Gi",
    " 1", "1 ", "1,5", "1_000", "1..5", "1.5.0", "--1", "+-1", "1-", "1+5", "1m5", "0x10", "1e5m", "NaN", "inf",
    "1i", "1Gii", "1\u0130", "١", "１", "1\u00b5", "1\n", "1\x00", "½", "1.", "1.G", ".5G", "5.Mi", "0.1Ki", "0.5Mi",
    "1.5Gi", "0.0000001Ki", "1.0000000001Gi", "0.1n", "0.5n", "-0.1n", "1.1n", "-1.1u", "0.0000000001",
    "0.00000000010", "999999999999999999", "9999999999999999999", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "9223372036854775807m", "9223372036854775.807",
    "9.223372036854775807E", "8Ei", "7.999999999999999999Ei", "8191Pi", "8192Pi", "9Ei", "-9Ei", "10Pi", "1000Pi",
    "8388607Ti", "999999Ti", "99999Ti", "1024Ei", "9223372036854775807Ki",
    "9223372036854775806.9999999999999999999999Ki", "9007199254740991.9999999999Ki", "10E", "1000E", "92E", "93E",
    "9E", "9.3E", "1e18", "1e19", "9e18", "10e18", "1e20", "12345678901234567890e20", "1e30", "1e40", "1e100",
    "1e300", "1e2147483646", "1e2147483645", "1e2147483640", "1e4294967296", "1e4294967297", "1e4294967286",
    "1e4294967287", "1e-4294967296", "1e-4294967287", "1e9223372036854775807", "1e9223372036854775808",
    "1e-9223372036854775808", "1e-9223372036854775809", "0e99", "1e00000000000000000000000000000000005",
    "00000000000000000000000000000001", "0.00000000000000000000000000000000000001",
    "1000000000000000000000000000000000000000", "1000000000000000000000000000000000000001m",
    "99999999999999999999999999.9999999999", "999999999999999999.9999999999", "0.9999999999", "-0.9999999999",
    "9.9999999999", "199.9999999991", "18446744073709551616", "18446744073709551616000m", "-18446744073709551616",
    "340282366920938463463374607431768211456", "123456789012345678", "1234567890123456789", "12345678901234567.8",
    "123456789012345678.9", "1234567890123456.789123", "0.123456789", "0.1234567891", "0.000000001", "1.000000000",
    "14Ki", "99999999999Ki", "999999999999Ki", "99999999Mi", "999999999Mi", "99999Gi", "999999Gi", "99Ti", "999Ti",
)  # fmt: skip
HUGE = ("1e214748",)  # the library raises both sides to the same power of ten
LETTERS = "0123456789.+-eEinumkKMGTP _B"


def questions() -> list[dict[str, str]]:
    """Return all questions, in a fixed order. Each is compared with another, or with another spelling of itself."""
    dice = random.Random(SEED)
    texts = [*ODD, *(_number(dice) + _suffix(dice) for _ in range(900)), *(_noise(dice) for _ in range(450))]
    return [{"text": text, "other": _other(dice, text)} for text in texts]


def _number(dice: random.Random) -> str:
    whole = "".join(dice.choices("0123456789", k=dice.choice((0, 1, 1, 2, 3, 5, 9, 14, 15, 17, 18, 19, 20, 30))))
    fraction = "".join(dice.choices("0059", k=dice.choice((0, 1, 2, 3, 8, 9, 10, 12, 25))))
    zeros = "0" * dice.choice((0, 0, 0, 1, 3, 20))
    point = dice.choice(("", "", ".", "." + fraction, "." + fraction + zeros))
    return dice.choice(("", "", "", "-", "+")) + zeros + whole + point


def _suffix(dice: random.Random) -> str:
    return dice.choice(
        (*SUFFIXES, *BINARY_SUFFIXES, *BINARY_SUFFIXES, f"e{dice.randint(-30, 30)}", f"E+{dice.randint(0, 25)}")
    )


def _noise(dice: random.Random) -> str:
    return "".join(dice.choices(LETTERS, k=dice.randint(1, 6)))


def _other(dice: random.Random, text: str) -> str:
    """Return a quantity of about the same size that is hard to compare; empty if comparing would need gigabytes."""
    if text.startswith(HUGE):
        return ""
    near = text.rstrip("".join(SUFFIXES) + "KiMTPE")
    shapes = (
        near + dice.choice(("000m", "m", "k", "Ki", "")),
        near + "0",
        near[:-1] + "9",
        near + dice.choice("123456789"),
    )
    return dice.choice((*shapes, *shapes, dice.choice([odd for odd in ODD if not odd.startswith(HUGE)]), text))
