"""Fixes as operations on nodes; `edit` writes them into the text."""
