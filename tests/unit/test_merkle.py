"""The tree of RFC 6962 against its reference vectors, its own definition, and proofs that were tampered with."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.merkle import EMPTY, Tree, consistent, included, leaf_hash, node_hash, root_by, root_of

# The data and the roots of its first 1 … 8 leaves, of the reference implementation of RFC 6962.
DATA = tuple(map(bytes.fromhex, ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")))
DATA = (*DATA, bytes(range(0x60, 0x70)))
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = tuple(leaf_hash(data) for data in DATA)


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def tree_of(count: int) -> Tree:
    return Tree(leaf_hash(str(n).encode()) for n in range(count))


def test_that_the_roots_are_those_of_the_reference_implementation() -> None:
    assert [root_of(LEAVES[:n]).hex() for n in range(1, 9)] == list(ROOTS)


def test_that_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_that_an_entry_cannot_be_passed_off_as_an_inner_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.integers(0, 70))
@settings(max_examples=25, deadline=None)
def test_that_the_root_of_every_size_is_the_one_defined(size: int) -> None:
    tree = tree_of(70)
    assert tree.root(size) == by_definition([tree.leaf(n) for n in range(size)])


def test_that_the_paths_are_those_of_the_example_in_the_rfc() -> None:
    """The hash tree of seven leaves in RFC 6962 §2.1.3, by its own letters."""
    tree = Tree(LEAVES[:7])
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l_ = node_hash(g, h), node_hash(i, j)
    assert tree.inclusion(0) == (b, h, l_)
    assert tree.inclusion(3) == (c, g, l_)
    assert tree.inclusion(4) == (f, j, k)
    assert tree.inclusion(6) == (i, k)
    assert tree.consistency(3) == (c, d, g, l_)
    assert tree.consistency(4) == (l_,)
    assert tree.consistency(6) == (i, j, k)


def test_that_every_leaf_of_every_size_is_proved() -> None:
    tree = tree_of(24)
    for size in range(1, 25):
        for index in range(size):
            assert included(tree.leaf(index), index, size, tree.inclusion(index, size), tree.root(size))


def test_that_every_size_is_consistent_with_every_later_one() -> None:
    tree = tree_of(24)
    for new in range(25):
        for old in range(new + 1):
            assert consistent(old, new, tree.consistency(old, new), tree.root(old), tree.root(new))


@given(st.integers(1, 40), st.integers(0, 39), st.data())
@settings(max_examples=60, deadline=None)
def test_that_no_altered_proof_of_a_leaf_holds(size: int, index: int, data: st.DataObject) -> None:
    tree, index = tree_of(size), index % size
    proof, root = list(tree.inclusion(index)), tree.root()
    wrong = data.draw(st.sampled_from(("leaf", "index", "step", "shorter", "longer")))
    leaf, at = tree.leaf(index), index
    if wrong == "leaf":
        leaf = leaf_hash(b"another")
    elif wrong == "index":
        at = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    elif wrong == "longer" or not proof:
        proof.append(leaf)
    elif wrong == "shorter":
        proof.pop()
    else:
        nth = data.draw(st.integers(0, len(proof) - 1))
        proof[nth] = bytes([proof[nth][0] ^ 1]) + proof[nth][1:]
    assert not included(leaf, at, size, proof, root)


@given(st.integers(2, 40), st.integers(1, 39), st.integers(0, 38))
@settings(max_examples=60, deadline=None)
def test_that_a_log_rewritten_before_its_last_witness_is_never_consistent(new: int, old: int, at: int) -> None:
    old, tree = min(old, new - 1), tree_of(new)
    at %= old
    rewritten = Tree(tree.leaf(n) if n != at else leaf_hash(b"rewritten") for n in range(new))
    proof = rewritten.consistency(old)
    assert not consistent(old, new, proof, tree.root(old), rewritten.root())


@pytest.mark.parametrize("ask", [lambda t: t.root(9), lambda t: t.inclusion(8), lambda t: t.consistency(9)])
def test_that_asking_beyond_the_end_is_an_error(ask: object) -> None:
    with pytest.raises(ValueError, match="8"):
        ask(tree_of(8))  # type: ignore[operator]


def test_that_a_proof_of_the_wrong_length_leads_nowhere() -> None:
    assert root_by(LEAVES[0], 0, 1, (LEAVES[1],)) is None
    assert root_by(LEAVES[0], 0, 2, ()) is None
