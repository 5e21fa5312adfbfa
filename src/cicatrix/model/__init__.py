"""The nouns: frozen, validated records."""

from __future__ import annotations

from cicatrix.model.assessment import SCHEMA, Assessment, CaptureSummary, Provenance
from cicatrix.model.capture import Capture, HeightCapture, ImageQuality, InputFile, LightsCapture
from cicatrix.model.quantity import Measured, Record, Share
from cicatrix.model.relief import Relief
from cicatrix.model.scar import DepthClass, Kind, Scar, Section

__all__ = [
    "SCHEMA",
    "Assessment",
    "Capture",
    "CaptureSummary",
    "DepthClass",
    "HeightCapture",
    "ImageQuality",
    "InputFile",
    "Kind",
    "LightsCapture",
    "Measured",
    "Provenance",
    "Record",
    "Relief",
    "Scar",
    "Section",
    "Share",
]
