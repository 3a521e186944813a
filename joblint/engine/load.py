"""The import of the rules: importing a module of rules registers them.

A run over a few files imports only the modules whose words occur in them, because importing all takes longer than
checking one Job (benchmarks/run.py, `one Job`).
"""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module

from joblint import checks, server
from joblint.manifests.source import Source

_FEW = 8  # files; more files are likely to need most modules
_ESCAPE = re.compile(r"\\[xuU\r\n]")  # what can hide a word in a quoted string

_loaded: set[str] = set()


def load_rules(sources: Sequence[Source] | None = None) -> None:
    """Import the modules of rules that can find something in `sources`; all of them if there are none or many."""
    for module in needed([source.text for source in sources] if sources and len(sources) <= _FEW else None):
        if module not in _loaded:
            import_module(module)
            _loaded.add(module)


def needed(texts: Sequence[str] | None) -> Iterator[str]:
    """Yield the modules of rules that can find something in these texts; all of them for None."""
    # A comment that suppresses a rule is judged by what all rules found.
    if texts is not None and any("joblint" in text or _ESCAPE.search(text) for text in texts):
        texts = None
    for module, words in (*server.MODULES.items(), *checks.MODULES.items()):
        if not words or texts is None or any(word in text for text in texts for word in words):
            yield module
