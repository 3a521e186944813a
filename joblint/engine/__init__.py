"""One run: sources in, findings out, and the fixes that were tried."""
