"""The branches of a template's control structures, and which of them an offset is in."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from joblint.manifests.template.parse import Control


class BranchOf(NamedTuple):
    """A branch, by its control structure and number, with those that it is in, outermost first."""

    control: Control
    number: int
    around: "tuple[BranchOf, ...]"

    @property
    def start(self) -> int:
        """Return where its body begins."""
        return self.control.branches[self.number].head.end


class Branches:
    """All branches of a template, to be searched by offsets."""

    def __init__(self, branches: Sequence[BranchOf]) -> None:
        self._in_order = sorted(branches, key=lambda branch: branch.start)
        self._starts = [branch.start for branch in self._in_order]
        controls = {id(branch.control): branch.control for branch in branches}
        self._ends = {key: [end for _, end in spans(control)] for key, control in controls.items()}

    def around(self, offset: int) -> Iterator[BranchOf]:
        """Yield the branches that an offset is in, outermost first."""
        # The last one that begins before the offset is in the same branches as the offset, if it is not around it.
        number = bisect_right(self._starts, offset) - 1
        last = self._in_order[number] if number >= 0 else None
        for branch in (*last.around, last) if last is not None else ():
            if offset < self._ends[id(branch.control)][branch.number]:
                yield branch


def spans(control: Control) -> Iterator[tuple[int, int]]:
    """Yield the span of the body of each branch."""
    heads = [*(branch.head for branch in control.branches), control.end]
    for head, following in pairwise(heads):
        yield head.end, following.start
