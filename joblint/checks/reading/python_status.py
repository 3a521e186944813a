"""Which exit codes a Python script can end with, as far as its text shows: a set that is never too small.

Sets are those of status.py. An exception can come from nearly every line, so 0 and 1 are always among the codes; it is
not checked which lines are reached. The codes are not known if a module is imported that may end the process.
Sources: Python's documentation of sys.exit and SystemExit; Python/pythonrun.c (handle_system_exit: an integer is the
code, None is 0, anything else is printed, and the code is 1).
"""

import ast

from joblint.checks.reading.python import tree
from joblint.checks.reading.status import ANY, FAILED, FLUSH_FAILED, OK, Unseen

_BYTE = 0xFF
_LARGEST = 1 << 31
_EXITS = frozenset(("_exit", "exit", "quit"))
# Modules that do not end or replace the process by themselves.
_MODULES = frozenset(
    ("__future__", "asyncio", "base64", "boto3", "botocore", "collections", "concurrent", "configparser", "contextlib",
     "copy", "csv", "dataclasses", "datetime", "decimal", "email", "enum", "errno", "ftplib", "functools", "glob",
     "gzip", "hashlib", "hmac", "html", "http", "io", "itertools", "json", "logging", "math", "numpy", "operator",
     "os", "pandas", "pathlib", "platform", "psycopg2", "pymongo", "pymysql", "queue", "random", "re", "redis",
     "requests", "secrets", "shutil", "smtplib", "socket", "sqlite3", "ssl", "statistics", "string", "struct",
     "subprocess", "sys", "tarfile", "tempfile", "textwrap", "threading", "time", "traceback", "typing", "urllib",
     "uuid", "warnings", "xml", "yaml", "zipfile", "zlib")
)  # fmt: skip
# Names that can end a process or run code in ways that the text does not show: in any module, or as plain names only.
_UNSEEN = frozenset(
    ("SystemExit", "__builtins__", "__dict__", "__import__", "abort", "atexit", "builtins", "execl", "execle", "execlp",
     "execlpe", "execv", "execve", "execvp", "execvpe", "fork", "forkpty", "kill", "killpg", "modules")
)  # fmt: skip
_UNSEEN_ALONE = frozenset(("compile", "eval", "exec", "getattr", "globals", "locals", "setattr", "vars"))


def statuses(text: str) -> int | None:
    """Return the codes that a script can end with; None if they are not known."""
    module = tree(text)
    if module is None:
        return None
    try:
        return _Script(module).result()
    except (Unseen, RecursionError):
        return None


class _Script:
    """The ways in which the process can end, and the functions whose results may be exit codes."""

    __slots__ = ("functions", "module", "names")

    def __init__(self, module: ast.Module) -> None:
        self.module = module
        self.functions: dict[str, ast.FunctionDef] = {}
        self.names: set[str] = set()  # names that are assigned somewhere: they may no longer be functions
        for node in ast.walk(module):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.names.add(node.id)
            elif isinstance(node, ast.arg):
                self.names.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if node.name in self.functions or not isinstance(node, ast.FunctionDef) or node.decorator_list:
                    self.names.add(node.name)
                else:
                    self.functions[node.name] = node

    def result(self) -> int:
        codes, known = OK | FAILED | 1 << FLUSH_FAILED, set[int]()
        for node in ast.walk(self.module):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                _check_import(node)
            elif isinstance(node, ast.Call) and _name(node.func) in _EXITS | {"SystemExit"}:
                known.add(id(node.func))
                codes |= self.ended(node)
            elif isinstance(node, ast.Raise) and node.exc is not None and _name(node.exc) == "SystemExit":
                known.add(id(node.exc))
            elif isinstance(node, ast.ExceptHandler) and node.type is not None:
                known |= {id(inner) for inner in ast.walk(node.type)}
            elif isinstance(node, (ast.Name, ast.Attribute)):
                self.check_name(node, known)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in _EXITS:
                raise Unseen
        return codes

    def check_name(self, node: ast.Name | ast.Attribute, known: set[int]) -> None:
        """Raise Unseen if a name that may end the process is used other than in the known ways."""
        name = _name(node)
        unseen = name in _UNSEEN or name in _EXITS or (isinstance(node, ast.Name) and name in _UNSEEN_ALONE)
        if id(node) not in known and unseen:
            raise Unseen

    def ended(self, call: ast.Call) -> int:
        """Return the codes of `sys.exit(…)` and similar calls."""
        if call.keywords or len(call.args) > 1:
            raise Unseen
        called: list[str] = []
        codes = self.codes(call.args[0], called) if call.args else OK
        asked: set[str] = set()  # each function once: they may call each other
        while called and codes != ANY:
            if (name := called.pop()) not in asked:
                asked.add(name)
                codes |= self.returned(name, called)
        return codes

    def codes(self, value: ast.expr, called: list[str]) -> int:
        """Return the exit codes of an exit with this value; functions whose result it may be are added to `called`."""
        if isinstance(value, ast.Constant):
            return _code(value.value)
        if isinstance(value, ast.UnaryOp):
            if isinstance(value.op, ast.Not):
                return OK | FAILED
            inner = value.operand
            if isinstance(value.op, ast.USub) and isinstance(inner, ast.Constant) and isinstance(inner.value, int):
                return _code(-inner.value)
        if isinstance(value, ast.Compare):
            return OK | FAILED
        if isinstance(value, ast.IfExp):
            return self.codes(value.body, called) | self.codes(value.orelse, called)
        if isinstance(value, ast.JoinedStr):
            return FAILED
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            called.append(value.func.id)
            return 0
        return ANY

    def returned(self, name: str, called: list[str]) -> int:
        """Return the codes of what a function of the script returns, with None if it reaches its end."""
        function = self.functions.get(name)
        if function is None or name in self.names:
            return OK | FAILED if name == "bool" and name not in self.names else ANY
        codes = OK
        for node in ast.walk(function):
            if isinstance(node, (ast.Yield, ast.YieldFrom)):
                return ANY
            if isinstance(node, ast.Return) and node.value is not None:
                codes |= self.codes(node.value, called)
        return codes


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name, empty for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _code(value: object) -> int:
    """Return the codes of an exit with a constant."""
    if value is None:
        return OK
    if isinstance(value, int):  # True is 1
        return 1 << (value & _BYTE) if abs(value) < _LARGEST else ANY
    return FAILED


def _check_import(node: ast.Import | ast.ImportFrom) -> None:
    """Raise Unseen for a module that is not known, and for an alias that would hide a known way to exit."""
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    if any(module.partition(".")[0] not in _MODULES for module in modules):
        raise Unseen
    if isinstance(node, ast.ImportFrom):
        if node.level:
            raise Unseen
        for alias in node.names:
            if alias.name == "*" or alias.name in _UNSEEN or (alias.name in _EXITS and alias.asname):
                raise Unseen
