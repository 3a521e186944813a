"""The files that kubectl's reader is asked about: the same ones every time."""

import itertools
import random
import struct

SEED = 20_261_201
BOM = "\ufeff"

# Keys as people write them, and some unusual ones.
KEYS = (
    "10.0", "1e3", "1234567.0", "1e39", "-1e39", "3.4028235e38", "3.4028236e38", "3.40282357e38", "1.0", "-1.0", "0.0",
    "-0.0", "1.5", "0.1", "0.3", "0.5e1", "100000.0", "123456.0", "999999.5", "999999.96", "1000000.0", "1e5", "1e6",
    "1e20", "1e21", "1e22", "0.0001", "0.00001", "0.00012345", "1e-4", "1e-5", "1e-45", "1e-46", "7e-46", "1.4e-45",
    "16777217.0", "16777216.0", "33554433.0", "8388608.5", "123456789.0", "1.", ".5", "-.5", "+.5", "1_0.5", "1e+3",
    "1E3", "1E+03", "1.0e-07", "1e400", "-1e400", ".inf", "-.inf", "+.inf", ".Inf", ".INF", "-.Inf", "+.INF", ".nan",
    ".NaN", ".NAN", "+.nan", ".inF", "inf", "NaN", ".", "+.", "-.", "...", ".e5", "1e", "1e+", "1_.5", "_1.5", "1._5",
    "0", "-0", "+0", "1", "+1", "-1", "00", "07", "010", "08", "-010", "+010", "0o7", "0o17", "0O17", "-0o7", "0x10",
    "0X10", "-0x10", "+0x10", "0xff", "0xFG", "0b11", "0B11", "-0b11", "+0b11", "0b12", "1_000", "1__0", "1_",
    "_1",
    "0_7", "0x_f", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "+9223372036854775808",
    "18446744073709551615", "18446744073709551616", "0xffffffffffffffff", "99999999999999999999",
    "123456789012345678901234567890", "-99999999999999999999", "01777777777777777777777", "12:30", "12:30:45", "1:2.5",
    "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "true", "True",
    "TRUE", "false", "False", "FALSE", "yEs", "tRUE", "oN", "t", "f", "~", "null", "Null", "NULL", "nULL", "''", '""',
    "nil", "None", "2001-01-01", "2001-1-1", "2001-01-01T00:00:00Z", "2001-01-01 00:00:00", "!!str 10.0", "!!str 1",
    "!!str true", "!!str ~", "!!str .inf", "!!int 1", "!!int 1.0", "!!int x", "!!int '1'", '!!int "0x10"', "!!float 1",
    "!!float 1.5", "!!float 10", "!!float x", "!!float '1.5'", "!!float 1234567", "!!float 18446744073709551615",
    "!!float 0x10", "!!float ~", "!!bool y", "!!bool 1", "!!bool 'true'", "!!null ~", "!!null ''", "!!null x",
    "!!timestamp 2001-01-01", "!!timestamp x", "!!binary aGk=", "!!binary ???", "!!binary aGk", "!custom 1", "! 1",
    "! 1.0", "!<tag:yaml.org,2002:str> 1.0", "'10.0'", '"10.0"', '".inf"', "'~'", "&a 10.0", "&a .inf", "-", "--", "-a",
    "a b", "1 2", "1.2.3", "v1.0", "1.0.0", "1e3x", "0x", "0b", "0o", "+", "++1", "+-1", "-+1",
)  # fmt: skip
NO_SCALARS = ("[a]", "{a: b}", "[]", "{}", "? [a]", "? {a: b}", "&a [b]")
PLACES = ("{}: x\n", "? {}\n: x\n", "kind: {{{}: x}}\n", "kind:\n  {}: x\n", "- {}: x\n")

