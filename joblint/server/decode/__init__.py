"""From a document to typed values: types, unknown fields, identity, and what the author probably meant."""
