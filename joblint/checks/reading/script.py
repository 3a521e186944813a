"""What a container runs: its command and args as one argument list, and the program text among them.

    command: [/bin/bash, -eo, pipefail, -c]      ->  shell "bash", script = args[0]
    args: ["echo $X"]

Only the file's words are read. If `command` is not set, the image's own entrypoint comes first, which is not known.
Sources: POSIX sh and Bash's manual ("Invoking Bash") for the options; pkg/kubelet for how command and args are joined.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from joblint.kube.shellwords import SHELLS
from joblint.rule.value import Value

# Programs that start the program after them, and their options that take a value.
_WRAPPERS: dict[str, tuple[str, ...]] = {
    "busybox": (), "catchsegv": (), "chrt": (), "command": (), "dumb-init": ("-r",), "env": ("-u", "-C"), "exec": (),
    "gosu": (), "ionice": ("-c", "-n"), "nice": ("-n",), "nohup": (), "runuser": ("-u",), "setpriv": (), "stdbuf": (),
    "su-exec": (), "sudo": ("-u", "-g"), "time": (), "timeout": ("-k", "-s"), "tini": ("-p", "-e"), "unbuffer": (),
}  # fmt: skip
_TAKES_WORDS = {"timeout": 1, "gosu": 1, "su-exec": 1, "chrt": 1}  # their own arguments before the program
_CODE_OPTIONS = {
    "python": ("-c",), "node": ("-e", "--eval", "-p", "--print"), "perl": ("-e", "-E"), "ruby": ("-e",),
    "php": ("-r",), "lua": ("-e",), "Rscript": ("-e",), "pwsh": ("-c", "-Command"),
}  # fmt: skip
PYTHON = r"python(?:3(?:\.\d+)?)?"  # programs that are or may be Python 3; not `python2`
LONGEST = 20_000  # characters of a script that are looked at
_SHELL_OPTION_WORDS = ("--rcfile", "--init-file")


# Programs that run or expand their arguments in single quotes, or that have their own variables.
EVALUATORS = SHELLS | {
    "awk", "busybox", "docker", "envsubst", "eval", "find", "flock", "gawk", "gomplate", "gosu", "jq", "kubectl",
    "make", "mawk", "nawk", "node", "oc", "parallel", "perl", "php", "podman", "python", "python3", "ruby", "runuser",
    "script", "ssh", "su", "su-exec", "sudo", "tee", "trap", "watch", "xargs", "yq",
}  # fmt: skip


class Text(NamedTuple):
    """A piece of program text: its value, and the language that reads it.

    `language` is "shell", or an interpreter's name without its version ("python"), or empty: a plain argument.
    """

    value: Value
    language: str


class Program(NamedTuple):
    """What a container runs.

    `argv` are the words of command and args; `entrypoint` says that the image's own program comes before them. `name`
    is the program that is finally run, without wrappers such as `tini --` and without its directory; empty if the file
    does not show it. `texts` are all words that the file shows, each with the language it is read as.
    """

    argv: tuple[Value, ...]
    entrypoint: bool
    name: str
    texts: tuple[Text, ...]

    @property
    def shell(self) -> Text | None:
        """The text that a shell runs, None if there is none or the file does not show it."""
        return next((text for text in self.texts if text.language == "shell"), None)


@lru_cache(maxsize=4)
def program(container: Value) -> Program:
    """Return what a container runs, without opaque words. Raises Opaque if command or args are not known as lists.

    The last results are kept: several rules ask for the same container in a row.
    """
    command, args = container.items("command"), container.items("args")
    argv = (*command, *args)
    words = ["" if value.opaque else str(value.scalar()) for value in argv]
    at = _behind_wrappers(words)
    name = basename(words[at]) if at < len(words) else ""
    code, language = _code(words, at, name)
    if not command and language != "shell":
        name = ""
    texts = tuple(Text(v, language if i == code else "") for i, v in enumerate(argv) if not v.opaque)
    return Program(argv, not command, name, texts)


def basename(word: str) -> str:
    """Return a program's name without its directory."""
    return word.rstrip("/").rpartition("/")[2]


def containers(pod: Value) -> Iterator[Value]:
    """Yield the init containers and containers of a pod, in the order in which they run."""
    yield from pod.items("initContainers")
    yield from pod.items("containers")


def _behind_wrappers(words: list[str]) -> int:
    """Return the index of the word that names the program."""
    at = 0
    while at < len(words) and (name := basename(words[at])) in _WRAPPERS:
        at += 1
        while at < len(words) and (words[at].startswith("-") or (name == "env" and "=" in words[at])):
            at += 2 if words[at] in _WRAPPERS[name] else 1
        at += _TAKES_WORDS.get(name, 0)
    return at


def _code(words: list[str], at: int, name: str) -> tuple[int, str]:
    """Return the index of the word that is program text, and its language; (-1, "") if there is none."""
    if name in SHELLS:
        code = _shell_code(words, at + 1)
        return (code, "shell") if code >= 0 else (-1, "")
    language = interpreter(name)
    options = _CODE_OPTIONS.get(language, ())
    for index in range(at + 1, len(words) - 1):
        option = words[index]
        if option in options or (language == "perl" and _perl_option(option)):
            return index + 1, language
        if not option.startswith("-"):
            break
    return -1, ""


def interpreter(name: str) -> str:
    """Return the name of an interpreter without its version: `python3.11` is python."""
    plain = name.rstrip("0123456789.")
    return {"nodejs": "node", "pypy": "python", "powershell": "pwsh"}.get(plain, plain)


def python_script(words: list[str]) -> int:
    """Return the index of the word that names the file that `python` (words[0]) runs, 0 if it runs none."""
    at = 1
    while at < len(words) and (option := words[at])[:1] == "-":
        if option in ("-c", "-m", "-"):
            return 0
        at += 2 if option in ("-W", "-X") else 1
    return at if at < len(words) else 0


def _perl_option(option: str) -> bool:
    """Return whether an option such as `-ne` or `-lane` is a group that ends with the option for code."""
    return option.startswith("-") and not option.startswith("--") and option[1:].isalpha() and option[-1] in "eE"


def _shell_code(words: list[str], at: int) -> int:
    """Return the index of a shell's command string, -1 if it has none."""
    has_code = False
    while at < len(words) and (option := words[at])[:1] in ("-", "+") and len(option) > 1:
        at += 1
        if option == "--":
            break
        if option.startswith("--"):
            at += option in _SHELL_OPTION_WORDS
            continue
        has_code = has_code or (option[0] == "-" and "c" in option)
        at += option.count("o") + option.count("O")
    return at if has_code and at < len(words) else -1
