"""The limits for compiling and evaluating rules in CEL, and how the worker process applies them to itself.

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
HANG_SECONDS = 60.0  # of the clock: only reached by waiting for something
MEMORY = 512 << 20  # bytes, in addition to what the worker uses when it starts
RUN_SECONDS = 30.0  # of CPU time, for all evaluations together ...
SHARE_SECONDS = 0.01  # ... and this much more for each: large runs take longer
MAX_TREE = 1 << 20  # bytes of a compiled expression: some macros repeat what they are called on
MAX_TEXT = 5 * 1024  # bytes of a message, as in the API server (MaxEvaluatedMessageExpressionSizeBytes)
_EXIT_SOON = 1
_HAS_TIMERS = hasattr(signal, "setitimer")


def confine() -> None:
    """Limit the memory of this process, and set its reactions to the signals of its timers and its terminal."""
    if not _HAS_TIMERS:
        return
    import resource

    for name in ("SIGPROF", "SIGALRM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process ends this one
    _limit(resource.RLIMIT_CORE, 0)
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError):
        return  # a system without /proc does not enforce it
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
    """Start the timers of one evaluation."""
    if _HAS_TIMERS:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    else:
        import faulthandler

        faulthandler.dump_traceback_later(HANG_SECONDS / 2, exit=True, file=sys.stderr)


def end() -> None:
    """Stop the timers of one evaluation."""
    if _HAS_TIMERS:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    else:
        import faulthandler

        faulthandler.cancel_dump_traceback_later()


def cause(status: int) -> str:
    """Return why a worker ended, in words, from its exit status as subprocess returns it."""
    names = {-getattr(signal, name): name for name in ("SIGPROF", "SIGALRM", "SIGABRT", "SIGSEGV") if _has(name)}
    name = names.get(status, "")
    if name == "SIGPROF":
        return f"it uses more than {CPU_SECONDS:.0f} s of CPU time"
    if name == "SIGALRM" or (os.name == "nt" and status == _EXIT_SOON):
        return "it runs too long"
    return f"it uses more than {MEMORY >> 20} MiB of memory, or the CEL library fails"


def _has(name: str) -> bool:
    return hasattr(signal, name)
