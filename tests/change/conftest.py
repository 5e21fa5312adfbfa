"""Visits that several tests look at."""

from __future__ import annotations

import pytest

from cicatrix.change import AssessedCapture, RegisteredPair, register_pair
from cicatrix.phantom.revisit import Pose
from tests.change.visits import Points, skin, visit

Visited = tuple[AssessedCapture, dict[str, Points]]


@pytest.fixture(scope="session")
def first() -> Visited:
    return visit(skin(1), 0, Pose(0.4, -0.3, 1.0))


@pytest.fixture(scope="session")
def again() -> Visited:
    """The same skin, moved, turned, stretched, with the face in another form."""
    return visit(skin(1), 1, Pose(-0.6, 0.5, 9.0, 1.0, 0.1))


@pytest.fixture(scope="session")
def treated() -> Visited:
    """The same skin with every scar a third shallower."""
    return visit(skin(1), 2, Pose(0.5, 0.6, -6.0), factor=2 / 3)


@pytest.fixture(scope="session")
def stranger() -> Visited:
    return visit(skin(2), 0, Pose())


@pytest.fixture(scope="session")
def laid(first: Visited, treated: Visited) -> RegisteredPair:
    return register_pair(first[0], treated[0])
