"""Rules of a repository that try to use all memory or time, or to make the library crash."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.attacks.case import CLEAN, FAILED, HEAD, POD, SPEC, Case

_FAILS = "cannot be evaluated: it uses more than"
_TEN = "[0,1,2,3,4,5,6,7,8,9]"
_LOOPS = "{}.all(a,{}.all(b,{}.all(c,{}.all(d, {{}}))))".format(*(_TEN,) * 4)
_POLICY = (
    "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: bomb}\nspec:\n"
)
_LONG = f"{HEAD.rstrip()}\n  annotations:\n    x: {{}}\nspec:\n{POD}"


def _card(condition: str, name: str = "mine", more: str = "") -> str:
    lines = "".join(f"  {line}\n" for line in condition.split("\n"))
    return f"name: {name}\neffects: mistake\non: Job\nsummary: It is so.\ncondition: |\n{lines}{more}"


def _files(files: dict[str, str]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")

    return make


def _case(name: str, rules: str, code: int, said: str = "", job: str = SPEC) -> Case:
    """Return a case whose configuration names the rules."""
    files = {".joblint.yaml": "rules: [rules]\n", "rules/mine.yaml": rules, "a.yaml": job}
    return Case(f"own rules: {name}", _files(files), code, said)


def _long(size: int, text: str = "x") -> str:
    return _LONG.format(text * size)


def cases() -> Iterator[Case]:
    yield from _conditions()
    yield from _policies()
    yield from _cards()
    yield from _elsewhere()


def _conditions() -> Iterator[Case]:
    x = "object.metadata.annotations['x']"
    slow = _LOOPS.format(f"!{x}.matches('(x{{0,30}}){{0,30}}[a-w]')")
    yield _case("a slow pattern, 10,000 times", _card(slow), FAILED, _FAILS, _long(60))
    yield _case("a slow pattern, once", _card(f"{x}.matches('(x{{0,30}}){{0,30}}[a-w]')"), -1, "", _long(200_000))
    find = f"{x}.find('(.*)(.*)(.*)(.*)(.*)[^x]{{500}}y') == ''"
    yield _case("find in a long text", _card(find), -1, "", _long(200_000))
    yield _case("findAll of nothing", _card(f"{x}.findAll('').size() == 0"), -1, "", _long(200_000))
    empty = "object.metadata.name.find('(?:(?:(?:(?:){1000}){1000}){1000}){1000}a') == 'a'"
    yield _case("empty groups in groups", _card(empty), FAILED, "not a valid regular expression")
    yield _case("a pattern of 200,000 bytes", _card(f"'a'.find({x}) == ''"), -1, "", _long(100_000, "a?"))
    yield _case(
        "a pattern of groups", _card(f"'a'.find({x}) == ''"), -1, "", _LONG.format("(" * 100_000 + ")" * 100_000)
    )
    yield _case("a{1000}{1000}", _card("'a'.find('(?:a{1000}){1000}') == ''"), FAILED, "cannot be evaluated")
    doubled = "[object.metadata.name]" + ".map(a, a + a)" * 24
    yield _case("a text that doubles", _card(f"{doubled}[0] == ''"), FAILED, "many times as large")
    lists = "[[1]]" + ".map(a, a + a)" * 24
    yield _case("a list that doubles", _card(f"{lists}[0].size() == 0"), FAILED, "many times as large")
    thousand = f"'{'x' * 1000}'"
    replaced = f".replace('x', {thousand})" * 3
    yield _case("replace", _card(f"{thousand}{replaced} == ''"), FAILED, "many times as large")
    yield _case("replace of nothing", _card(f"{x}.replace('', {x}).size() == 0"), -1, "", _long(100_000))
    joined = f"{_TEN}.map(a, {_TEN}.map(b, {_TEN}.map(c, {x}).join({x})).join({x})).join({x}).size() == 0"
    yield _case("join in loops", _card(joined), -1, "", _long(100_000))
    grown = f"{_TEN}.map(a, {_TEN}.map(b, {_TEN}.map(c, {x} + {x}))).size() == 0"
    yield _case("a list of long texts", _card(grown), -1, "", _long(250_000))
    yield _case("loops in loops", _card(_LOOPS.format(f"{_TEN}.all(e, e < 10)")), FAILED, "cannot be evaluated")
    yield _case("format", _card("'%s'.format([object]).size() == 0"), -1)
    yield _case("format of a long number", _card("'%.1000000000f'.format([1.5]).size() == 0"), -1)
    for name, call in {
        "quantity": "isQuantity({0}) && quantity({0}).isInteger()",
        "ip": "isIP({0})",
        "cidr": "isCIDR({0})",
        "url": "isURL({0}) && url({0}).getQuery().size() == 0",
        "split": "{0}.split('').size() == 0",
        "sets": "sets.contains({0}.split(''), {0}.split('').map(a, a + 'y'))",
        "distinct": "{0}.split('').distinct().size() == 0",
    }.items():
        for what, text in {"digits": "9", "letters": "x", "percents": "%25&", "colons": "0:"}.items():
            quoted = _LONG.format(f"'{'/?' if name == 'url' else ''}{text * 50_000}'")
            yield _case(f"{name} of {what}", _card(call.format(x)), -1, "", quoted)
    yield _case("quantity with an exponent", _card("quantity('1e999999999').isInteger()"), -1)
    yield _case("optMap, which repeats", _card("optional.of(1)" + ".optMap(a, a + 1)" * 28 + ".hasValue()"), FAILED)
    yield _case("128 kB of parentheses", _card("(" * 4900 + "true" + ")" * 4900), FAILED)
    yield _case("10,000 alternatives", _card(" || ".join(["false"] * 900)), -1)
    yield _case("characters of all kinds", _card('"\\ud800\\U0010ffff\\0" == object.metadata.name'), -1)
    yield _case("a large number", _card("object.metadata.name.size() == 9223372036854775807 + 1"), FAILED)


def _policies() -> Iterator[Case]:
    big = f"'{'x' * 2000}'"
    variables = f'  variables:\n  - {{name: a, expression: "{big}"}}\n'
    variables += "".join(
        f"  - {{name: {new}, expression: \"variables.{old}.replace('x', variables.{old})\"}}\n"
        for old, new in (("a", "b"), ("b", "c"))
    )
    validation = '  validations:\n  - {expression: "variables.c.size() < 1"}\n'
    yield _case("variables that multiply", _POLICY + variables + validation, FAILED, "many times as large")
    params = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n"
    aliased = "".join(f"  l{i}: &l{i} {{a: *l{i - 1}, b: *l{i - 1}}}\n" for i in range(1, 60))
    bomb = f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  l0: &l0 a\n{aliased}"
    uses = '  validations:\n  - {expression: "size(params.data) < 1"}\n'
    yield _case(
        "parameters that double",
        _POLICY + params + uses + bomb,
        FAILED,
        "the value is nested too deeply, or is too large",
    )
    large = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
    for name, value in {"hex": f"0x{'f' * 100_000}", "digits": "9" * 100_000, "sixty": "1:" * 5000 + "1"}.items():
        yield _case(f"a parameter of {name}", f"{_POLICY}{params}{uses}{large}  x: {value}\n", -1)
    yield _case("a parameter of nan", f"{_POLICY}{params}{uses}{large}  x: .nan\n  .inf: {{? [a] : b}}\n", -1)
    slow = _LOOPS.format(f"{_TEN}.map(e, e + a).size() < 99")
    many = "".join(f'  - {{expression: "{slow} && {i} < 0"}}\n' for i in range(100))
    yield _case("100 slow validations", _POLICY + "  validations:\n" + many, -1)
    yield _case("a policy in itself", f"{_POLICY}  validations: &v [*v]\n", FAILED)
    names = [f'  - {{name: v{i}, expression: "variables.v{i - 1} + variables.v{i - 1}"}}' for i in range(1, 200)]
    chained = ["  variables:", '  - {name: v0, expression: "[1]"}', *names, "  validations:"]
    chained += ['  - {expression: "variables.v199.size() < 1"}', ""]
    yield _case("200 variables that double", _POLICY + "\n".join(chained), FAILED, "many times as large")


def _cards() -> Iterator[Case]:
    cards = "---\n".join(_card("true", f"rule-{i}") for i in range(10_000))
    yield _case("10,000 cards", cards, FAILED, "more than 1000 rules")
    cards = "---\n".join(_card("object.metadata.name != ''", f"rule-{i}") for i in range(1000))
    jobs = "---\n".join(SPEC.replace("name: a\n", f"name: a{i}\n", 1) for i in range(20))
    yield _case("1,000 cards and 20 Jobs", cards, CLEAN, "", jobs)
    slow = "---\n".join(_card(_LOOPS.format("[a,b,c,d].map(e, e * 2).size() == 4"), f"slow-{i}") for i in range(60))
    yield _case("60 slow cards", slow, -1)
    aliased = "".join(f"l{i}: &l{i} {{a: *l{i - 1}, b: *l{i - 1}}}\n" for i in range(1, 60))
    yield _case("a card of aliases", f"l0: &l0 a\n{aliased}", FAILED)
    yield _case("a card in itself", "name: &a [*a]\n", FAILED)
    yield _case("a card of 100,000 levels", "name: " + "[" * 100_000, FAILED)
    yield _case("a card of 2 MiB", _card("true") + "#" * (2 << 20), FAILED, "larger than 1 MiB")
    yield _case("a card that names itself", _card("true", more="source: rules/mine.yaml\n"), CLEAN)
    files = {f"rules/{i}.yaml": _card("true", f"rule-{i}") for i in range(1001)}
    files |= {".joblint.yaml": "rules: [rules]\n", "a.yaml": SPEC}
    yield Case("own rules: 1,001 files", _files(files), FAILED, "more than 1000 files")


def _elsewhere() -> Iterator[Case]:
    """Yield rules that read files outside the repository, to show them in a message."""
    thief = f"{_POLICY}  paramKind: {{apiVersion: v1, kind: Config}}\n"
    thief += "  validations:\n  - {expression: object.metadata.name == '', messageExpression: params.token}\n"
    secret = "apiVersion: v1\nkind: Config\ntoken: hunter2\n"
    files = {"home/config.yaml": secret, "home/p.yaml": thief, "tree/a.yaml": SPEC, "tree/rules/p.yaml": thief}

    def made(rules: str, at: str, to: str) -> Callable[[Path], None]:
        def make(folder: Path) -> None:
            _files({**files, "tree/.joblint.yaml": f"rules: [{rules}]\n", "tree/.git/HEAD": ""})(folder)
            (folder / at).symlink_to(to)

        return make

    for name, rules, at, to in (
        ("a link to a file", "rules", "tree/rules/c.yaml", "../../home/config.yaml"),
        ("a link to a directory", "more", "tree/more", "../home"),
        ("a directory outside", "../home", "tree/more", "."),
        ("all of the machine", "/", "tree/more", "."),
        ("a link to itself", "more", "tree/more", "more"),
        ("a link to a device", "rules", "tree/rules/c.yaml", "/dev/zero"),
    ):
        arguments = ("check", "--format", "text", "--color", "never", "tree")
        yield Case(f"own rules: {name}", made(rules, at, to), FAILED, "", arguments=arguments, unsaid="hunter2")

    def fifo(folder: Path) -> None:
        zone = f"timestamp('2026-01-01T00:00:00Z').getHours('{folder}/zone') == 1"
        _files({".joblint.yaml": "rules: [rules]\n", "rules/mine.yaml": _card(zone), "a.yaml": SPEC})(folder)
        os.mkfifo(folder / "zone")

    yield Case("own rules: a time zone that is a FIFO", fifo, FAILED, "is not a time zone")
