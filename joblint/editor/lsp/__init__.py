"""The language server: `joblint lsp`. It alone knows pygls and lsprotocol, and it only adapts.

What is said of a file comes from the engine, what an editor shows beside from joblint/editor.

An open text is cut into its YAML documents, and what was found in each is kept: an edit costs no more than the document
that it is in. While a document cannot be read, because somebody is typing in it, what was found before stays for the
lines that are as they were then, and moves along with them (held.py).
"""
