from __future__ import annotations

import json
from typing import Any

import pytest

from cicatrix.errors import InputError
from cicatrix.phantom import PhantomSettings


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"tone": "purple"}, r"tone is 'purple'.*very_light, light, intermediate, tan, brown, very_dark"),
        ({"kind": "film"}, r"kind is 'film'.*lights, card, height"),
        ({"file_format": "bmp"}, r"file_format is 'bmp'.*jpeg, png, png16, tiff"),
        ({"pixel_mm": 0.0}, r"pixel_mm is 0\.0.*from 0\.005 to 0\.2"),
        ({"pixel_mm": float("nan")}, r"pixel_mm is nan"),
        ({"size_mm": -1.0}, r"size_mm is -1\.0"),
        ({"size_mm": True}, r"size_mm is True"),
        ({"lights": 0}, r"lights is 0.*a whole number from 1 to 64"),
        ({"lights": 7.5}, r"lights is 7\.5.*a whole number"),
        ({"icepick": -1}, r"icepick is -1"),
        ({"jpeg_quality": 101}, r"jpeg_quality is 101"),
        ({"light_distance_mm": 1.0}, r"light_distance_mm is 1\.0.*from 50"),
        ({"gloss": None}, r"gloss is None"),
        ({"elevation_deg": (60.0, 30.0)}, r"elevation_deg is \(60, 30\).*the lower first"),
        ({"elevation_deg": (0.0, 30.0)}, r"from 5 to 89"),
        ({"size_mm": 200.0, "pixel_mm": 0.005}, r"40000 pixels.*at most 12000"),
    ],
)
def test_a_setting_out_of_range_is_named_with_what_is_allowed(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        PhantomSettings(**given)


def test_settings_come_back_from_json() -> None:
    settings = PhantomSettings(tone="brown", lights=6, elevation_deg=(30.0, 50.0), light_distance_mm=None)
    read = json.loads(json.dumps(settings.as_json()))
    assert PhantomSettings(**read | {"elevation_deg": tuple(read["elevation_deg"])}) == settings
