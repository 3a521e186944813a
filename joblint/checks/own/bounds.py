"""The limits within which rules in CEL are compiled and evaluated, and how the worker process puts them on itself.

Kubernetes bounds the estimated cost of an expression (apiserver pkg/apis/cel/config.go: about 0.1 s a call and 1 s a
binding). The library that joblint uses estimates no cost, so the operating system counts: CPU time and a hang limit by
timers whose signal ends the process, memory by the size of the address space. If the system has no such timers
(Windows), only the hang limit holds, by a thread that needs no Python; if it does not enforce the size of the address
space (macOS, Windows), memory is bounded by joblint/checks/own/growth.py and by the time.
"""

import os
import signal
import sys

CPU_SECONDS = 2.0  # of one evaluation or compilation
HANG_SECONDS = 60.0  # of the clock: only what waits for something reaches it
MEMORY = 512 << 20  # bytes, beyond what the worker has when it starts
RUN_SECONDS = 30.0  # of CPU time, for all evaluations together ...
SHARE_SECONDS = 0.01  # ... and so much more for each: large runs take longer
MAX_TREE = 1 << 20  # bytes of a compiled expression: some macros repeat what they are called on
MAX_TEXT = 5 * 1024  # bytes of a message, as in the API server (MaxEvaluatedMessageExpressionSizeBytes)
_EXIT_SOON = 1
_HAS_TIMERS = hasattr(signal, "setitimer")


def confine() -> None:
    """Limit the memory of this process, and let the signals of its timers and of its terminal do what they should."""
    if not _HAS_TIMERS:
        return
    import resource

    for name in ("SIGPROF", "SIGALRM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks ends this one
    _limit(resource.RLIMIT_CORE, 0)
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError):
        return  # no system with /proc: none that enforces it
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY)


def _limit(kind: int, size: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    try:
        resource.setrlimit(kind, (size, size))
    except (OSError, ValueError):
        pass


def begin() -> None:
    """Start the time of one evaluation."""
    if _HAS_TIMERS:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    else:
        import faulthandler

        faulthandler.dump_traceback_later(HANG_SECONDS / 2, exit=True, file=sys.stderr)


def end() -> None:
    """Stop it."""
    if _HAS_TIMERS:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    else:
        import faulthandler

        faulthandler.cancel_dump_traceback_later()


def cause(status: int) -> str:
    """Why a worker ended, in words, from its exit status as subprocess has it."""
    names = {-getattr(signal, name): name for name in ("SIGPROF", "SIGALRM", "SIGABRT", "SIGSEGV") if _has(name)}
    name = names.get(status, "")
    if name == "SIGPROF":
        return f"it takes more than {CPU_SECONDS:.0f} s of CPU time"
    if name == "SIGALRM" or (os.name == "nt" and status == _EXIT_SOON):
        return "it takes too long"
    return f"it takes more than {MEMORY >> 20} MiB of memory, or the CEL library fails"


def _has(name: str) -> bool:
    return hasattr(signal, name)
