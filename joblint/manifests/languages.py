"""The languages of the files that joblint reads.

A new one is an entry in LANGUAGES, and a module in embed/ that finds the documents in it; for a language of templates,
a module in template/ with a record of how it is read. The hooks and the VS Code
extension name the languages too; tests/manifests/test_languages.py holds them to this table.
"""

import os


class Language:
    """What joblint knows of a language.

    `suffixes` of its files; `editor_ids`, by which editors of the Language Server Protocol call it; `tag`, by which
    pre-commit does. `finder` is the module and the function that yields the documents embedded in a text of it, empty
    for a language of manifests themselves and of templates; `sign` is what every text has that embeds one. `comments`
    are the marks at which a comment to joblint begins. `is_prose`: its texts are about manifests: a `#` outside of them
    does not begin a comment, and a comment in a manifest may say that something is left out; the finder's module also
    has `code_blocks`, which returns all code in a text. `fence` is its name in Markdown. `dialect` is the module whose
    record DIALECT says how its templates are read (template/dialect.py); empty for what is not a template.
    """

    __slots__ = ("comments", "dialect", "editor_ids", "fence", "finder", "is_prose", "name", "sign", "suffixes", "tag")

    def __init__(
        self,
        name: str,
        suffixes: tuple[str, ...],
        editor_ids: tuple[str, ...],
        *,
        comments: tuple[str, ...] = ("#",),
        dialect: str = "",
        fence: str = "",
        finder: tuple[str, str] | None = None,
        is_prose: bool = False,
        sign: str = "",
        tag: str | None = None,
    ) -> None:
        self.name, self.suffixes, self.editor_ids = name, suffixes, editor_ids
        self.tag = name if tag is None else tag
        self.comments, self.fence = comments, fence or name
        self.finder, self.is_prose, self.sign, self.dialect = finder, is_prose, sign, dialect

    @property
    def embeds(self) -> bool:
        """Whether manifests are embedded in its texts, whole or in part, and its texts are none themselves."""
        return self.finder is not None or self.dialect != ""


def _templates(name: str, editor_ids: tuple[str, ...], ends: tuple[str, ...], comment: str) -> Language:
    """Return a language of templates of YAML and JSON. `ends` are the last suffixes of its files."""
    return Language(
        name,
        tuple(manifest + end for manifest in (".yaml", ".yml", ".json") for end in ends),
        editor_ids,
        comments=("#", comment),
        dialect=f"joblint.manifests.template.{name}",
        fence="yaml",
    )


HELM = "helm"  # Go templates of manifests, as the charts of Helm have them
GO, JINJA, YTT, ERB = "gotmpl", "jinja", "ytt", "erb"
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
            dialect="joblint.manifests.template.gotmpl",
            fence="yaml",
            sign="{{",
            tag="",
        ),
        _templates(GO, ("gotmpl", "go-template"), (".tmpl", ".gotmpl", ".tpl"), "{{/*"),
        _templates(JINJA, ("jinja", "jinja-yaml", "jinja-json"), (".j2", ".jinja", ".jinja2"), "{#"),
        Language(
            YTT,
            (".ytt.yaml", ".ytt.yml"),
            ("ytt",),
            comments=("#", "#!"),
            dialect="joblint.manifests.template.ytt",
            fence="yaml",
            tag="",
        ),
        _templates(ERB, ("erb", "eruby"), (".erb",), "<%#"),
    )
}
TEMPLATES = frozenset(language.name for language in LANGUAGES.values() if language.dialect)
BY_SUFFIX = {suffix: language.name for language in LANGUAGES.values() for suffix in language.suffixes}
BY_EDITOR_ID = {identifier: language.name for language in LANGUAGES.values() for identifier in language.editor_ids}


# The last suffixes of templates of anything.
_ENDS = {
    os.path.splitext(suffix)[1]: language.name
    for language in LANGUAGES.values()
    if language.dialect
    for suffix in language.suffixes
    if language.name not in (HELM, YTT)
}


def language_by_suffix(path: str) -> str:
    """Return the name of the language that a path's suffixes say; empty if they say nothing."""
    name, _, last = path[path.rfind("/") + 1 :].lower().rpartition(".")
    known = BY_SUFFIX.get(f".{last}", "") if name else ""
    if "." in name:
        return BY_SUFFIX.get(f".{name.rpartition('.')[2]}.{last}", known)
    return known


def template_of_something(path: str) -> tuple[str, bool]:
    """Return the language of the templates whose last suffix a path has, empty if none, and if it has another one."""
    stem, last = os.path.splitext(path.lower())
    return _ENDS.get(last, ""), os.path.splitext(stem)[1] != ""


def language_of(path: str) -> str:
    """Return the name of the language that a path's suffixes say; YAML if they say nothing."""
    return language_by_suffix(path) or template_of_something(path)[0] or YAML.name


def embeds(language: str) -> bool:
    """Return whether texts of a language have manifests embedded in them. Raises ValueError for another language."""
    known = LANGUAGES.get(language)
    if known is None:
        raise ValueError(f"`{language}` is not a language that joblint reads: {', '.join(LANGUAGES)}")
    return known.embeds
