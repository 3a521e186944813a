"""The engine: from sources and settings to findings, with fixes that were tried."""
