"""What the tests of joblint/checks share: a Job with something in it, and the words at which something is found."""

import joblint
from joblint.rule.finding import Finding
from tests.support import in_spec


def job(container: str = "", spec: str = "backoffLimit: 6") -> str:
    """A Job with something in its spec, line 6, and its container, line 14; further lines come with their indents."""
    return in_spec(spec) + f"        {container}\n"


def indexed(container: str) -> str:
    """An Indexed Job; its container's lines begin on line 15."""
    return job(container, "completions: 3\n  completionMode: Indexed")


def script(text: str, env: str = "") -> str:
    """A container's lines: a script in a block scalar whose first line is line 17 of the Job."""
    body = "".join(f"\n            {line}" for line in text.split("\n"))
    return f"command:\n        - sh\n        - -c\n        - |{body}" + (f"\n        env: {env}" if env else "")


def shown(text: str, found: Finding) -> str:
    """What a finding points at, on its line."""
    assert found.line == found.end_line
    return text.splitlines()[found.line - 1][found.column - 1 : found.end_column - 1]


def lint(text: str, *options: str, kube_version: str = "1.37") -> list[tuple[str, str, str]]:
    found = joblint.lint(text, extend_select=options, kube_version=kube_version)
    return [(f.rule, f.effect, shown(text, f)) for f in found]
