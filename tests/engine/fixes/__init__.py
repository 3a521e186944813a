"""Fixes do no harm: what the operation says is all that changes, as ruamel.yaml sees it."""
