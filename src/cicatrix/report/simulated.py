"""Simulated pictures: which of them can be shown, as files and inside a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Assessment
from cicatrix.report.encode import jpeg_uri

__all__ = ["drawn_states", "simulation_files", "simulation_uris"]

Picture = NDArray[np.uint8]

LONGEST = 900
"""Longest side in the page; the files keep every pixel."""


def drawn_states(assessment: Assessment, simulated: Mapping[str, Picture] | None) -> dict[str, Picture]:
    """Pictures of the states that the outlook's simulation names; empty without a simulation or pictures."""
    found = None if assessment.outlook is None else assessment.outlook.simulation
    if found is None or simulated is None:
        return {}
    return {each.state: simulated[each.state] for each in found.states if each.state in simulated}


def simulation_uris(drawn: Mapping[str, Picture]) -> dict[str, str]:
    """Each picture as a data URI, small enough to travel inside a page."""
    return {state: jpeg_uri(picture, LONGEST) for state, picture in drawn.items()}


def simulation_files(assessment: Assessment, drawn: Mapping[str, Picture]) -> dict[str, Picture]:
    """Each picture by the name that the simulation gives to its file.

    Raises
    ------
    ValueError
        When a name is more than the name of a file.
    """
    found = None if assessment.outlook is None else assessment.outlook.simulation
    files: dict[str, Picture] = {}
    for each in () if found is None else found.states:
        if not each.picture or PurePath(each.picture).name != each.picture or each.picture.startswith("."):
            msg = f"a simulated picture needs a plain file name, got {each.picture!r}"
            raise ValueError(msg)
        if each.state in drawn:
            files[each.picture] = drawn[each.state]
    return files
