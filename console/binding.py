"""What binds the wall's account to one machine: a token in the state folder, and whose machine it is.

Only hashes of both are in the store. A token copied to another machine does not fit there.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

TOKEN = "wall.token"


@dataclass(frozen=True, slots=True)
class Binding:
    """Hashes, as the store keeps them."""

    machine: str
    token: str


def machine_hash() -> str:
    return _hash(_machine_id())


def bind(folder: Path) -> Binding:
    """Write a new token, readable by this user alone. Raises OSError."""
    token = secrets.token_urlsafe(32)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / TOKEN
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    draft.replace(path)
    return Binding(machine_hash(), _hash(token))


def read(folder: Path) -> Binding | str:
    """This machine's binding, or why there is none. A token that others can read binds nothing."""
    path = folder / TOKEN
    try:
        token = path.read_text(encoding="ascii").strip()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError):
        return "本机没有绑定为大屏，请在本机运行：main.py account bind-wall --site 站点文件"
    if sys.platform != "win32" and mode & 0o077:
        return f"大屏凭据可被他人读取，已停用；请改为只许本人读（chmod 600 {path}）或重新绑定"
    return Binding(machine_hash(), _hash(token))


def _hash(text: str) -> str:
    return hashlib.sha256(f"district-console wall {text}".encode()).hexdigest()


def _machine_id() -> str:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if path.is_file():
            return path.read_text(encoding="ascii").strip()
    return f"{uuid.getnode():012x}"
