from __future__ import annotations

import cv2
import numpy as np
import pytest

from cicatrix.model.light import decode_srgb
from cicatrix.phantom.camera import Camera, develop, encode_file, exposure
from cicatrix.phantom.options import FileFormat

EVEN = np.full((200, 200, 3), 0.5, dtype=np.float32)


def test_exposure_puts_the_brightest_at_four_fifths() -> None:
    light = np.linspace(0.0, 0.3, 120000, dtype=np.float32).reshape(2, 200, 100, 3)
    exposed = light * exposure(light)
    assert np.percentile(exposed.max(axis=3), 99.5) == pytest.approx(0.8, rel=0.01)


@pytest.mark.parametrize("level", [0.02, 0.2, 0.8])
def test_noise_has_the_variance_of_electrons_counted_and_read(level: float) -> None:
    camera = Camera(exposure=1.0, blur_px=0.0, file_format="tiff")
    shot = develop(np.full((300, 300, 3), level, dtype=np.float32), camera, np.random.default_rng(0))
    assert shot.mean() == pytest.approx(level, rel=0.002)
    assert shot.std() == pytest.approx(np.sqrt(level * 20000.0 + 64.0) / 20000.0, rel=0.02)


def test_without_noise_and_blur_the_light_comes_back() -> None:
    light = np.random.default_rng(1).uniform(0.0, 0.9, (40, 50, 3)).astype(np.float32)
    for file_format, error in (("tiff", 1e-7), ("png16", 3e-5), ("png", 0.006)):
        camera = Camera(exposure=1.0, noise=0.0, blur_px=0.0, file_format=file_format)  # type: ignore[arg-type]
        shot = develop(light, camera, np.random.default_rng(0))
        top = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}[str(shot.dtype)]
        linear = shot if file_format == "tiff" else decode_srgb(shot / top)
        assert linear == pytest.approx(light, abs=error)


def test_blur_keeps_the_mean_and_lowers_the_contrast() -> None:
    light = np.random.default_rng(1).uniform(0.2, 0.6, (60, 60, 3)).astype(np.float32)
    camera = Camera(exposure=1.0, noise=0.0, blur_px=0.7, file_format="tiff")
    shot = develop(light, camera, np.random.default_rng(0))
    assert shot.mean() == pytest.approx(light.mean(), rel=1e-3)
    assert shot.std() < 0.6 * light.std()


@pytest.mark.parametrize(("file_format", "error"), [("png", 0), ("png16", 0), ("jpeg", 6)])
def test_files_hold_the_picture_with_its_colours_in_order(file_format: FileFormat, error: int) -> None:
    ramp = np.linspace(0.1, 0.9, 64, dtype=np.float32)
    light = np.dstack([np.tile(ramp, (64, 1)), np.tile(ramp[::-1], (64, 1)), np.full((64, 64), 0.3)])
    camera = Camera(exposure=1.0, noise=0.0, blur_px=0.0, file_format=file_format)
    shot = develop(light.astype(np.float32), camera, np.random.default_rng(0))
    content = encode_file(shot, file_format, 95)
    decoded = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    read = decoded[:, :, ::-1]
    assert read.dtype == shot.dtype
    assert np.abs(read.astype(int) - shot.astype(int)).max() <= error
