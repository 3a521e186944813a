"""What an editor asks of a manifest: pure functions of a text and an offset. Nothing here knows any editor's protocol.

Offsets count code points of the whole file, as everywhere in joblint. Nothing here raises on any text, at any offset.
"""
