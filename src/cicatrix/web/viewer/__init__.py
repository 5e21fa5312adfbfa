"""What the result page shows and draws: layers, outlines with their numbers, cuts, and the surface."""

from cicatrix.web.viewer.answer import as_json
from cicatrix.web.viewer.layers import LAYERS, Planes, planes_of
from cicatrix.web.viewer.outlines import Shape, Shapes, shapes_of
from cicatrix.web.viewer.profile import Profile

__all__ = [
    "LAYERS",
    "Planes",
    "Profile",
    "Shape",
    "Shapes",
    "as_json",
    "planes_of",
    "shapes_of",
]
