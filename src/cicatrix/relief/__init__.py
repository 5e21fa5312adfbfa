"""Light to normals, normals to height, height without the form of the face."""

from __future__ import annotations

from cicatrix.relief.form import fit_form
from cicatrix.relief.reconstruction import reconstruct, without_form

__all__ = ["fit_form", "reconstruct", "without_form"]
