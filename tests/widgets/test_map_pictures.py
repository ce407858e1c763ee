"""How many bytes of pictures are kept, and which go first."""

from PySide6.QtGui import QPixmap

from widgets.map.pictures import Pictures

ONE = 10 * 10 * 4


def kept(pictures, *keys):
    return [key for key in keys if pictures.find(key) is not None]


def test_that_the_picture_asked_for_longest_ago_goes_first(qapp):
    pictures = Pictures(2 * ONE)
    pictures.keep("a", QPixmap(10, 10))
    pictures.keep("b", QPixmap(10, 10))
    pictures.find("a")
    pictures.keep("c", QPixmap(10, 10))
    assert kept(pictures, "a", "b", "c") == ["a", "c"]


def test_that_a_picture_kept_anew_counts_once(qapp):
    pictures = Pictures(2 * ONE)
    for key in ("a", "b", "b", "b"):
        pictures.keep(key, QPixmap(10, 10))
    assert kept(pictures, "a", "b") == ["a", "b"]


def test_that_a_picture_larger_than_the_room_is_not_kept_and_drives_none_out(qapp):
    pictures = Pictures(2 * ONE)
    pictures.keep("b", QPixmap(10, 10))
    pictures.keep("a", QPixmap(30, 30))
    assert kept(pictures, "a", "b") == ["b"]
