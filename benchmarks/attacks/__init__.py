"""Inputs that try to make a linter fail, one module for each kind; benchmarks/hostile.py runs them."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from benchmarks.attacks.case import Case

_HELPERS = frozenset(("case",))  # modules without cases


def all_cases() -> Iterator[Case]:
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _HELPERS:
            yield from import_module(f"{__name__}.{module.name}").cases()
