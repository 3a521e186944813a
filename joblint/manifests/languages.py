"""The languages of the files that joblint reads.

A new one is an entry in LANGUAGES, and a module in embed/ that finds the documents in it. The hooks and the VS Code
extension name the languages too; tests/manifests/test_languages.py holds them to this table.
"""

import os


class Language:
    """What joblint knows of a language.

    `suffixes` of its files; `editor_ids`, by which editors of the Language Server Protocol call it; `tag`, by which
    pre-commit does. `finder` is the module and the function that yields the documents embedded in a text of it, empty
    for a language of manifests themselves; `sign` is what every text has that embeds one. `comments` are the marks at
    which a comment to joblint begins. `is_prose`: its texts are about manifests: a `#` outside of them does not begin
    a comment, and a comment in a manifest may say that something is left out; the finder's module also has
    `code_blocks`, which returns all code in a text. `fence` is its name in Markdown.
    """

    __slots__ = ("comments", "editor_ids", "fence", "finder", "is_prose", "name", "sign", "suffixes", "tag")

    def __init__(
        self,
        name: str,
        suffixes: tuple[str, ...],
        editor_ids: tuple[str, ...],
        *,
        comments: tuple[str, ...] = ("#",),
        fence: str = "",
        finder: tuple[str, str] | None = None,
        is_prose: bool = False,
        sign: str = "",
        tag: str | None = None,
    ) -> None:
        self.name, self.suffixes, self.editor_ids = name, suffixes, editor_ids
        self.tag = name if tag is None else tag
        self.comments, self.fence = comments, fence or name
        self.finder, self.is_prose, self.sign = finder, is_prose, sign

    @property
    def embeds(self) -> bool:
        """Whether manifests are embedded in its texts, whole or in part, and its texts are none themselves."""
        return self.finder is not None


HELM = "helm"  # Go templates of manifests, as the charts of Helm have them
YAML = Language("yaml", (".yaml", ".yml"), ("yaml", "yml"))
LANGUAGES = {
    language.name: language
    for language in (
        YAML,
        Language("json", (".json",), ("json", "jsonc")),
        Language(
            "markdown",
            (".md", ".markdown"),
            ("markdown",),
            comments=("#", "<!--"),
            finder=("joblint.manifests.embed.markdown", "fences"),
            is_prose=True,
        ),
        Language(
            "shell",
            (".sh", ".bash"),
            ("shellscript", "sh", "bash", "zsh"),
            fence="sh",
            finder=("joblint.manifests.embed.shell", "heredocs"),
            sign="<<",
        ),
        Language(
            "rst",
            (".rst",),
            ("restructuredtext", "rst"),
            comments=("#", ".."),
            finder=("joblint.manifests.embed.rst", "literals"),
            is_prose=True,
        ),
        Language(
            HELM,
            (".tpl",),
            ("helm",),
            comments=("#", "{{/*"),
            fence="yaml",
            finder=("joblint.manifests.template.blocks", "blocks"),
            sign="{{",
            tag="",
        ),
    )
}
BY_SUFFIX = {suffix: language.name for language in LANGUAGES.values() for suffix in language.suffixes}
BY_EDITOR_ID = {identifier: language.name for language in LANGUAGES.values() for identifier in language.editor_ids}


def language_of(path: str) -> str:
    """Return the name of the language that a path's suffix says; YAML where it says nothing."""
    return BY_SUFFIX.get(os.path.splitext(path)[1].lower(), YAML.name)


def embeds(language: str) -> bool:
    """Return whether texts of a language have manifests embedded in them. Raises ValueError for another language."""
    known = LANGUAGES.get(language)
    if known is None:
        raise ValueError(f"`{language}` is not a language that joblint reads: {', '.join(LANGUAGES)}")
    return known.embeds
