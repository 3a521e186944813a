"""Fixes as operations on nodes; `edit` turns them into edits of the text."""
