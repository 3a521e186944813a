"""The manifests that Kubernetes is asked about: our own, the same ones every time.

`topics/` has tables: manifests (bases.yaml) and what is changed in them (language.py, tables.py). From them come
creates, one or two for each thing that a table says (creates.py), pairs of faults, and updates (updates.py). types.py
adds odd values for every field of the schemas, texts.py what only a text can hold. A new case is a line in a table;
coverage.py tells which places of Kubernetes' code no case has come to.
"""

from conformance.generate.creates import create_cases
from conformance.generate.puts import put_cases
from conformance.generate.updates import update_cases

__all__ = ["create_cases", "put_cases", "update_cases"]
