"""Cicatrix: acne scars measured, typed, graded, planned and forecast, with numbers and their uncertainty.

>>> import cicatrix as cx
>>> result = cx.assess("examples/cheek")
>>> print(repr(result))
<Result: phantom: 9 scars (3 boxcar, 3 icepick, 1 raised, 2 rolling), 7 marks (3 brown, 4 red)>

What is listed in ``__all__``, the command line and the JSON schemas is covered by semantic versioning; everything else
may change. Names are imported when they are first used, so that ``import cicatrix`` and ``cicatrix --help`` are quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from cicatrix.io.kernel_cache import ensure_cache

if TYPE_CHECKING:
    from cicatrix.capture import read_capture
    from cicatrix.cases import read_case
    from cicatrix.errors import CicatrixError, InputError
    from cicatrix.model import Assessment, Case, Mark, Measured, Relief, Scar
    from cicatrix.model.change import Change
    from cicatrix.model.grades import Grades
    from cicatrix.model.outlook import Outlook
    from cicatrix.model.plan import Plan
    from cicatrix.pipeline.public import assess, compare, grade, outlook, plan, repeatability
    from cicatrix.pipeline.result import Result

__all__ = [
    "Assessment",
    "Case",
    "Change",
    "CicatrixError",
    "Grades",
    "InputError",
    "Mark",
    "Measured",
    "Outlook",
    "Plan",
    "Relief",
    "Result",
    "Scar",
    "__version__",
    "assess",
    "compare",
    "grade",
    "outlook",
    "plan",
    "read_capture",
    "read_case",
    "repeatability",
]

__version__ = "0.1.0"

ensure_cache(Path(__file__).parent)

_HOME: Final = {
    "Assessment": "model",
    "Case": "model",
    "Change": "model.change",
    "CicatrixError": "errors",
    "Grades": "model.grades",
    "InputError": "errors",
    "Mark": "model",
    "Measured": "model",
    "Outlook": "model.outlook",
    "Plan": "model.plan",
    "Relief": "model",
    "Result": "pipeline.result",
    "Scar": "model",
    "assess": "pipeline.public",
    "compare": "pipeline.public",
    "grade": "pipeline.public",
    "outlook": "pipeline.public",
    "plan": "pipeline.public",
    "read_capture": "capture",
    "read_case": "cases",
    "repeatability": "pipeline.public",
}
"""Public name to the module that defines it."""

_ROOMS: Final = frozenset({"outlook", "repeatability"})
"""Public functions that share their name with the room that computes what they return."""


class _CallableRoom(ModuleType):
    """A room that shares its name with a public function: called, it is that function. Decision 0024 says why."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return _defined(self._public)(*args, **options)

    @property
    def _public(self) -> str:
        return self.__name__.rpartition(".")[2]

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return str(_defined(self._public).__doc__)

    @property
    def __signature__(self) -> Any:
        return signature(_defined(self._public))


class _Front(ModuleType):
    """The package: a room that is imported stays callable where a public function has its name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _HOME and isinstance(value, ModuleType):
            value.__class__ = _CallableRoom
        super().__setattr__(name, value)


def _defined(name: str) -> Any:
    return getattr(import_module(f"cicatrix.{_HOME[name]}"), name)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module 'cicatrix' has no attribute {name!r}"
        raise AttributeError(msg)
    value = import_module(f"cicatrix.{name}") if name in _ROOMS else _defined(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Front
