"""The manifests that Kubernetes is asked about: our own, the same ones every time.

`topics/` has tables that change manifests (bases.yaml); language.py and tables.py read them. They produce creates, one
or two for each thing that a table says (creates.py), pairs of mistakes, and updates (updates.py). types.py adds odd
values for every field of the schemas, and texts.py adds what only a text can contain. To add a case, add a line to a
table; coverage.py lists the places of Kubernetes' code that no case has reached.
"""

from conformance.generate.creates import create_cases
from conformance.generate.puts import put_cases
from conformance.generate.updates import update_cases

__all__ = ["create_cases", "put_cases", "update_cases"]
