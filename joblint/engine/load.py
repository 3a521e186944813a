"""The import of all rules: importing a module of rules registers them."""

from functools import cache
from importlib import import_module

from joblint import checks, server


@cache
def load_rules() -> None:
    """Import every module of rules, once for the process."""
    for module in (*server.MODULES, *checks.MODULES):
        import_module(module)
