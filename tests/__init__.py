"""joblint's tests. This is imported before any of them, and before hypothesis."""

import sys
from pathlib import Path

# pytest compiles every test file with its asserts rewritten, and hypothesis as well: more than half of the time that
# collection takes. Where Python is told not to keep bytecode, that would be done again in each run and each worker.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "bytecode")
