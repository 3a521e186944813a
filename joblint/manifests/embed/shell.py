"""Documents in the here-documents of shell scripts, and of shell code in texts for people.

tree-sitter's grammar of bash decides which `<<` are operators, and what reads their here-documents. It gets the code
with each body blanked out and `<<` written as `<`, because it misreads here-documents if two are on one line or a `;`
follows. No grammar is needed to find where a body ends: at the line that is the delimiter.

Limits: the code is read in windows of about WINDOW characters, because the grammar's error recovery is quadratic on
hostile input; about CODE_LIMIT characters of code are read of one file, and bodies count very little. The report says
where a limit is reached.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from joblint.manifests.embed.block import Block, FrameFlaw, Unread
from joblint.manifests.embed.heredoc import Frame, decode, filled_in
from joblint.manifests.embed.lines import Lines, Word, read_word
from joblint.manifests.embed.look import language_of
from joblint.manifests.relevance import has_manifest_line

if TYPE_CHECKING:
    from tree_sitter import Node

WINDOW = 6_000
MOST_OPERATORS = 100
CODE_LIMIT = 250_000
_TOO_MUCH = f"more than {CODE_LIMIT:,} characters of code around here-documents: the rest of the code is not checked"
_TOO_LONG = f"this command has more than {WINDOW:,} characters: its here-documents are not checked"
_BLANKS_A_CHARACTER = 16  # this many characters of a blanked-out body cost as much as one character of code

_PROMPT = re.compile(
    rb"[ \t]*(?:\[[^\]\n]{1,80}\]|[^\s<>|&;'\"()$#]{0,60}[@:~][^\s<>|&;'\"()$#%]{0,80})?([$#%>])[ \t]+"
)
_BLANK = bytes(10 if byte == 10 else 32 for byte in range(256))
_KUBECTL = frozenset(("kubectl", "oc", "kubecolor", "microk8s.kubectl", "k"))
_VERBS = frozenset(("apply", "create", "replace"))
_MANIFEST_FILE = (".yaml", ".yml", ".json")
_WRITES = (">", ">|", "&>")  # what `>>` appends to a file need not be a document
_STATEMENTS = ("redirected_statement", "pipeline", "command")
_BOUNDARIES = ("command_substitution", "process_substitution", "function_definition", "program")


class Budget:
    """The number of characters of code that the grammar may still read; shared by the fences of one file."""

    __slots__ = ("left",)

    def __init__(self, left: int = CODE_LIMIT) -> None:
        self.left = left


class _Operator(NamedTuple):
    """One `<<`: its offset, its delimiter, its body, the line after the body, and what is wrong with its end."""

    at: int
    word: Word
    frame: Frame
    after: int
    flaw: str


class _Use(NamedTuple):
    """How a here-document is used: the file it is written to, whether kubectl or envsubst reads it."""

    written: str = ""
    applied: bool = False
    filled_in: bool = False


def heredocs(
    text: str, budget: Budget | None = None, prompts: str = "", unread: Unread | None = None
) -> Iterator[Block]:
    """Yield the YAML and JSON documents in the here-documents of a shell text, in order of position.

    `prompts` are the characters that end a prompt, if this is code in a text for people: it may then be a transcript
    with output between the commands, so that the grammar reads single lines better than the whole.
    """
    if "<<" in text:
        budget, unread = budget or Budget(), {} if unread is None else unread
        yield from _Reader(text, budget, prompts, unread).blocks()


class _Reader:
    """Reads one text, window by window. All offsets are those of the text: the code has one byte per character."""

    def __init__(self, text: str, budget: Budget, prompts: str, unread: Unread) -> None:
        from tree_sitter import Language, Parser
        from tree_sitter_bash import language

        self.text, self.budget, self.prompts, self.unread = text, budget, prompts, unread
        self.lines = Lines(text)
        self.code = _ascii(text)
        self.parser = Parser(Language(language()))
        self.rejected: set[int] = set()

    def blocks(self) -> Iterator[Block]:
        line = 0
        while line < self.lines.count:
            after, code, operators = self._window(line)
            self.budget.left -= self._cost(code, operators)
            if self.budget.left < 0:
                self.unread.setdefault(_TOO_MUCH, self.lines.starts[line])
                return
            uses = self._uses(code, self.lines.starts[line], operators)
            if len(uses) < len(operators):
                continue  # one is not an operator, so its supposed body is code: read the same lines again
            for operator, use in zip(operators, uses, strict=True):
                block = self._block(operator, use)
                if block:
                    yield block
            line = after

    def _cost(self, code: bytes, operators: list[_Operator]) -> int:
        bodies = sum(operator.frame.end - operator.frame.start for operator in operators)
        return len(code) - bodies + bodies // _BLANKS_A_CHARACTER if operators else 0

    def _window(self, line: int) -> tuple[int, bytes, list[_Operator]]:
        """Return the line after the next window, its code with bodies blanked out, and the operators in it."""
        start, size = self.lines.starts[line], 0
        operators: list[_Operator] = []
        code = bytearray()
        while line < self.lines.count and size < WINDOW and len(operators) < MOST_OPERATORS:
            begin, after = self.lines.starts[line], self.lines.logical_end(line)
            end = self.lines.starts[after]
            size += end - begin
            if end - begin > WINDOW:
                if b"<<" in self.code[begin:end]:
                    self.unread.setdefault(_TOO_LONG, begin)
                code += self.code[begin:end].translate(_BLANK)
                line = after
                continue
            code += self.code[begin:end]
            for operator in self._operators(code, begin, end, after):
                operators.append(operator)
                word = operator.word
                code[operator.at + 1 - start : word.start - start] = b" " * (word.start - operator.at - 1)
                after = operator.after
            if operators and operators[-1].after == after:
                self._unprompt(code, begin - start)
                code += self.code[end : self.lines.starts[after]].translate(_BLANK)
            line = after
        return line, bytes(code), operators

    def _operators(self, code: bytearray, begin: int, end: int, after: int) -> Iterator[_Operator]:
        """Yield possible operators on the last line of a window's code; their bodies start at the line `after`."""
        at = self.code.find(b"<<", begin, end)
        while at >= 0:
            following = self.code[at + 2 : at + 3]
            width = 3 if following and following in b"<-=" else 2
            word = None if following and following in b"<=" else read_word(self.text, at + width, end)
            if word and at not in self.rejected and not self._commented(begin, at) and self.budget.left >= 0:
                operator = self._operator(at, word, after, tabs=width == 3)
                if operator.frame.end < len(self.text) or self._swallows(bytes(code), begin, end, operator):
                    after = operator.after
                    yield operator
            at = self.code.find(b"<<", word.end if word else at + width, end)

    def _operator(self, at: int, word: Word, line: int, *, tabs: bool) -> _Operator:
        ending = self.lines.ending(word.text, line, tabs=tabs, joins=not word.quoted, prompts=bool(self.prompts))
        start, end = self.lines.starts[line], self.lines.starts[ending.line]
        frame = Frame(start, end, word.text, quoted=word.quoted, tabs=tabs, prompt=ending.prompt)
        return _Operator(at, word, frame, ending.after, ending.flaw)

    def _commented(self, begin: int, at: int) -> bool:
        """Return whether the line is a comment; in a transcript, a `#` at its start is the prompt of root."""
        return "#" not in self.prompts and self.code[begin:at].lstrip()[:1] == b"#"

    def _unprompt(self, code: bytearray, at: int) -> None:
        """Blank out the prompt at the start of a line."""
        match = _PROMPT.match(code, at) if self.prompts else None
        if match and match[1].decode() in self.prompts:
            code[at : match.end()] = b" " * (match.end() - at)

    def _uses(self, code: bytes, base: int, operators: list[_Operator]) -> list[_Use]:
        """Return the use of each operator, up to the first that is not one, which is rejected."""
        root = self.parser.parse(code).root_node if operators else None
        uses: list[_Use] = []
        for operator in operators:
            assert root is not None
            offset, redirect = base, _redirect(root, operator.at - base)
            if redirect is None and not operator.flaw and (self.prompts or root.has_error):
                offset = self.lines.starts[self.lines.line_of(operator.at)]
                redirect = self._alone(code[offset - base : operator.frame.start - base], offset, operator)
            if redirect is None:
                self.rejected.add(operator.at)
                break
            uses.append(self._use(redirect, offset))
        return uses

    def _swallows(self, code: bytes, begin: int, end: int, operator: _Operator) -> bool:
        """Return whether `<<` without an end is an operator, not a shift, or in a comment or in a multi-line string."""
        if not self._alone(code[len(code) - (end - begin) :], begin, operator):
            return False
        below = self.code[end : end + WINDOW]
        return self._alone(code + below, end - len(code), operator) is not None

    def _alone(self, code: bytes, base: int, operator: _Operator) -> "Node | None":
        """Return the redirection if only some of the code is parsed: output around it can have unbalanced quotes."""
        self.budget.left -= len(code)
        at = operator.at - base
        line = code[: at + 1] + b" " * (operator.word.start - operator.at - 1) + code[operator.word.start - base :]
        return _redirect(self.parser.parse(line).root_node, at)

    def _use(self, redirect: "Node", base: int) -> _Use:
        """Return how the content of a redirection is used, according to the statements and pipelines around it."""
        use, at = _Use(), redirect.start_byte
        node = redirect.parent
        while node is not None and node.type not in _BOUNDARIES:
            if node.type in _STATEMENTS:
                self.budget.left -= node.child_count
                consumer = node.type == "redirected_statement"
                for child in node.children:
                    if child.start_byte > at or (consumer and child.end_byte <= at):
                        use = self._with(use, child, base)
            node = node.parent
        return use

    def _with(self, use: _Use, node: "Node", base: int) -> _Use:
        """Return a use together with what a part of a statement adds: a file that is written, a command that reads."""
        while node.type in ("pipeline", "list"):
            node = node.children[-1]
        if node.type == "file_redirect":
            target = node.child_by_field_name("destination")
            if target is None or use.written or not any(child.type in _WRITES for child in node.children):
                return use
            return use._replace(written=_unquoted(self.text[base + target.start_byte : base + target.end_byte]))
        if node.type == "redirected_statement":
            for child in node.children:
                use = self._with(use, child, base)
        if node.type != "command":
            return use
        words = self.text[base + node.start_byte : base + node.end_byte].split()
        files = words[words.index("tee") + 1 :] if "tee" in words[:3] else []
        file = next((word for word in files if word[0] not in "-<>"), "")
        applied = not _KUBECTL.isdisjoint(words[:3]) and not _VERBS.isdisjoint(words)
        return _Use(use.written or _unquoted(file), use.applied or applied, use.filled_in or "envsubst" in words[:2])

    def _block(self, operator: _Operator, use: _Use) -> Block | None:
        """Return the document of an operator; None if nothing shows that it is a manifest."""
        frame = operator.frame
        is_file = use.written.lower().endswith(_MANIFEST_FILE)
        segments = decode(self.text, frame)
        if not segments.text.strip() or not (is_file or use.applied or has_manifest_line(segments.text)):
            return None
        if use.filled_in:
            segments = segments._replace(frozen=segments.frozen or filled_in(segments.text))
        language = "json" if use.written.lower().endswith(".json") else language_of(segments.text)
        flaw = (FrameFlaw(operator.word.start, operator.word.end, operator.flaw),) if operator.flaw else ()
        guess = not (is_file or use.applied)
        return Block(segments.text, segments, language, "heredoc", use.written, segments.frozen, flaw, guess)


def _redirect(root: "Node", at: int) -> "Node | None":
    """Return the redirection whose `<` is at an offset; None if the grammar finds none there."""
    token = root.descendant_for_byte_range(at, at + 1)
    parent = token.parent if token is not None and token.type == "<" else None
    return parent if parent is not None and parent.type == "file_redirect" else None


def _unquoted(word: str) -> str:
    return word.replace('"', "").replace("'", "")


def _ascii(text: str) -> bytes:
    """Return the text with one byte per character, so that offsets are the same, and with plain line feeds."""
    code = text.encode("ascii", "replace").replace(b"\0", b"?")
    if b"\r\n" in code:
        code = code.replace(b"\\\r\n", b" \\\n").replace(b"\r\n", b" \n")
    return b" " + code[1:] if text.startswith("\ufeff") else code
