"""The ways in which a template can be written: which conditions hold, and what comes out then.

There are too many to write them all. `bases` are a few in which every branch is written at least once; `flips` are
those that differ from one of them in one thing.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import product
from typing import NamedTuple

from joblint.manifests.embed.segments import Segments
from joblint.manifests.template.branches import Branches, BranchOf, spans
from joblint.manifests.template.capabilities import is_clear, is_unclear
from joblint.manifests.template.conditions import Formula, subject
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.gotmpl import DIALECT
from joblint.manifests.template.lex import Token
from joblint.manifests.template.parse import BLOCK, DEFINE, OUTPUT, RANGE, WITH, Control, Node
from joblint.manifests.template.render import write
from joblint.manifests.template.settle import settled

MAX_BASES, MAX_ATOMS = 12, 120
MAX_ALL = 6  # conditions of which all combinations are tried
MAX_PAIRED = 7  # conditions of which each two are changed together, if there are more
Truth = Mapping[str, bool]

_VERSIONS = re.compile(r"""(?m)^[ \t]*["']?(?:apiVersion|kind)["']?[ \t]*:""")


class Variant(NamedTuple):
    """What is written if the atoms are as `truth` says: the text, and where its parts are in the template."""

    truth: Truth
    text: str
    segments: Segments


class Template:
    """The conditions of one template, or of one `define` in it."""

    def __init__(self, text: str, nodes: Sequence[Node], scope: str = "", dialect: Dialect = DIALECT) -> None:
        self.text, self.nodes, self.dialect = text, nodes, dialect
        self.formulas: dict[int, list[Formula | None]] = {}  # of each control structure's branches, by its offset
        self.known: Mapping[int, str] = {}  # the texts of insertions of which it is known, by their offset
        self.settled: Truth = {}  # the atoms of which it is known whether they hold
        self.places: list[BranchOf] = []
        self.atoms: dict[str, None] = {}  # in the order of the template
        self._reassigned = dialect.reassigned(text)
        self._gather(nodes, scope, ())
        # Of the atoms that say something to be equal to a literal: what.
        self._subjects = {atom: of for atom in self.atoms if (of := subject(atom))}

    def _gather(self, nodes: Sequence[Node], scope: str, around: tuple[BranchOf, ...]) -> None:
        for node in nodes:
            if not isinstance(node, Control) or node.kind in (DEFINE, BLOCK):
                continue
            at = node.branches[0].head.start
            found: list[Formula | None] = []
            for number, branch in enumerate(node.branches):
                place = BranchOf(node, number, around)
                self.places.append(place)
                found.append(self._formula(branch.condition, scope, branch.head.start) if branch.condition else None)
                inner = self.dialect.scope(scope, node.kind, branch, self.text)
                self._gather(branch.body, inner, (*around, place))
            self.formulas[at] = found

    def _formula(self, condition: str, scope: str, at: int) -> Formula:
        if any(name in condition for name in self._reassigned):
            scope = f"@{at}"
        formula = self.dialect.read(condition, scope)
        self.atoms.update(dict.fromkeys(formula.atoms()))
        return formula

    def chosen(self, control: Control, truth: Truth) -> int | None:
        """Return which branch of a control structure is written; None for none."""
        if self.settled:
            truth = {**truth, **self.settled}
        for number, formula in enumerate(self.formulas.get(control.branches[0].head.start, ())):
            if formula is None or formula.holds(truth):
                return number
        return None

    def variant(self, truth: Truth) -> Variant:
        """Return what is written if the atoms are as `truth` says."""
        pieces = write(
            self.text, self.nodes, lambda control: self.chosen(control, truth), self.known, self.dialect.plain
        )
        return Variant(truth, *settled(pieces))

    @contextmanager
    def knowing(self, known: Mapping[int, str], settled: Truth) -> Iterator[None]:
        """Write some insertions as these texts, by their offset, and only branches that fit these atoms."""
        self.known, self.settled = known, settled
        try:
            yield
        finally:
            self.known, self.settled = {}, {}

    def bases(self) -> Iterator[Truth]:
        """Yield truths in which every branch is written at least once, as far as one is found."""
        every: dict[str, bool] = {}
        taken: set[str] = set()
        for atom in self.atoms:
            of = self._subjects.get(atom, "")
            every[atom] = of not in taken
            if of:
                taken.add(of)
        made: list[dict[str, bool]] = [every]
        yield every
        none = dict.fromkeys(self.atoms, False)
        if none != every:
            made.append(none)
            yield none
        for place in self.places:
            if len(made) >= MAX_BASES:
                return
            if any(self._is_written(place, truth) for truth in made):
                continue
            for start in (every, none):
                truth = dict(start)
                self._force(place, truth)
                if self._is_written(place, truth):
                    made.append(truth)
                    yield truth
                    break

    def flips(self, truth: Truth) -> Iterator[Truth]:
        """Yield the truths that differ from one in one atom, and in those that it excludes."""
        for atom in self.atoms:
            yield self._flipped(truth, atom)

    def _flipped(self, truth: Truth, atom: str) -> Truth:
        other = {**truth, atom: not truth.get(atom, False)}
        if other[atom]:
            self._exclude(atom, other)
        return other

    def _exclude(self, atom: str, truth: dict[str, bool]) -> None:
        """Make false what an atom excludes."""
        of = self._subjects.get(atom)
        for other, its in self._subjects.items() if of else ():
            if other != atom and its == of:
                truth[other] = False

    def insertions(self) -> Iterator[tuple[Token, bool]]:
        """Yield the actions that insert something, and of each whether `.` is something else there."""
        todo: list[tuple[Node, bool]] = [(node, False) for node in reversed(self.nodes)]
        while todo:
            node, moved = todo.pop()
            if isinstance(node, Control):
                if node.kind not in (DEFINE, BLOCK):
                    for branch in reversed(node.branches):
                        inner = moved or (node.kind in (WITH, RANGE) and bool(branch.condition))
                        todo += [(one, inner) for one in reversed(branch.body)]
            elif node.kind == OUTPUT:
                yield node.token, moved

    def is_unclear(self, offset: int) -> bool:
        """Return whether the text at an offset is under a condition that only Kubernetes' version decides, unread."""
        return any(is_unclear(atom) for place in self._around(offset) for atom in self._atoms_of(place))

    def is_optional(self, offset: int) -> bool:
        """Return whether a condition that is not plainly on versions is around an offset, and not the whole object."""
        for place in self._around(offset):
            around_all = _VERSIONS.search(self.text, *[*spans(place.control)][place.number])
            if not around_all and not all(map(is_clear, self._atoms_of(place))):
                return True
        return False

    def asks_for(self, name: str, offset: int) -> bool:
        """Return whether a condition around an offset asks for a value, or for a mapping that it is in."""
        names = name.split(".")
        ways = "|".join(re.escape(".".join(names[:end])) for end in range(3, len(names) + 1))
        asked = re.compile(rf"(?:{ways})(?![\w.])")
        return any(
            asked.search(branch.condition) for place in self._around(offset) for branch in place.control.branches
        )

    def asks_more(self, name: str, offset: int, settled: Container[str]) -> bool:
        """Return whether a condition around an offset asks for a value in another way than these atoms do."""
        asked = re.compile(rf"{re.escape(name)}(?![\w.])")
        atoms = (atom for place in self._around(offset) for atom in self._atoms_of(place))
        return any(atom not in settled and asked.search(atom) for atom in atoms)

    def chooses_version(self, offset: int) -> bool:
        """Return whether a condition that says nothing plain chooses the `apiVersion` or `kind` at an offset.

        That is one which has the same key in another of its branches.
        """
        for place in self._around(offset):
            others = [span for number, span in enumerate(spans(place.control)) if number != place.number]
            chosen = any(_VERSIONS.search(self.text, *span) for span in others)
            if chosen and not all(map(is_clear, self._atoms_of(place))):
                return True
        return False

    def _around(self, offset: int) -> Iterator[BranchOf]:
        """Yield the branches that an offset is in, outermost first."""
        return self._branches.around(offset)

    @cached_property
    def _branches(self) -> Branches:
        return Branches(self.places)

    def _atoms_of(self, place: BranchOf) -> list[str]:
        """Return what decides whether a branch is written, as far as its own control structure goes."""
        formulas = self.formulas[place.control.branches[0].head.start][: place.number + 1]
        return [atom for formula in formulas if formula is not None for atom in formula.atoms()]

    def others(self, truth: Truth, bases: Sequence[Truth]) -> Iterator[Truth]:
        """Yield the truths that speak for or against what is found under one: all, or if these are many, some."""
        atoms = list(self.atoms)
        if len(atoms) <= MAX_ALL:
            for values in product((True, False), repeat=len(atoms)):
                of = [
                    self._subjects[atom]
                    for atom, value in zip(atoms, values, strict=True)
                    if value and atom in self._subjects
                ]
                if len(of) == len(set(of)):
                    yield dict(zip(atoms, values, strict=True))
            return
        yield from bases
        versions = {atom: value for atom, value in truth.items() if is_clear(atom)}
        if versions:
            yield from ({**base, **versions} for base in bases)
        flipped = list(self.flips(truth))
        yield from flipped
        yield from self._with_each_place(truth)
        for number, one in enumerate(flipped[:MAX_PAIRED]):
            for atom in atoms[number + 1 : MAX_PAIRED]:
                yield self._flipped(one, atom)

    def _with_each_place(self, truth: Truth) -> Iterator[Truth]:
        """Yield truths in which as little as possible is changed so that a branch is written."""
        for place in self.places:
            if not self._is_written(place, truth):
                other = dict(truth)
                self._force(place, other)
                yield other

    def _is_written(self, place: BranchOf, truth: Truth) -> bool:
        return all(self.chosen(one.control, truth) == one.number for one in (*place.around, place))

    def _force(self, place: BranchOf, truth: dict[str, bool]) -> None:
        """Change a truth so that a branch is written, if nothing contradicts that."""
        for one in (*place.around, place):
            self._force_one(one, truth)

    def _force_one(self, place: BranchOf, truth: dict[str, bool]) -> None:
        formulas = self.formulas[place.control.branches[0].head.start]
        for formula in formulas[: place.number]:
            if formula is not None:
                self._satisfy(formula, False, truth)
        formula = formulas[place.number]
        if formula is not None:
            self._satisfy(formula, True, truth)

    def _satisfy(self, formula: Formula, value: bool, truth: dict[str, bool]) -> None:
        """Change atoms so that a formula has a value."""
        if formula.operator == "atom":
            truth[formula.atom] = value
            if value:
                self._exclude(formula.atom, truth)
        elif formula.operator == "not":
            self._satisfy(formula.parts[0], not value, truth)
        elif (formula.operator == "and") == value:
            for part in formula.parts:
                self._satisfy(part, value, truth)
        elif formula.parts:
            self._satisfy(formula.parts[0], value, truth)
