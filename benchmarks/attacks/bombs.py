"""Small texts that expand to large ones."""

from collections.abc import Iterator

from benchmarks.attacks.case import FOUND, SPEC, Case

DEEP = "nested more than 500 levels deep"  # joblint's own message, the same with every release of libyaml


def cases() -> Iterator[Case]:
    levels = "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 30))
    yield Case("alias bomb", f"x0: &x0 a\n{levels}{SPEC}", FOUND, "oversized-object")
    merges = "".join(f"x{i}: &x{i}\n  <<: [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 30))
    yield Case("merge bomb", f"x0: &x0 {{a: 1}}\n{merges}{SPEC}spec: {{<<: *x29}}\n", FOUND)
    aliased = "".join(f"  l{i}: &l{i} {{a: *l{i - 1}, b: *l{i - 1}}}\n" for i in range(1, 60))
    yield Case("aliases that double", f"{SPEC}x:\n  l0: &l0 a\n{aliased}", FOUND)
    yield Case("anchor in itself", f"{SPEC}x: &x [*x]\n", FOUND)
    yield Case("100,000 levels of flow", f"{SPEC}x: {'[' * 100_000}", FOUND, DEEP)
    yield Case("100,000 levels of braces", f"{SPEC}x: {'{a: ' * 100_000}", FOUND, DEEP)
    yield Case("100,000 closed levels", f"{SPEC}x: {'[' * 100_000}{']' * 100_000}\n", FOUND, DEEP)
    blocks = "".join(f"{' ' * i}a:\n" for i in range(3000))
    yield Case("3,000 levels of blocks", f"{blocks}{' ' * 3000}kind: Job\n", FOUND, DEEP)
    yield Case("3,000 lists in lists", f"kind: Job\nx:\n{'- ' * 3000}a\n", FOUND, DEEP)
    yield Case("100,000 levels of JSON", '{"kind": "Job", "a": ' + '{"a": ' * 100_000, FOUND, DEEP, "a.json")
    yield Case("List in List", "kind: List\nitems: [" * 400 + SPEC.replace("\n", " "), FOUND)
