"""The minors of Kubernetes that a condition of a chart lets through, where it says so plainly."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from joblint.kube.minors.minor import ALL, MINORS

_CAPABILITIES = ".Capabilities"
_ABOUT = re.compile(r"(?i)semver|capabilities|kubeVersion|apiVersion")
_VERSION = r"(?:\S*\.)?Capabilities\.KubeVersion(?:\.GitVersion|\.Version)?"
_COMPARE = re.compile(rf'semverCompare ["`]\s*(?P<constraint>[^"`]*?)\s*["`] \(?\s*{_VERSION}\s*\)?\Z')
_PART = re.compile(r"(?P<sign>>=|<=|>|<|=|!=|\^|~)?\s*v?1\.(?P<minor>\d{1,3})(?:\.(?P<patch>\d+|x|\*))?(?:-\S*)?\Z")
_HAS = re.compile(
    r'(?:\S*\.)?Capabilities\.APIVersions\.Has ["`](?P<group>batch/v1(?:beta1)?)(?:/(?P<kind>\w+))?["`]\Z'
)
_BETA_UNTIL, _CRON_JOB_SINCE = 24, 21


def minors_of(truth: Mapping[str, bool]) -> int:
    """Return the mask of the minors in which the atoms about capabilities can be as `truth` says."""
    mask = ALL
    for atom, value in truth.items():
        if _CAPABILITIES in atom:
            let = _let_through(atom)
            if let is not None:
                mask &= let if value else ALL & ~let
    return mask


def is_unclear(atom: str) -> bool:
    """Return whether an atom is about capabilities, and it is not known for which minors it is true."""
    return _ABOUT.search(atom) is not None and _let_through(atom) is None


def is_clear(atom: str) -> bool:
    """Return whether an atom is about capabilities, and it is known for which minors it is true."""
    return _CAPABILITIES in atom and _let_through(atom) is not None


@lru_cache(maxsize=1000)
def _let_through(atom: str) -> int | None:
    """Return the mask of the minors in which an atom is true; None if it is not known."""
    has = _HAS.match(atom)
    if has is not None:
        return _mask(lambda minor: has["group"] == "batch/v1" or minor <= _BETA_UNTIL)
    compare = _COMPARE.match(atom)
    if compare is None:
        return None
    parts = [part for part in re.split(r"[\s,]+(?=[<>=!^~v\d])", compare["constraint"]) if part]
    tests = [_test(part) for part in parts]
    if not tests or any(test is None for test in tests):
        return None
    return _mask(lambda minor: all(test(minor) for test in tests if test is not None))


def _test(part: str) -> Callable[[int], bool] | None:
    """Return what a part of a constraint says of a minor; None where the patch release decides."""
    found = _PART.match(re.sub(r"(?<=[<>=!^~])\s+", "", part))
    if found is None:
        return None
    bound, sign, patch = int(found["minor"]), found["sign"] or "=", found["patch"] or "0"
    if sign in (">=", "^"):
        return lambda minor: minor >= bound
    if sign == "<" and patch == "0":
        return lambda minor: minor < bound
    if sign == "~" or (sign == "=" and patch in ("x", "*")):
        return lambda minor: minor == bound
    if sign == ">" and patch == "0":
        return lambda minor: minor >= bound  # 1.25.1 is more than 1.25.0
    return None


def _mask(let: Callable[[int], bool]) -> int:
    return sum(1 << bit for bit, minor in enumerate(MINORS) if let(minor))