MERGES = (
    "<<: {a: b}\nc: d\n", "!!str <<: {a: b}\nc: d\n", "!!merge <<: {a: b}\nc: d\n", '"<<": {a: b}\nc: d\n',
    "'<<': {a: b}\n", "!!merge '<<': {a: b}\n", '!!merge "<<": {a: b}\n', "!!merge x: {a: b}\n", "!!merge 1: {a: b}\n",
    "!!merge 1: x\n", "!!merge ~: x\n", "!!merge '1': x\n", "! <<: {a: b}\n", "!foo <<: {a: b}\n", "!!foo <<: {a: b}\n",
    "! '<<': {a: b}\n", "!foo '<<': {a: b}\n", "!<tag:yaml.org,2002:merge> <<: {a: b}\n", "!!int <<: x\n",
    "!!null <<: x\n", "!<tag:yaml.org,2002:str> <<: {a: b}\n", "!!merge\n", "x: !!merge <<\n", "x: !!merge a\n",
    "- !!merge <<\n", "? <<\n: {a: b}\n", "? !!str <<\n: {a: b}\n", "{<<: {a: b}}\n", "{<<: {a: b}, c: d}\n",
    "{!!str <<: {a: b}}\n", "{'<<': x}\n", '{"<<": x}\n', "{? <<: {a: b}}\n", "&k <<: {a: b}\n", "&k '<<': {a: b}\n",
    "<<: x\n", "<<: 1\n", "<<: ~\n", "<<:\n", "<<: []\n", "<<: {}\n", "<<: [{a: b}, {c: d}]\n", "<<: [x]\n",
    "<<: [{a: b}, x]\n", "<<: [[{a: b}]]\n", "<< : {a: b}\n", "<<x: {a: b}\n", "<: {a: b}\n", "x: <<\n", "- <<\n",
    "a: &k <<\n*k : {b: c}\n", "a: &k !!merge <<\n*k : {b: c}\n", "x: &a {b: c}\n<<: *a\n", "x: &a {b: c}\n<<: [*a]\n",
    "x: &a [{b: c}]\n<<: *a\n", "x: &a {b: c}\n!!str <<: *a\n", "<<: {a: 1}\na: 2\n", "a: 2\n<<: {a: 1}\n",
    "<<: {a: 1}\n<<: {a: 2}\n", "<<: [{a: 1}, {a: 2}]\n", "<<: {<<: {a: 1}}\n", "<<: {!!str <<: {a: 1}}\n",
    "<<: &x {a: 1}\nb: *x\n", "!!binary PDw=: {a: b}\n", "? |\n  <<\n: {a: b}\n", "? |-\n  <<\n: {a: b}\n",
    "? >-\n  <<\n: {a: b}\n", "? !!merge |-\n  <<\n: {a: b}\n", "? ! |-\n  <<\n: {a: b}\n",
)  # fmt: skip

OBJECTS = ('{"kind":"a"}', '{"kind": "b", "x": [1, 2.5, null, "\\u00e9"]}', '{\n  "kind": "c"\n}', '{"kind":{"d":1e3}}')
ESCAPED = '{"kind": "\\/\\ud83d\\ude00"}'  # JSON that is not YAML
BETWEEN = (
    "",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    ",",
    ",\n",
    ";",
    "\n---\n",
    "\n--- # x\n",
    "---\n",
    "\n---",
    "\n--- x\n",
    "\n# x\n",
    "\n...\n",
    "null",
    " null\n",
    ' "x" ',
    "\n[]\n",
    "1",
    "}",
    "\n}\n",
    "]",
    "\nx\n",
    "\nx: y\n",
    "\nkind: z\n",
    BOM,
    "\n" + BOM,
    "\xa0",
    "\n\xa0\n",
    "\x0b",
    "\u2028",
    "'",
    '"',
    "//",
    "/* */",
    "{",
    "{}",
    "{x}",
    "{kind: e}",
    "{'kind': 'e'}",
)
STARTS = ("", " ", "\n", "\t", "\ufeff", BOM + BOM, "\xa0", "# x\n", "---\n", "--- # x\n", " " * 4095, " " * 4096)
FIRST = (
    "{kind: f}",
    "{'kind': 'f'}",
    '{"kind": "f",}',
    '{"kind": f}',
    '{"kind": 01}',
    '{"kind": NaN}',
    '{"kind": "\t"}',
    '{"kind"}',
    '{"kind": "\\x41"}',
    '{"kind": .5}',
    '{"kind": +1}',
    '{"kind": 1.}',
    '{"kind": -}',
    '{"kind": True}',
    '{"a": 1 "kind": 2}',
    '{"kind": "\\ud83d\\ude00"}',
    '{"kind": 1} # x',
    '{"kind": "f"',
    '[{"kind": "f"}]',
    '{"kind": {"a": [1, {"b": {}}]}}',
    '{"kind" : "f"\n,\n"b" : [ ] }',
    '{"kind":\t"f",\t"b":\t1}',
    "{{ .Values.kind }}",
    '{"kind": {{ .x }}}',
)


def questions() -> list[dict[str, str]]:
    """Return all questions, in a fixed order, each once."""
    dice = random.Random(SEED)
    texts = [*_keys(dice), *MERGES, *(f"kind:\n{_indented(merge)}" for merge in MERGES), *_marks(dice), *_streams(dice)]
    return [{"text": text} for text in dict.fromkeys(texts)]


