"""Words inside a container. The table holds what apimachinery 0.37.1 answers."""

import pytest

from joblint.kube.names import cure as names_cure
from joblint.kube.names import words

FUNCTIONS = {
    "e": words.env_name,
    "r": words.relaxed_env_name,
    "k": words.config_key,
    "h": words.header_name,
    "p": words.port_name,
}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", ""),
        ("A", "erkh"),
        ("a", "erkhp"),
        ("1", "rkh"),
        ("1a", "rkhp"),
        ("a-b", "erkhp"),
        ("a--b", "erkh"),
        ("-a", "erkh"),
        ("a_b.c", "erk"),
        ("_", "erk"),
        (".", "r"),
        ("..", "r"),
        ("..a", "r"),
        (".a", "erk"),
        ("a..b", "erk"),
        ("a b", "r"),
        ("a=b", ""),
        ("%~", "r"),
        ("a\x7f", ""),
        ("a\n", ""),
        ("é", ""),
        ("\u0663", ""),
        ("a" * 15, "erkhp"),
        ("a" * 16, "erkh"),
        ("a" * 253, "erkh"),
        ("a" * 254, "erh"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_words(text: str, right: str) -> None:
    assert {letter for letter, function in FUNCTIONS.items() if function(text) is None} == set(right)


@pytest.mark.parametrize(
    ("text", "env", "port"),
    [
        ("my var", "my_var", "my-var"),
        ("2nd", "_2nd", "2nd"),
        ("HTTP_Port", "HTTP_Port", "http-port"),
        ("a--b", "a__b", "a-b"),
        ("8080", "_8080", None),
        ("---", None, None),
        ("a-very-long-port-name", "a_very_long_port_name", None),
        ("é", None, None),
    ],
)
def test_suggestions(text: str, env: str | None, port: str | None) -> None:
    assert names_cure.suggest_env_name(text) == env
    assert names_cure.suggest_port_name(text) == port
    assert env is None or words.env_name(env) is None
    assert port is None or words.port_name(port) is None
