"""What a text looks like, and what a fence's info string says about it."""

import re

_FIRST_LINE = re.compile(r"(?:[ \t]*(?:#[^\n]*|\.{3,}+[ \t]*|…[ \t]*)?\r?\n)*(?P<line>[^\n]*)")
_YAML_LINE = re.compile(r"""[ \t]*(?:---|%YAML|[-{[?]|(?:"[^"\n]*"|'[^'\n]*'|[\w./$-]+)[ \t]*:(?:\s|$))""")
_HEREDOC = re.compile(r"""<<-?[ \t]*["'\\]?[A-Za-z_]""")

_LABELS = {
    "yaml": ("yaml", "yml", "kubernetes", "k8s"),
    "json": ("json",),
    "maybe json": ("jsonc", "json5"),  # may have comments, which Kubernetes' reader does not accept
    "shell": ("bash", "sh", "shell", "zsh", "ksh", "dash", "shellscript"),
    "transcript": ("console", "terminal", "shell-session", "shellsession", "sh-session", "bash-session", "output"),
    "plain": ("text", "txt", "plaintext", "plain", "none", "raw", "code", "nohighlight", "no-highlight"),
}
_KINDS = {label: kind for kind, labels in _LABELS.items() for label in labels}
_WORD = re.compile(r"[a-z][\w.+-]*")


def begins_as_yaml(text: str) -> bool:
    """Return whether the first line with content is YAML or JSON: a key, an item, a bracket, a marker."""
    match = _FIRST_LINE.match(text)
    return match is not None and _YAML_LINE.match(match["line"]) is not None


def find_heredoc(text: str) -> int | None:
    """Return where the first text like `<<EOF` is, or None; `<<: *merged` does not count."""
    match = _HEREDOC.search(text)
    return match.start() if match else None


def language_of(text: str) -> str:
    """Return whether an unlabelled text is "json" or "yaml"."""
    return "json" if text.lstrip()[:1] in ("{", "[") else "yaml"


def label_kind(info: str) -> str:
    """Return the kind of an info string: a key of the table above, "plain" if it is empty, "other" for the rest.

    For example, all of these are YAML: `yaml`, `YAML title="x"`, `yaml{2,4}`, `yaml:x.yaml`, `{.yaml}`,
    `{code-block} yaml` and `job.yaml`.
    """
    words: list[str] = _WORD.findall(info.lower())
    if not words:
        return "plain"
    if not info.lstrip().startswith("{"):
        return _kind(words[0]) if info.lower().lstrip().startswith(words[0]) else "other"
    return next((kind for kind in map(_kind, words) if kind != "other"), "other")


def _kind(word: str) -> str:
    if word.endswith((".yaml", ".yml")):
        return "yaml"
    return "json" if word.endswith(".json") else _KINDS.get(word, "other")
