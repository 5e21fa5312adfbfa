"""What the app is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["MEGABYTE", "Settings"]

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What the app is told when it starts.

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
        Greatest request, and greatest upload.
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
    local: frozenset[str] = field(default=frozenset({"127.0.0.1", "localhost", "[::1]"}))

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; browsers share cookies between ports."""
        return f"__Host-cicatrix-{self.port}" if self.secure else f"cicatrix-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What the Host header may name."""
        names = self.local | set(self.names) | ({self.host} if self.host not in {"0.0.0.0", "::"} else set())  # noqa: S104 - compared only
        return frozenset(names)
