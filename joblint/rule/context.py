"""What a check can use apart from its value."""

from joblint.kube.minors.minor import Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.manifests.yaml.tree import Node
from joblint.rule.settings import NAMESPACE, Options
from joblint.rule.value import Value


class Context:
    """What a check can use apart from its value: the minor's facts, the object, its manifest, the other objects.

    If the manifest is applied over an existing object, `live` is that object, `old` the manifest that it was created
    from, and `root` the result. `options` are the rules' options that are not at their defaults; `namespace` is that of
    the request, for objects that have none.
    """

    __slots__ = ("corpus", "facts", "kind", "live", "manifest", "namespace", "old", "options", "root", "words")

    def __init__(
        self,
        facts: Facts,
        root: Value,
        kind: str,
        manifest: Manifest,
        corpus: Corpus,
        options: Options,
        namespace: str = NAMESPACE,
    ) -> None:
        self.options, self.namespace = options, namespace
        self.facts, self.root, self.kind, self.manifest, self.corpus = facts, root, kind, manifest, corpus
        self.live: Value | None = None
        self.old: Manifest | None = None
        self.words: dict[str, bool] = {}  # whether a word is in the object's text, for words that were searched for

    def text_at(self, node: Node) -> str:
        """Return the source text of a node."""
        return self.manifest.document.text[node.start : node.end]
