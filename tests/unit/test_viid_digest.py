"""Registration by digest: the right answer once, nothing overheard twice."""

from __future__ import annotations

import re

import pytest

from services.receivers.viid_digest import DigestGate, Secret, response

SECRET = Secret("jiaojiang", "demo-only", "viid")
PATH = "/VIID/System/Register"


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def gate(clock: Seconds) -> DigestGate:
    return DigestGate(SECRET, clock)


def nonce_of(gate: DigestGate) -> str:
    found = re.search(r'nonce="(\w+)"', gate.challenge())
    assert found
    return found[1]


def authorization(nonce: str, secret: Secret = SECRET, uri: str = PATH, count: int = 1, method: str = "POST") -> str:
    parts = {"nonce": nonce, "nc": f"{count:08x}", "cnonce": "0a4f113b", "qop": "auth", "uri": uri}
    answer = response(secret, method, parts)
    return (
        f'Digest username="{secret.username}", realm="{secret.realm}", nonce="{nonce}", uri="{uri}", '
        f'response="{answer}", qop=auth, nc={parts["nc"]}, cnonce="{parts["cnonce"]}", algorithm=MD5'
    )


def test_that_the_example_of_the_rfc_is_computed_as_it_says() -> None:
    parts = {
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "nc": "00000001",
        "cnonce": "0a4f113b",
        "qop": "auth",
        "uri": "/dir/index.html",
    }
    mufasa = Secret("Mufasa", "Circle Of Life", "testrealm@host.com")
    assert response(mufasa, "GET", parts) == "6629fae49393a05397450978507c4ef1"


@pytest.mark.parametrize("uri", [PATH, f"http://127.0.0.1:8120{PATH}"])
def test_that_the_digest_may_cover_the_path_or_the_full_url(gate: DigestGate, uri: str) -> None:
    assert gate.accepts(authorization(nonce_of(gate), uri=uri), "POST", PATH)


def test_that_a_replayed_answer_is_refused_and_a_rising_count_is_not(gate: DigestGate) -> None:
    nonce = nonce_of(gate)
    assert gate.accepts(authorization(nonce), "POST", PATH)
    assert not gate.accepts(authorization(nonce), "POST", PATH)
    assert gate.accepts(authorization(nonce, count=2), "POST", PATH)
    assert not gate.accepts(authorization(nonce, count=1), "POST", PATH)


def test_that_a_nonce_dies_after_five_minutes(gate: DigestGate, clock: Seconds) -> None:
    nonce = nonce_of(gate)
    clock.now += 301
    assert not gate.accepts(authorization(nonce), "POST", PATH)


def test_that_a_nonce_of_somebody_else_is_refused(gate: DigestGate) -> None:
    assert not gate.accepts(authorization("f" * 32), "POST", PATH)


def test_that_a_wrong_password_does_not_spend_the_nonce(gate: DigestGate) -> None:
    nonce = nonce_of(gate)
    assert not gate.accepts(authorization(nonce, Secret("jiaojiang", "guess")), "POST", PATH)
    assert gate.accepts(authorization(nonce), "POST", PATH)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", PATH), ("POST", "/VIID/System/UnRegister"), ("POST", f"{PATH}?a=1")]
)
def test_that_an_answer_is_good_for_its_own_request_only(gate: DigestGate, method: str, path: str) -> None:
    assert not gate.accepts(authorization(nonce_of(gate)), method, path)


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Digest", 'Digest username="jiaojiang"', "Digest \udcff=é"])
def test_that_anything_else_is_refused(gate: DigestGate, header: str) -> None:
    assert not gate.accepts(header, "POST", PATH)


def test_that_challenges_do_not_pile_up(gate: DigestGate, clock: Seconds) -> None:
    for _ in range(5000):
        gate.challenge()
    assert len(gate._nonces) <= 4096
    clock.now += 301
    gate.challenge()
    assert len(gate._nonces) == 1
