"""Inputs made to bring a linter down, a module for each kind; benchmarks/hostile.py runs them."""

from collections.abc import Iterator

from benchmarks.attacks import bombs, characters, embedded, files, large, reading, values
from benchmarks.attacks.case import Case


def all_cases() -> Iterator[Case]:
    for module in (bombs, large, values, characters, embedded, files, reading):
        yield from module.cases()
