"""What the tests of all rooms share."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no limit on time: other work may be going on on the machine.
settings.register_profile("cicatrix", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("other examples", deadline=None, derandomize=False, max_examples=100, database=None)
settings.load_profile("cicatrix")

_SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to look for tests that pass by chance: ``--shuffle SEED --hypothesis-seed SEED``."""
    parser.addoption(
        "--shuffle", type=int, metavar="SEED", help="run the tests in another order, with other random examples"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Draw other examples where another order is asked for."""
    if config.getoption("--shuffle") is not None:
        settings.load_profile("other examples")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle the modules, and the tests in each; modules stay together, as their fixtures are expensive."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    chance = random.Random(seed)  # noqa: S311 - an order is no secret
    places = {path: chance.random() for path in sorted({item.path for item in items})}
    chance.shuffle(items)
    items.sort(key=lambda item: places[item.path])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data laid beside the checkout; mark the test ``shared_data``."""
    if not _SHARED_DATA.is_dir():
        pytest.skip(f"the real data are not laid beside the checkout ({_SHARED_DATA})")
    return _SHARED_DATA
