"""What the tests of all rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no limit on time: other work may be going on on the machine.
settings.register_profile("cicatrix", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("cicatrix")

_SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data laid beside the checkout; mark the test ``shared_data``."""
    if not _SHARED_DATA.is_dir():
        pytest.skip(f"the real data are not laid beside the checkout ({_SHARED_DATA})")
    return _SHARED_DATA
