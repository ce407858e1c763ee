"""The map's benchmark tells one JSON line a figure, and its ratio is what the goal is about."""

import json

from benchmarks import map as bench


def test_that_each_way_tells_one_line_with_its_ratio_to_ours(qapp, capsys):
    bench.measure(300, 0.0, with_folium=False)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["way"] for line in lines] == ["ours", "pyqtgraph_scatter"]
    assert all(line["bench"] == "map" and line["boats"] == 300 for line in lines)
    assert all(line["cpu_ms_per_frame"] > 0 and line["frames_per_s"] > 0 for line in lines)
    assert lines[0]["ratio_to_ours"] == 1.0


def test_that_many_boats_cost_less_than_a_scatter_of_them(qapp, capsys):
    """A ratio within one run, far below the goal of 10, so that a busy machine does not fail it."""
    bench.measure(20_000, 0.0, with_folium=False)
    scatter = json.loads(capsys.readouterr().out.splitlines()[1])
    assert scatter["ratio_to_ours"] > 2.0
