"""The keys of a configuration: the table that the loader, the schema, `joblint config` and the docs are made from."""

from typing import NamedTuple

from joblint.checks.practice.practice import FREQUENT, MINUTES, OVERLAPPING
from joblint.kube.minors.minor import ALL, ALL_ALPHA, ALL_BETA, NEWEST, gate_names
from joblint.kube.nearest import did_you_mean
from joblint.project.config import patterns
from joblint.project.config.kinds import Choice, Flag, Kind, Schema, Table, Whole, Word, Words
from joblint.report import FAIL_ON, FORMATS, NEVER
from joblint.rule.finding import EFFECTS, SEVERITIES
from joblint.rule.settings import FIELD_VALIDATION, NAMESPACE, STRICT, check_namespace

OFF = "off"
REPLACE, ADD, NAMED = "replaces", "adds to", "by name"  # what a later value does with an earlier one
PER_PATH, PATHS = "per-path", "paths"


class Option(NamedTuple):
    """An option of a rule: the kind of its value, its description and its default."""

    kind: Kind
    about: str
    default: int


# By rule, and by the option's name.
RULE_OPTIONS = {
    OVERLAPPING: {MINUTES: Option(Whole(1), "Runs that are at most this many minutes apart are reported.", FREQUENT)}
}


class Key(NamedTuple):
    """One key: the kind of its value, its description, its default, and how a later value changes an earlier one.

    `per_path`: it is also allowed in a section for some paths; otherwise it applies to the whole run.
    """

    name: str
    kind: Kind
    about: str
    default: tuple[str, ...] = ()
    merge: str = REPLACE
    per_path: bool = True


def _version(word: str) -> None:
    from joblint.kube.minors.versions import parse_versions

    parse_versions(word)


def _gate(name: str) -> None:
    if name not in gates():
        raise ValueError(f"unknown feature gate `{name}`{did_you_mean(name, gates())}")


def _selector(word: str) -> None:
    from joblint.rule.cards import pairs

    pairs([word])


def _file(name: str) -> None:
    if not name or "\0" in name:
        raise ValueError("a file name must not be empty or contain a NUL character")


def selectors() -> list[str]:
    """Return all names that can be selected, for editors to suggest: rules, groups, effects, and `all`."""
    from joblint.rule.cards import cards

    found = {*cards(), *(card.group for card in cards().values()), *(a for c in cards().values() for a in c.aliases)}
    return [*sorted(found), *EFFECTS, "all"]


def _selectors() -> Schema:
    return {"$ref": "#/definitions/selector"}


def gates() -> list[str]:
    """Return all feature gates of all minors, and `AllAlpha` and `AllBeta`."""
    return [*gate_names(ALL), ALL_ALPHA, ALL_BETA]


def _gates() -> Schema:
    names = {"$ref": "#/definitions/gate"}
    return {"type": "object", "propertyNames": names, "additionalProperties": {"type": "boolean"}}


def _severities() -> Schema:
    word = {"enum": [*SEVERITIES, OFF]}
    return {"type": "object", "propertyNames": _selectors(), "additionalProperties": word}


def _has_options(name: str) -> None:
    if name not in RULE_OPTIONS:
        _selector(name)
        raise ValueError(f"`{name}` has no options; only {', '.join(f'`{rule}`' for rule in RULE_OPTIONS)} has")


def _options_of(rule: str) -> Kind:
    own = RULE_OPTIONS[rule]

    def check(name: str) -> None:
        if name not in own:
            raise ValueError(f"has no option `{name}`{did_you_mean(name, own)}")

    return Table("a mapping of options", check, lambda name: own[name].kind, dict)


def _options() -> Schema:
    def table(properties: Schema) -> Schema:
        return {"type": "object", "properties": properties, "additionalProperties": False}

    return table(
        {
            rule: table({name: {**option.kind.schema(), "description": option.about} for name, option in own.items()})
            for rule, own in RULE_OPTIONS.items()
        }
    )


