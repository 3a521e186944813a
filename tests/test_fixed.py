"""What joblint has fixed, Kubernetes' own code accepts (conformance/fixed.py); where there is an oracle to ask."""

import os
from itertools import islice
from pathlib import Path

import pytest

from conformance import build
from conformance.fixed import REAL, fixed, refused, run, slips
from joblint.kube.minors.minor import MINORS
from tests.support import BAD, GOOD

NEWEST = MINORS[-1]
ENOUGH = 200  # to be asked
ORACLES = Path(os.environ.get("JOBLINT_ORACLES") or build.cache())
PROGRAM = ORACLES / f"1.{NEWEST}" / build.PROGRAM


def test_what_can_be_fixed() -> None:
    made = fixed({"id": "a", "yaml": BAD}, NEWEST)
    assert made is not None
    assert made.after == BAD.replace("paralelism", "parallelism")
    assert made.rules == ("unknown-field",)
    assert made.question == {"id": "a", "yaml": made.after}


@pytest.mark.parametrize(
    "text", [GOOD, BAD.replace("image: busybox:1.36", "command: [a]"), BAD.replace("paralelism", "qqq")]
)
def test_what_needs_no_fix_or_has_none(text: str) -> None:
    assert fixed({"id": "a", "yaml": text}, NEWEST) is None


@pytest.mark.skipif(not REAL.exists(), reason="the real manifests are not here")
def test_slips_differ() -> None:
    made = list(islice(slips(), 300))
    assert len({slip["id"] for slip in made}) == len(made)
    assert len({slip["yaml"] for slip in made}) > len(made) // 2


@pytest.mark.slow
@pytest.mark.skipif(not PROGRAM.exists(), reason="no oracle is built: conformance/README.md")
def test_what_is_fixed_is_accepted() -> None:
    outcome = run(NEWEST, PROGRAM, list(refused(NEWEST)))
    assert [one.case["id"] for one, _ in outcome.wrong] == []
    assert outcome.run >= ENOUGH
