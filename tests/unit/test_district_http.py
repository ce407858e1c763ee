"""The demo district's HTTP service: it answers, and it can fail in every way a real one does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from services.district.http import HttpPart
from services.district.part import Fault, Faults


@pytest.fixture
def service():
    faults = Faults()
    part = HttpPart("boats", "127.0.0.1", 0, {"/boats": lambda query: {"data": [1, 2], **query}}, faults)
    part.start()
    yield f"http://127.0.0.1:{part.port}", faults
    part.stop()


def test_that_a_route_answers_json_with_its_query(service):
    url, _ = service
    assert requests.get(f"{url}/boats?since=3", timeout=3).json() == {"data": [1, 2], "since": "3"}


def test_that_an_unknown_path_is_not_found(service):
    assert requests.get(f"{service[0]}/nothing", timeout=3).status_code == 404


def test_that_an_error_fault_answers_500(service):
    url, faults = service
    faults.switch("boats", Fault.ERROR)
    assert requests.get(f"{url}/boats", timeout=3).status_code == 500


def test_that_a_garbage_fault_answers_no_json(service):
    url, faults = service
    faults.switch("boats", Fault.GARBAGE)
    with pytest.raises(ValueError):
        requests.get(f"{url}/boats", timeout=3).json()


def test_that_a_hanging_service_runs_into_the_read_timeout(service):
    url, faults = service
    faults.switch("boats", Fault.HANG)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{url}/boats", timeout=(1, 0.2))


@pytest.mark.allows_logs
def test_that_a_hanging_answer_is_let_go_when_the_fault_ends(service):
    url, faults = service
    faults.switch("boats", Fault.HANG)
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(requests.get, f"{url}/boats", timeout=5) for _ in range(6)]  # more than it has threads
        with pytest.raises(TimeoutError):
            waiting[0].result(0.2)
        faults.switch("boats", Fault.NONE)
        assert [each.result().json()["data"] for each in waiting] == [[1, 2]] * 6


@pytest.mark.allows_logs
def test_that_a_dropped_answer_is_not_taken_for_a_whole_one(service):
    url, faults = service
    faults.switch("boats", Fault.DROP)
    with pytest.raises(requests.RequestException):
        requests.get(f"{url}/boats", timeout=3).json()


def test_that_an_address_in_use_is_an_error_that_leaves_no_thread(service):
    url, _ = service
    with pytest.raises(OSError, match="in use"):
        HttpPart("other", "127.0.0.1", int(url.rpartition(":")[2]), {}, Faults())
