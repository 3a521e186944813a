"""Editor features for manifests: pure functions of a text and an offset, independent of any editor's protocol.

Offsets count code points of the whole file, as everywhere in joblint. Nothing here raises, for any text and any offset.
"""
