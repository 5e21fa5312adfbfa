"""Settings of the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["MEGABYTE", "Settings", "host_name"]

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the app.

    Attributes
    ----------
    practice
        Folder or database address of the practice.
    files
        Folder of the files where ``practice`` is an address.
    mode
        ``"token"``: whoever has the link may do everything. ``"accounts"``: people log in.
    token
        Secret of the link.
    host, port
        Where the app listens.
    names
        Names under which browsers may address it, besides the address it listens on.
    secure
        Whether browsers reach it by HTTPS, through a proxy that ends it.
    small_bytes, upload_bytes
        Largest request, and largest upload.
    small_s, upload_s
        Seconds in which the body of a request, or of an upload, has to arrive.
    """

    practice: Path | str
    files: Path | None = None
    mode: Literal["token", "accounts"] = "token"
    token: str = ""
    host: str = "127.0.0.1"
    port: int = 8765
    names: tuple[str, ...] = ()
    secure: bool = False
    small_bytes: int = MEGABYTE
    upload_bytes: int = 2048 * MEGABYTE
    small_s: float = 60.0
    upload_s: float = 3600.0
    local: frozenset[str] = field(default=frozenset({"127.0.0.1", "localhost", "[::1]"}))

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; browsers share cookies between ports."""
        return f"__Host-cicatrix-{self.port}" if self.secure else f"cicatrix-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What the Host header may name."""
        listening = () if self.host in {"0.0.0.0", "::"} else (self.host,)  # noqa: S104 - compared only
        return self.local | {host_name(name) for name in (*self.names, *listening)}


def host_name(host: str) -> str:
    """The name in a Host header as it is compared: without its port, in lower case, ASCII (IDNA)."""
    name, _, port = host.strip().rpartition(":")
    if not name or not port.isdigit() or (":" in name and not name.endswith("]")):
        name = host.strip()  # no port, or an IPv6 address without brackets
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    try:
        return name.lower().rstrip(".") if name.isascii() else name.encode("idna").decode().rstrip(".")
    except UnicodeError:
        return name.lower()
