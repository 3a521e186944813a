"""What the cards of users report about an object."""

from collections.abc import Callable

from joblint.checks.own.card import OBJECT, SELF, Card
from joblint.checks.own.cel import evaluate
from joblint.checks.own.hidden import Hidden
from joblint.checks.own.noted import note, why
from joblint.checks.own.seen import Seen, seen
from joblint.checks.own.where import report
from joblint.rule.context import Context
from joblint.rule.report import Reports
from joblint.rule.value import Value


def check_of_card(card: Card) -> Callable[[Value, Context], Reports]:
    """Return the function of a card that the engine calls."""

    def check(_: Value, ctx: Context) -> Reports:
        if ctx.facts.since(card.since):
            yield from _judge(card, seen(ctx), ctx)

    return check


def _judge(card: Card, seen: Seen, ctx: Context) -> Reports:
    """Yield the reports of a card about the values of an object."""
    values = [(value, _hidden(value, seen)) for value in seen.of(card.types)]
    shown = [(value, hidden) for value, hidden in values if not hidden.from_(card.condition)]
    if not shown:
        return
    data = {OBJECT: seen.data}
    outcomes = evaluate(card.condition, data, [seen.steps(value) for value, _ in shown])
    for (value, hidden), outcome in zip(shown, outcomes, strict=False):  # one that was stopped has only one outcome
        if isinstance(outcome.value, bool):
            if not outcome.value:
                yield report(card.effect, _message(card, seen, value, hidden), value, card.field)
        elif not seen.refused:  # a rejected object may lack what a condition can rely on
            note(card, card.condition, value, ctx, why(outcome))


def _hidden(value: Value, seen: Seen) -> Hidden:
    return Hidden({SELF: lambda: seen.hidden(value), OBJECT: seen.hidden})


def _message(card: Card, seen: Seen, value: Value, hidden: Hidden) -> str:
    """Return the value of the card's message expression, else its message, as a cluster's policy does."""
    expression = card.message_expression
    if expression is not None and not hidden.from_(expression):
        said = evaluate(expression, {OBJECT: seen.data}, [seen.steps(value)])[0].value
        if isinstance(said, str) and said.strip():
            return " ".join(said.split())
    return card.message
