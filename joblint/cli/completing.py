"""Shell completion for options that few commands have: sections for some paths, and time zones."""

import click
from click.shell_completion import CompletionItem

from joblint.cli import options


def sections(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the keys of a section after a pattern and a `:`, and the values of a key after its `=`."""
    from joblint.project.config.keys import KEYS

    pattern, colon, rest = incomplete.rpartition(":")
    if not colon:
        return [CompletionItem(incomplete, type="file")]
    key, equals, value = rest.partition("=")
    if not equals:
        keys = {f"{one.name}=": one.about for one in KEYS.values() if one.per_path}
        return [CompletionItem(f"{pattern}:{name}", help=said) for name, said in keys.items() if name.startswith(key)]
    found = _of_key(ctx, param, key, value)
    return [CompletionItem(f"{pattern}:{key}={one.value}", help=one.help) for one in found]


def _of_key(ctx: click.Context, param: click.Parameter, key: str, value: str) -> list[CompletionItem]:
    """Return the values that a key of the configuration may have."""
    from joblint.project.config.keys import KEYS
    from joblint.project.config.kinds import Choice

    lists = {
        "kube-version": options.complete_minors,
        "feature-gates": options.complete_gates,
        "select": options.complete_selectors,
        "extend-select": options.complete_selectors,
        "ignore": options.complete_selectors,
        "severity": options.complete_severities,
    }
    if key in lists:
        return lists[key](ctx, param, value)
    kind = KEYS[key].kind if key in KEYS else None
    words = kind.words if isinstance(kind, Choice) else ()
    return [CompletionItem(word) for word in words if word.startswith(value)]


def zones(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the time zones that Kubernetes accepts. The input may be in another case, or only a city."""
    from joblint.kube.cron.timezone import names

    known = sorted(names())
    typed = incomplete.lower()
    found = [name for name in known if name.lower().startswith(typed)]
    cities = [name for name in known if typed and name.lower().rpartition("/")[2].startswith(typed)]
    return [CompletionItem(name) for name in found or cities]
