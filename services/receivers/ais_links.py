"""Ways a line of NMEA reaches us: a TCP feed we call, ports we open, files we play back."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger(__name__)

CONNECT_S = 3.0
QUIET_S = 0.5  # how long a wait may keep a stopping thread
SILENT_S = 60.0  # a feed that says nothing so long is called anew
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
LONGEST_LINE = 4096


class Lines:
    """Bytes as they come into whole lines; a flood without line ends is cut, not gathered."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes) -> list[bytes]:
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        return lines


class Link:
    """A thread that hands lines to ``on_lines``. ``error`` is empty while it is well, else an officer's sentence."""

    def __init__(self, name: str) -> None:
        self.on_lines: Callable[[Sequence[bytes]], None] = _nobody
        self.error = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        raise NotImplementedError


def _nobody(lines: Sequence[bytes]) -> None:
    """Until somebody listens."""


class TcpClient(Link):
    """Calls a feed, and calls again after 1, 2, 4 … 30 s when it refuses, breaks or falls silent."""

    def __init__(self, host: str, port: int, silent_s: float = SILENT_S) -> None:
        super().__init__(f"ais-{host}:{port}")
        self._address = (host, port)
        self._silent_s = silent_s

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._over.is_set():
            try:
                with socket.create_connection(self._address, CONNECT_S) as feed:
                    if self._listen(feed):
                        wait_s = FIRST_WAIT_S
            except OSError as why:
                self.error = f"连不上 {self._address[0]}:{self._address[1]}（{why.strerror or why}）"
            self._over.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _listen(self, feed: socket.socket) -> bool:
        """Until it ends; whether anything came. Raises OSError when it breaks."""
        feed.settimeout(QUIET_S)
        lines, quiet_s, came = Lines(), 0.0, False
        while not self._over.is_set():
            try:
                block = feed.recv(65_536)
            except TimeoutError:
                quiet_s += QUIET_S
                if quiet_s >= self._silent_s:
                    self.error = f"{self._silent_s:.0f} 秒没有数据，重新连接"
                    return came
                continue
            if not block:
                self.error = "对方断开了连接"
                return came
            quiet_s, came, self.error = 0.0, True, ""
            self.on_lines(lines.feed(block))
        return came


class TcpServer(Link):
    """Senders call us; several at once."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"ais-tcp:{port}")
        self._server = socket.create_server((host, port))
        self.port = int(self._server.getsockname()[1])

    def _run(self) -> None:
        with selectors.DefaultSelector() as ready, contextlib.ExitStack() as open_sockets:
            open_sockets.enter_context(self._server)
            self._server.setblocking(False)
            ready.register(self._server, selectors.EVENT_READ, None)
            while not self._over.is_set():
                for key, _ in ready.select(QUIET_S):
                    if key.data is None:
                        with contextlib.suppress(OSError):
                            sender, _ = self._server.accept()
                            sender.setblocking(False)
                            open_sockets.callback(sender.close)
                            ready.register(sender, selectors.EVENT_READ, Lines())
                    else:
                        self._read(ready, key)

    def _read(self, ready: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        sender = key.fileobj
        assert isinstance(sender, socket.socket)
        try:
            block = sender.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            block = b""
        if block:
            self.on_lines(key.data.feed(block))
        else:
            ready.unregister(sender)
            sender.close()

    def stop(self) -> None:
        super().stop()
        self._server.close()


class UdpServer(Link):
    """Datagrams, each with whole lines."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"ais-udp:{port}")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self._socket.settimeout(QUIET_S)
        self.port = int(self._socket.getsockname()[1])

    def _run(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                self.on_lines(self._socket.recv(65_536).splitlines())

    def stop(self) -> None:
        super().stop()
        self._socket.close()


class FileReplay(Link):
    """Plays recorded files at a steady pace, over and over if ``repeat``."""

    def __init__(self, files: Sequence[Path], lines_per_s: float, *, repeat: bool = True) -> None:
        super().__init__("ais-files")
        self._files = files
        self._block = max(1, round(lines_per_s * QUIET_S / 2))
        self._repeat = repeat

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                for path in self._files:
                    self._play(path)
                if not self._repeat:
                    return
        except OSError as why:
            self.error = f"读不到 {why.filename}：{why.strerror}"

    def _play(self, path: Path) -> None:
        with path.open("rb") as lines:
            block: list[bytes] = []
            for line in lines:
                block.append(line)
                if len(block) >= self._block:
                    self.on_lines(block)
                    block = []
                    if self._over.wait(QUIET_S / 2):
                        return
            self.on_lines(block)
        self._over.wait(QUIET_S / 2)
