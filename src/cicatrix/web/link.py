"""The secret of the link that ``cicatrix serve`` prints."""

from __future__ import annotations

import secrets

from cicatrix.web.settings import Settings

__all__ = ["is_token"]


def is_token(settings: Settings, given: str | None) -> bool:
    """Whether that is the secret; comparing takes the same time whatever was given."""
    if settings.mode != "token" or not settings.token or given is None:
        return False
    return secrets.compare_digest(settings.token.encode(), given.encode())
