"""No package hands out a function under the name of one of its modules."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import cicatrix

PACKAGES = sorted(
    module.name
    for module in pkgutil.walk_packages(cicatrix.__path__, "cicatrix.")
    if module.ispkg and not module.name.startswith("cicatrix.practice.migrations")
)
"""Every package below the public face; migrations are run by Alembic alone, and so are not imported."""


def test_the_walk_finds_the_packages() -> None:
    assert {"cicatrix.grading", "cicatrix.scars.fit", "cicatrix.web.viewer"} <= set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_name_of_a_module_is_the_module(name: str) -> None:
    package = import_module(name)
    modules = [module.name for module in pkgutil.iter_modules(package.__path__)]
    for module in modules:
        import_module(f"{name}.{module}")
    assert [module for module in modules if not isinstance(getattr(package, module), ModuleType)] == []
