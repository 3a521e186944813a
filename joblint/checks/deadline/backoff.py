"""The delays between retries, of the kubelet, which restarts containers, and of the Job controller.

With `OnFailure` the kubelet restarts a container: immediately, then after 10 s, 20 s, ... up to 300 s
(pkg/kubelet/kuberuntime/kuberuntime_manager.go, doBackOff; pkg/kubelet/kubelet.go, MaxContainerBackOff, from 1.33
MaxCrashLoopBackOff). The gate ReduceDefaultCrashLoopBackOffDecay, alpha from 1.33, changes that to 1 s up to 60 s.
KubeletCrashLoopBackOffMax, on by default from 1.35, lets a node set another limit; its default is 300 s.

With `Never` the Job controller replaces a Pod (pkg/controller/job):
- from 1.28: 10 s after the failure, then 20 s, ... up to 600 s (MaxJobPodFailureBackOff; backoff_utils.go,
  getRemainingTimeForFailuresCount); separately for each index with backoffLimitPerIndex (getRemainingTimePerIndex).
- 1.27: the same up to 360 s (MaxJobBackOff; backoff_utils.go, getRemainingTime).
- up to 1.26: syncJob replaces the Pod first, and then delays the Job's next sync (job_controller.go,
  processNextWorkItem, AddRateLimited): immediately, then after 10 s, ... up to 360 s. A Pod that runs longer than its
  delay resets the count (queue.Forget).
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from joblint.kube.minors.minor import Facts

_REDUCED = "ReduceDefaultCrashLoopBackOffDecay"


class Delays(NamedTuple):
    """The delays between retries, in seconds: `first`, then twice as long each time, up to `longest`.

    `at_once`: the first retry does not wait, and the second waits `first`. `forgets`: a run that is longer than its
    delay resets the delay, so the delays only add up if every run is short.
    """

    first: int
    longest: int
    at_once: bool
    forgets: bool = False


def of_containers(facts: "Facts") -> Delays:
    """Return the kubelet's delays before it restarts a container."""
    return Delays(1, 60, True) if facts.gates and facts.turned_on(_REDUCED) else Delays(10, 300, True)


def of_pods(facts: "Facts") -> Delays:
    """Return the Job controller's delays before it replaces a failed Pod."""
    if facts.since(28):
        return Delays(10, 600, False)
    return Delays(10, 360, False) if facts.since(27) else Delays(10, 360, True, forgets=True)


def retries_before(deadline: int, limit: int, delays: Delays) -> tuple[int, int]:
    """Return how many retries can start before a deadline, and the sum of all delays before the next one, in seconds.

    The number of retries is at most `limit`; both numbers may be huge.
    """
    started, waited, delay = 0, 0, 0 if delays.at_once else delays.first
    while started < limit and waited + delay < deadline:
        started, waited = started + 1, waited + delay
        if delay == delays.longest:
            more = min(limit - started, (deadline - 1 - waited) // delay)
            started, waited = started + more, waited + more * delay
        delay = min(2 * delay or delays.first, delays.longest)
    return started, waited + delay
