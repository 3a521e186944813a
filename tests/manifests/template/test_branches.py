"""Which branches an offset is in."""

from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.template.branches import Branches, BranchOf, spans
from joblint.manifests.template.parse import parse
from joblint.manifests.template.variants import Template

PIECES = st.recursive(
    st.sampled_from(["x", "\n", "{{ .a }}"]),
    lambda inner: (
        st.builds(
            lambda kind, one, two, with_else: (
                f"{{{{ {kind} .a }}}}{one}{f'{{{{ else }}}}{two}' if with_else else ''}{{{{ end }}}}"
            ),
            st.sampled_from(["if", "with", "range"]),
            inner,
            inner,
            st.booleans(),
        )
        | st.lists(inner, max_size=3).map("".join)
    ),
    max_leaves=12,
)


@given(PIECES)
def test_against_a_search_of_all(text: str) -> None:
    branches = Template(text, parse(text)).places
    made = Branches(branches)
    for offset in range(len(text) + 1):
        expected = [branch for branch in branches if _holds(branch, offset)]
        assert [*made.around(offset)] == expected


def _holds(branch: BranchOf, offset: int) -> bool:
    start, end = [*spans(branch.control)][branch.number]
    return start <= offset < end