_VERSION = Word(
    "a Kubernetes version", _version, lambda: {"type": ["string", "number"], "examples": [f"1.{NEWEST}"]}, numbers=True
)
_SELECTOR = Word("the name of a rule, group or effect", _selector, _selectors)
_SELECTORS = Words(_SELECTOR, "a list of rules, groups and effects")
_PATTERN = Word("a pattern in .gitignore syntax", patterns.check, lambda: {"type": "string"})
_PATTERNS = Words(_PATTERN, "a list of patterns")
PATHS_KIND = Words(_PATTERN, "a list of patterns", empty=False)
FILE = Word("the name of a file", _file, lambda: {"type": "string"})
FILES = Words(
    Word("the name of a file or directory", _file, lambda: {"type": "string"}), "a list of files and directories"
)
VALUE_FILES = Words(Word("the name of a file", _file, lambda: {"type": "string"}), "a list of files")
VALUES = "values"
RULES, STRICT_BASELINE = "rules", "strict-baseline"
# Keys that have no effect in an editor.
OF_A_RUN = ("baseline", STRICT_BASELINE, "fail-on", "fail-on-empty", "fail-on-unknown-version", "format")
NOT_IN_EDITORS = (*OF_A_RUN, VALUES)  # keys that an editor's own settings lack

KEYS = {
    key.name: key
    for key in (
        Key(
            "kube-version",
            Words(_VERSION, "a Kubernetes version, or a list of them", empty=False),
            "Kubernetes minors to check for: `1.29`, `v1.29.3-gke.1`, a range `1.24-1.37`, or a list.",
            (f"1.{NEWEST}",),
        ),
        Key(
            "feature-gates",
            Table("a mapping of feature gates", _gate, lambda _: Flag(), _gates),
            "Feature gates of the API server that differ from their defaults.",
            merge=NAMED,
        ),
        Key(
            "field-validation",
            Choice(FIELD_VALIDATION),
            "What the API server is asked to do with unknown and duplicate fields, like kubectl's `--validate`.",
            (STRICT,),
        ),
        Key(
            "namespace",
            Word("the name of a namespace", check_namespace, lambda: {"type": "string", "examples": ["batch"]}),
            "The namespace of objects that do not set one, for policies and your own rules.",
            (NAMESPACE,),
        ),
        Key(
            VALUES,
            VALUE_FILES,
            "Files with values for Helm charts, as with `--values`; later files take precedence.",
            merge=ADD,
        ),
        Key(
            "select",
            _SELECTORS,
            "Rules, groups or effects to use, instead of all that were selected before.",
            tuple(effect for effect in EFFECTS if effect != "advice"),
        ),
        Key("extend-select", _SELECTORS, "Rules, groups or effects to use in addition.", merge=ADD),
        Key("ignore", _SELECTORS, "Rules, groups or effects to leave out.", merge=ADD),
        Key(
            "severity",
            Table(
                "a mapping from rules, groups or effects to severities",
                _selector,
                lambda _: Choice((*SEVERITIES, OFF)),
                _severities,
            ),
            "The severity of the findings of rules, groups or effects; `off` turns them off.",
            merge=NAMED,
        ),
        Key(
            "options",
            Table("a mapping from rules to their options", _has_options, _options_of, _options),
            "Options of individual rules.",
            merge=NAMED,
        ),
        Key(
            "require-reason",
            Flag(),
            "Whether suppressions need a reason; without one, they have no effect.",
        ),
        Key(
            "exclude",
            _PATTERNS,
            "Files and directories that are not checked, even if they are named on the command line.",
            merge=ADD,
            per_path=False,
        ),
        Key(
            RULES,
            FILES,
            "Files and directories with your own rules; see docs/own-rules.md.",
            merge=ADD,
            per_path=False,
        ),
        Key("baseline", FILE, "The file with findings that are not reported.", per_path=False),
        Key(
            STRICT_BASELINE,
            Flag(),
            "Whether to exit with 1 if the baseline has findings that are no longer found.",
            per_path=False,
        ),
        Key(
            "fail-on",
            Choice((*SEVERITIES, NEVER)),
            "Lowest severity that makes joblint exit with 1.",
            (FAIL_ON,),
            per_path=False,
        ),
        Key(
            "fail-on-empty",
            Flag(),
            "Whether to exit with 1 if no Job or CronJob was checked.",
            per_path=False,
        ),
        Key(
            "fail-on-unknown-version",
            Flag(),
            "Whether a Kubernetes version newer than joblint knows is an error; otherwise the newest known is used.",
            per_path=False,
        ),
        Key("format", Choice(tuple(FORMATS)), "The format of the report.", per_path=False),
    )
}
