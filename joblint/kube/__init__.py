"""Kubernetes' small grammars: pure functions over strings, which know nothing of the rest of joblint."""
