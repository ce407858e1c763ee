"""The site's own tiles reach every map and nothing else."""

from console.core import shipped_scenes
from services.collect.site import Site
from widgets.kinds import KINDS
from widgets.map.pane import MapPane


def test_that_the_sites_tiles_are_an_option_of_every_map_and_of_nothing_else(tmp_path):
    scenes = shipped_scenes(Site(map={"mbtiles": "bay.mbtiles"}, folder=tmp_path))
    panes = [pane for scene in scenes for plan in scene.plans.values() for pane in plan.panes]
    with_tiles = {pane.kind for pane in panes if "tiles" in pane.options}
    assert with_tiles == {pane.kind for pane in panes if issubclass(KINDS[pane.kind], MapPane)}
    assert {pane.options["tiles"]["mbtiles"] for pane in panes if "tiles" in pane.options} == {
        str(tmp_path / "bay.mbtiles")
    }


def test_that_a_site_without_tiles_sets_no_option():
    assert not any(
        "tiles" in pane.options for s in shipped_scenes(Site()) for plan in s.plans.values() for pane in plan.panes
    )