def _keys(dice: random.Random) -> list[str]:
    keys = [*KEYS, *NO_SCALARS[:2], *(_number(dice) for _ in range(1500)), *_edges()]
    texts = [PLACES[0].format(key) for key in keys]
    return texts + [place.format(key) for key in (*KEYS, *NO_SCALARS) for place in PLACES[1:]]


def _edges() -> list[str]:
    """Return powers of two and their neighbours: the next smaller float is half as far away as the next larger."""
    found = []
    for exponent in range(1, 255):
        for offset in (-1, 0, 1):
            (single,) = struct.unpack("<f", struct.pack("<I", (exponent << 23) + offset))
            found.append(f"{single!r}")
    # Exact halves of a last decimal digit.
    return found + [f"{odd / 2**power:.40g}" for power in range(8, 40) for odd in range(1, 40, 2)]


def _number(dice: random.Random) -> str:
    kind = dice.randrange(6)
    if kind == 0:
        return (
            repr(struct.unpack("<f", struct.pack("<I", dice.getrandbits(31)))[0])
            .replace("inf", ".inf")
            .replace("nan", ".nan")
        )
    if kind == 1:
        return f"{dice.choice(('', '-', '+'))}{dice.randrange(10 ** dice.randint(1, 12))}.{dice.randrange(1000)}"
    if kind == 2:
        return f"{dice.randint(1, 99)}.{dice.randrange(10**9)}e{dice.randint(-48, 40)}"
    if kind == 3:
        return str(dice.getrandbits(24) / 2 ** dice.randint(0, 30))
    if kind == 4:
        return "".join(dice.choices("0123456789._+-eExXoObBfF", k=dice.randint(1, 7)))
    return repr(dice.uniform(-1, 1) * 10.0 ** dice.randint(-6, 9))


def _marks(dice: random.Random) -> list[str]:
    """Return texts with U+FEFF at every position of a small file, then at random positions of larger ones."""
    small = "a: b\n---\nkind:\n  c: 'd'\n# e\n"
    found = [small[:at] + BOM + small[at:] for at in range(len(small) + 1)]
    found += [
        "a: b\n" + BOM,
        "a: b\n" + BOM + "\n",
        "a: |\n  x\n" + BOM + "\n",
        "a: b\n...\n" + BOM + "\n",
        BOM,
        BOM + "\n",
        "a: b\n---\n" + BOM + "\n",
        "{a: b}\n" + BOM + "\n",
        "a:\n- b\n" + BOM + "- c\n",
        "a: b\n" + BOM + "---\nc: d\n",
        BOM + "---\na: b\n",
        BOM + BOM + "---\na: b\n",
        "a: b\n---\n" + BOM + "c: d\n",
        BOM + BOM + "a: b\n",
        "a: b\n---\n" + BOM + BOM + "c: d\n",
        "a: b\n---\n" + BOM + BOM + "c: d\ne: f\n",
        "a: b\n---\n" + BOM + "# c\nc: d\n",
    ]
    lines = ["a: b", "c:", "- d", "- {e: f}", "g: |", "  h", "---", "# i", 'j: "k"', "l: [m, n]", ""]
    for _ in range(120):
        text = "\n".join(dice.choices(lines, k=dice.randint(1, 6)))
        for _ in range(dice.randint(1, 2)):
            at = dice.randrange(len(text) + 1)
            text = text[:at] + BOM + text[at:]
        found.append(text + "\n")
    return found


def _streams(dice: random.Random) -> list[str]:
    one, two = OBJECTS[0], OBJECTS[1]
    found = [one + between + two for between in BETWEEN] + [one + between for between in BETWEEN]
    found += [one + two + between + OBJECTS[2] for between in BETWEEN]
    found += [one + two + between for between in BETWEEN]
    found += [start + one + "\n" + two for start in STARTS] + [start + "{kind: a}\n{kind: b}" for start in STARTS]
    found += [first + end for first in FIRST for end in ("", "\n", one, "\n---\n" + one, "\nkind: g\n")]
    found += [one + first + two for first in FIRST] + [one + two + first for first in FIRST]
    found += [
        ESCAPED,
        ESCAPED + one,
        one + ESCAPED,
        one + "\n---\n" + ESCAPED,
        ESCAPED + "\n---\n" + one,
        "---\n" + ESCAPED,
    ]
    # joblint skips documents that contain only white space; kubectl rejects some of them because of a tab.
    parts = (*OBJECTS, *OBJECTS, *(one for one in BETWEEN if one not in ("\t", "\x0b", "\n...\n")), *FIRST)
    found += ["".join(dice.choices(parts, k=dice.randint(2, 6))) for _ in range(300)]
    return found + ["".join(pair) for pair in itertools.permutations(OBJECTS, 3)]


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
