"""A button that takes picture files and keeps the name they are proved by: the SHA-256 of each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.button import ActionButton
from widgets.look import Look

LARGEST_MB = 20


def sha256_of(path: Path) -> str:
    """Raises ValueError in Chinese for a file that cannot be read, is empty or too large."""
    try:
        size = path.stat().st_size
        if not 0 < size <= LARGEST_MB << 20:
            raise ValueError(f"{path.name} 为空" if not size else f"{path.name} 超过 {LARGEST_MB} MB")
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as why:
        raise ValueError(f"读不到 {path.name}") from why


class Photos(ActionButton):
    """``附照片 · 2 张``. The window it opens to choose files is not modal."""

    complained = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__("附照片", "", parent, look=look)
        self.names: tuple[str, ...] = ()
        self.chooser: QFileDialog | None = None
        self.clicked.connect(self._choose)

    def clear(self) -> None:
        self.names = ()
        self._count()

    def take(self, paths: Sequence[Path]) -> None:
        """Add these files; the same picture counts once. What cannot be taken is said, the rest is kept."""
        for path in paths:
            try:
                name = sha256_of(path)
            except ValueError as why:
                self.complained.emit(str(why))
                continue
            self.names = tuple(dict.fromkeys((*self.names, name)))
        self._count()

    def shut(self) -> None:
        """Close the window that chooses files, should it be open."""
        if self.chooser is not None:
            self.chooser.close()

    @Slot()
    def _choose(self) -> None:
        if self.chooser is not None:
            self.chooser.raise_()
            return
        self.chooser = QFileDialog(self.window(), "附照片", "", "照片 (*.jpg *.jpeg *.png *.heic *.webp)")
        self.chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self.chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chooser.filesSelected.connect(self._chosen)
        self.chooser.finished.connect(self._closed)
        self.chooser.show()

    @Slot(list)
    def _chosen(self, files: list[str]) -> None:
        self.take([Path(file) for file in files])

    @Slot()
    def _closed(self) -> None:
        self.chooser = None

    def _count(self) -> None:
        self.setText(f"附照片 · {len(self.names)} 张" if self.names else "附照片")
        self.updateGeometry()
        self.update()
