"""Adapt the features of joblint/editor to the protocol: all that is shown in addition to findings."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lsprotocol import types

from joblint.editor import complete, completion, hover, lens, links, outline
from joblint.editor.lsp import kept
from joblint.editor.lsp.desk import Desk, Item
from joblint.editor.lsp.judging import speaks
from joblint.editor.lsp.positions import Positions
from joblint.editor.lsp.reporting import Reporting
from joblint.editor.lsp.texts import split, uri_of
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.rule.settings import Settings

Where = types.HoverParams | types.CompletionParams | types.DefinitionParams | types.ReferenceParams

TRIGGERS = (" ",)  # a blank after `key:` or `-`; editors request completion on letters anyway
_WORD = re.compile(r"[\w.-]+")
_KINDS = {
    completion.FIELD: types.CompletionItemKind.Field,
    completion.ENUM: types.CompletionItemKind.EnumMember,
    completion.REFERENCE: types.CompletionItemKind.Reference,
    completion.SNIPPET: types.CompletionItemKind.Snippet,
}
_SYMBOLS = {
    outline.OBJECT: types.SymbolKind.Object,
    outline.CONTAINER: types.SymbolKind.Module,
    outline.VOLUME: types.SymbolKind.File,
}


class FeatureSupport(NamedTuple):
    """What the client supports."""

    snippets: bool = False
    markdown: bool = True
    tree: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> "FeatureSupport":
        """Return the support that a client declares."""
        text = capabilities.text_document
        completion = text.completion.completion_item if text and text.completion else None
        symbols = text.document_symbol if text else None
        shown = text.hover.content_format if text and text.hover else None
        return cls(
            bool(completion and completion.snippet_support),
            types.MarkupKind.Markdown in (shown or (types.MarkupKind.Markdown,)),
            bool(symbols and symbols.hierarchical_document_symbol_support),
        )


class Shown:
    """What is kept for one text."""

    def __init__(self) -> None:
        self.lenses = kept.Kept(lens.of_document, kept.lens)
        self.symbols = kept.Kept(outline.symbols_of, kept.symbol)
        self.foldings = kept.Kept(outline.foldings_of, kept.folding)


class Features:
    """Answers the requests for the texts of a desk."""

    def __init__(self, desk: Desk, reporting: Reporting) -> None:
        self.desk, self.reporting = desk, reporting
        self.can = FeatureSupport()

    def _about(self, identifier: types.TextDocumentIdentifier) -> tuple[Item, Settings] | None:
        """Return an open text and its settings; None if it is not checked."""
        item = self.desk.items.get(identifier.uri)
        settings = self.desk.settings(item) if item is not None else None
        return (item, settings) if item is not None and settings is not None else None

    def _at(self, params: Where) -> tuple[Item, Settings, int] | None:
        about = self._about(params.text_document)
        if about is None:
            return None
        return *about, self.desk.positions(about[0]).offset(about[0].text.source, params.position)

    # -- at a place

    def hovered(self, params: types.HoverParams) -> types.Hover | None:
        """Return what a field or a value means."""
        found = self._at(params)
        if found is None or not speaks(found[0].text.source):
            return None
        item, settings, offset = found
        said = hover.hover(item.text.source, offset, settings, datetime.now(UTC))
        if said is None:
            return None
        span = self.desk.positions(item).span(item.text.source, said.start, said.end)
        return types.Hover(self._markup(said.text), span)

    def completions(self, params: types.CompletionParams) -> types.CompletionList | None:
        """Return the completions at a place."""
        found = self._at(params)
        if found is None:
            return None
        item, settings, offset = found
        source = item.text.source
        if "onfigMap" in source.text or "ecret" in source.text:
            self.reporting.explore()  # finds names in other files, for the next time
        corpus = Corpus([source], self.desk.library.others(item.text.path))
        offered = complete.complete(source, offset, settings, corpus=corpus)
        positions = self.desk.positions(item)
        return types.CompletionList(False, [self._item(one, positions, source) for one in offered])

    def _item(self, one: completion.Completion, positions: Positions, source: Source) -> types.CompletionItem:
        snippet = self.can.snippets and one.plain != one.text
        span = positions.span(source, one.start, one.end)
        return types.CompletionItem(
            label=one.label,
            kind=_KINDS[one.kind],
            detail=one.detail or None,
            documentation=self._markup(one.documentation) if one.documentation else None,
            sort_text=f"{one.order}{one.label}",
            filter_text=one.match,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else types.InsertTextFormat.PlainText,
            insert_text_mode=types.InsertTextMode.AsIs,
            text_edit=types.TextEdit(span, one.text if snippet else one.plain),
        )

    async def definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        """Return where the name at a place is defined."""
        found = await self._with_others(params)
        if found is None:
            return None
        item, settings, offset, corpus = found
        return self._locations(links.definitions(item.text.source, offset, settings, corpus))

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        """Return where the name at a place is used."""
        found = await self._with_others(params)
        if found is None:
            return None
        item, settings, offset, corpus = found
        declaration = params.context.include_declaration
        return self._locations(links.references(item.text.source, offset, settings, corpus, declaration=declaration))

    async def _with_others(self, params: Where) -> tuple[Item, Settings, int, Corpus] | None:
        """Return the place, and all files that contain the word there."""
        found = self._at(params)
        if found is None:
            return None
        item, _, offset = found
        source = item.text.source
        line = source.lines[source.position(offset)[0] - 1]
        words = (word for word in _WORD.finditer(source.text, line) if word.end() >= offset)
        word = next(words, None)
        if word is None or word.start() > offset:
            return None
        await self.desk.library.walk(self.desk.folders.all())
        opened = [one.text.source for one in self.desk.items.values() if one is not item]
        others = self.desk.library.having(word[0], {item.text.path, *(one.path for one in opened)})
        return *found, Corpus([source, *(one for one in opened if word[0] in one.text), *others])

    def _locations(self, found: Iterable[links.Location]) -> list[types.Location]:
        opened = {item.text.path: item for item in self.desk.items.values()}
        made, known = [], dict[int, Positions]()
        for source, start, end in found:
            item = opened.get(source.path)
            positions = known.get(id(source))
            if positions is None:
                lines = item.text.lines if item is not None else split(source.text)
                positions = known[id(source)] = Positions(lines, self.desk.encoding)
            uri = item.text.uri if item is not None else uri_of(source.path)
            made.append(types.Location(uri, positions.span(source, start, end)))
        return made

    # -- of the whole text

    def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        """Return the lenses, which say what each Job does."""
        about = self._about(params.text_document)
        if about is None or not speaks(about[0].text.source):
            return None
        item, settings = about
        source, positions, now = item.text.source, self.desk.positions(item), datetime.now(UTC)
        minute = now.replace(second=0, microsecond=0)  # the next runs can change every minute
        found = self._shown(item).lenses.all(documents(source), settings, now, given=(minute, id(settings)))
        return [types.CodeLens(positions.span(source, one.at, one.at), types.Command(one.text, "")) for one in found]

    def symbols(
        self, params: types.DocumentSymbolParams
    ) -> Sequence[types.DocumentSymbol] | Sequence[types.SymbolInformation] | None:
        """Return the objects, containers and volumes."""
        about = self._about(params.text_document)
        if about is None or not speaks(about[0].text.source):
            return None
        item = about[0]
        found = self._shown(item).symbols.all(documents(item.text.source))
        positions = self.desk.positions(item)
        if self.can.tree:
            return [_tree(one, positions, item.text.source) for one in found]
        return [flat for one in found for flat in _flat(one, positions, item, "")]

    def foldings(self, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        """Return the ranges that can be folded."""
        about = self._about(params.text_document)
        if about is None or not speaks(about[0].text.source):
            return None
        source, made = about[0].text.source, []
        for one in self._shown(about[0]).foldings.all(documents(source)):
            first, last = source.position(one.start)[0] - 1, source.position(max(one.end - 1, 0))[0] - 1
            if last > first:
                made.append(types.FoldingRange(first, last))
        return made

    def _shown(self, item: Item) -> Shown:
        if not isinstance(item.shown, Shown):
            item.shown = Shown()
        return item.shown

    def _markup(self, text: str) -> types.MarkupContent:
        return types.MarkupContent(types.MarkupKind.Markdown if self.can.markdown else types.MarkupKind.PlainText, text)


def _tree(one: outline.Symbol, positions: Positions, source: Source) -> types.DocumentSymbol:
    start, end = one.start, max(one.end, one.name_end)
    inside = start <= one.name_start
    name = (one.name_start, one.name_end) if inside else (start, start)  # an alias has its name elsewhere
    return types.DocumentSymbol(
        name=one.name or one.what,
        kind=_SYMBOLS[one.what],
        range=positions.span(source, start, end),
        selection_range=positions.span(source, *name),
        detail=one.detail or None,
        children=[_tree(child, positions, source) for child in one.children] or None,
    )


def _flat(one: outline.Symbol, positions: Positions, item: Item, above: str) -> Iterable[types.SymbolInformation]:
    where = types.Location(item.text.uri, positions.span(item.text.source, one.start, one.end))
    yield types.SymbolInformation(where, one.name or one.what, _SYMBOLS[one.what], container_name=above or None)
    for child in one.children:
        yield from _flat(child, positions, item, one.name)
