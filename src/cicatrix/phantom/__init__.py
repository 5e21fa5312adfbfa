"""Skin with known scars, rendered under lights: the truth that everything else is tested on."""

from __future__ import annotations

from cicatrix.phantom.card.make import CardPhantom, make_card_phantom
from cicatrix.phantom.card.shots import CardShots, Fault
from cicatrix.phantom.make import Phantom, draw_directions, make_phantom, photograph
from cicatrix.phantom.marks import MarkTruth
from cicatrix.phantom.options import TONES, PhantomSettings
from cicatrix.phantom.render import Optics, render_relief
from cicatrix.phantom.skin import Distractor
from cicatrix.phantom.truth import ScarTruth
from cicatrix.phantom.write import truth_of, write_capture

__all__ = [
    "TONES",
    "CardPhantom",
    "CardShots",
    "Distractor",
    "Fault",
    "MarkTruth",
    "Optics",
    "Phantom",
    "PhantomSettings",
    "ScarTruth",
    "draw_directions",
    "make_card_phantom",
    "make_phantom",
    "photograph",
    "render_relief",
    "truth_of",
    "write_capture",
]
