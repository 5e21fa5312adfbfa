"""``cicatrix relief``: write the height map and a shaded picture."""

from __future__ import annotations

import typer

from cicatrix.capture import read_capture
from cicatrix.cli.options import CaptureArgument, JsonOption, OutOption
from cicatrix.cli.output import print_json
from cicatrix.cli.progress import progress_bars
from cicatrix.io.write import check_out
from cicatrix.pipeline.relief_files import write_relief
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars

__all__ = ["relief"]


def relief(capture: CaptureArgument, *, out: OutOption, as_json: JsonOption = False) -> None:
    """Write the height map in mm, without the form of the face, and a shaded picture of it.

    From photographs, scars are fitted to their shading and cast shadows; fitted.tif and fitted.png show where.
    """
    check_out(out)
    with progress_bars() as tell:
        taken = read_capture(capture, progress=tell)
        tell("relief", 0, 1)
        surface = reconstruct(taken)
        tell("relief", 1, 1)
        if surface.shots is not None:
            tell("scars", 0, 1)
            _, surface = find_scars(surface)
            tell("scars", 1, 1)
        files = write_relief(surface, out, site=taken.site)
    if as_json:
        print_json({"pixel_mm": surface.pixel_mm, "files": [str(file) for file in files]})
    else:
        typer.echo(files[0])
