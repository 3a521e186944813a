"""Which mentions of JOB_COMPLETION_INDEX are reads of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.checks.reading.index_reads import INDEX, MOST, reads

READS = [
    ("shell", "echo $@"),
    ("shell", "echo ${@}"),
    ("shell", 'echo "item $@"'),
    ("shell", "x=${@:-0}"),
    ("shell", "x=${@:-$RANDOM}"),
    ("shell", "echo $((@ + 1))"),
    ("shell", "printenv @"),
    ("shell", 'if [ "$@" = 0 ]; then echo first; fi'),
    ("shell", "@=${@:-0}"),
    ("shell", 'export @="${@:-0}"; run'),
    ("shell", "jq -n env.@"),
    ("shell", "awk 'BEGIN { print ENVIRON[\"@\"] }'"),
    ("shell", 'echo "it\'s # $@"'),
    ("shell", "echo a#$@"),
    ("shell", "# about it\necho $@"),
    ("python", "os.environ['@']"),
    ("python", 'int(os.environ["@"])'),
    ("python", "os.environ.get('@')"),
    ("python", "os.getenv('@', '0')"),
    ("python", "os.environ['@'] == '0'"),
    ("python", "os.system('echo $@')"),
    ("python", "print(os.environ['POD'], os.environ['@'])"),
    ("node", "process.env.@"),
    ("node", "process.env['@']"),
    ("perl", "$ENV{@}"),
    ("perl", "$ENV{'@'}"),
    ("ruby", "ENV.fetch('@')"),
    ("ruby", "ENV['@']"),
    ("go", 'os.Getenv("@")'),
    ("java", 'System.getenv("@")'),
    ("Rscript", 'Sys.getenv("@")'),
    ("pwsh", "$env:@"),
    ("", "--index=$(@)"),
    ("", "item-$@.txt"),
]
NO_READS = [
    ("shell", "# uses $@"),
    ("shell", "echo hi # $@"),
    ("shell", "echo '@ is not set'"),
    ("shell", "echo \\$@"),
    ("shell", "@=5; echo $@"),
    ("shell", "export @=5\necho $@"),
    ("shell", "for @ in 0 1; do echo ${@}; done"),
    ("shell", "while read @; do echo $@; done"),
    ("shell", "echo $MY_@ ${@_2}"),
    ("shell", "rank=${RANK:-$@}"),
    ("shell", "rank=${RANK:-${@:-0}}"),
    ("python", "os.environ['@'] = '0'"),
    ("python", "os.environ['@'] = '0'\nprint(os.environ['@'])"),
    ("python", "os.putenv('@', '3')"),
    ("python", "'@' in os.environ"),
    ("python", '"""Needs $@."""'),
    ("python", "os.environ.get('RANK', os.environ.get('@'))"),
    ("python", "os.getenv('RANK') or os.getenv('@')"),
    ("node", "process.env.@ = 3"),
    ("node", "// process.env.@"),
    ("", "$$(@)"),
]


@pytest.mark.parametrize(("language", "text"), READS)
def test_a_read(language: str, text: str) -> None:
    text = text.replace("@", INDEX)
    found = reads(text, language)
    assert [text[start:end] for start, end in found] == [INDEX]
    assert found[0][0] == text.rindex(INDEX)


@pytest.mark.parametrize(("language", "text"), NO_READS)
def test_no_read(language: str, text: str) -> None:
    assert reads(text.replace("@", INDEX), language) == []


def test_all_reads_are_told_up_to_a_limit() -> None:
    assert len(reads(f"echo ${INDEX}\n" * (MOST + 5), "shell")) == MOST
    assert reads(f"${INDEX} # ${INDEX}\n${INDEX}", "shell") == [(1, 21), (47, 67)]


@given(st.text("$#{}()[]'\"=\\ \n@;:-env", max_size=60), st.sampled_from(["shell", "python", "node", ""]))
def test_any_text_is_read_without_an_error(text: str, language: str) -> None:
    text = text.replace("@", INDEX)
    for start, end in reads(text, language):
        assert text[start:end] == INDEX


@pytest.mark.parametrize(
    "text",
    [
        f"#' ${INDEX}" * 30_000,
        f"\n# ${INDEX}" * 30_000,
        "((" * 200_000 + INDEX,
        "\\" * 500_000 + f"${INDEX}",
        f"{INDEX}=" + f"${INDEX}" * 30_000,
        "env(" * 100_000 + f"'{INDEX}'",
    ],
)
def test_hostile_texts_end(text: str) -> None:
    assert len(reads(text, "shell")) <= MOST
