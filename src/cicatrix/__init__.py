"""Cicatrix: acne scars measured, typed and reported, with numbers and their uncertainty.

Nothing heavy is imported here: `cicatrix --help` has to answer at once.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
