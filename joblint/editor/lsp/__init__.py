"""The language server: `joblint lsp`. It is the only code that uses pygls and lsprotocol, and it only adapts.

Findings come from the engine, everything else that an editor shows from joblint/editor.

An open text is split into its YAML documents, and the findings of each are kept: an edit costs no more than the
document that it is in. While a document does not parse, because the author is typing in it, the earlier findings on
lines that have not changed are kept, and move with these lines (held.py).
"""
