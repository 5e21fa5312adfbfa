"""Stream an upload to numbered files on disk without parsing its contents."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from cicatrix.web.refusals import Refused
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.upload_form import NAMES, stored_as

__all__ = ["Intake", "take"]

CSRF: Final = "csrf"
MOST_FIELD_BYTES: Final = 16384
"""Of all fields of the form together, and of the headers of each part."""
LONGEST_NAME: Final = 1000


class Intake:
    """The parts of a multipart body: fields are kept in memory, files are written to a folder.

    Parameters
    ----------
    folder
        An empty folder.
    boundary
        What stands between the parts.
    limits
        How many files, and how long.
    check
        Called with the form's token before the first file; it refuses a wrong one.
    """

    def __init__(
        self, folder: Path, boundary: bytes, limits: UploadLimits, check: Callable[[str | None], None]
    ) -> None:
        self.fields: dict[str, str] = {}
        self.names: list[str] = []
        self._folder, self._limits, self._check = folder, limits, check
        self._checked = self._ended = False
        self._header, self._headers, self._held = [b"", b""], {b"": b""}, 0
        self._name = ""
        self._file: IO[bytes] | None = None
        self._text, self._length, self._skipped = bytearray(), 0, False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_begin": self._header_begin,
                "on_header_field": lambda data, start, end: self._header_part(0, data[start:end]),
                "on_header_value": lambda data, start, end: self._header_part(1, data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._open,
                "on_part_data": lambda data, start, end: self._data(data[start:end]),
                "on_part_end": self._close,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take in the next piece of the body.

        Raises
        ------
        Refused
            It is no form, holds too much, or the token is wrong.
        """
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _malformed(str(error)) from error

    def finish(self) -> None:
        """The body is over: write down the files' names.

        Raises
        ------
        Refused
            It is cut short, or holds no file.
        """
        if not self._ended:
            raise _malformed("it is cut short")
        self._check_once()
        if not self.names:
            raise Refused(
                422, "No file was chosen.", fix="Choose the photographs of one capture, their folder, or a zip of it."
            )
        with (self._folder / NAMES).open("x", encoding="utf-8") as out:
            json.dump(self.names, out)
            out.flush()
            os.fsync(out.fileno())

    def abandon(self) -> None:
        """Close what is open; the folder goes with its files."""
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _check_once(self) -> None:
        if not self._checked:
            self._check(self.fields.get(CSRF))
            self._checked = True

    def _begin(self) -> None:
        self._headers, self._text, self._length, self._skipped = {}, bytearray(), 0, False

    def _header_begin(self) -> None:
        self._header = [b"", b""]

    def _header_part(self, which: int, data: bytes) -> None:
        self._hold(len(data))
        self._header[which] += data

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]

    def _open(self) -> None:
        """The part's headers are there: a file, or a field."""
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._held = sum(len(name) + len(text) for name, text in self.fields.items())
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        given = options.get(b"filename")
        if given is None:
            return
        if not given:  # a browser sends an empty part where nothing was chosen
            self._skipped = True
            return
        self._check_once()
        if len(self.names) >= self._limits.files:
            raise _too_much(f"more than {self._limits.files} files", f"at most {self._limits.files} files")
        self._file = (self._folder / stored_as(len(self.names))).open("xb")
        self.names.append(given.decode("utf-8", "replace")[:LONGEST_NAME])

    def _data(self, data: bytes) -> None:
        if self._skipped:
            return
        if self._file is None:
            self._hold(len(data))
            self._text += data
            return
        self._length += len(data)
        if self._length > self._limits.file_bytes:
            raise _too_much(
                f"a file of more than {self._limits.file_bytes} bytes",
                f"at most {self._limits.file_bytes} bytes a file",
            )
        self._file.write(data)

    def _close(self) -> None:
        if self._skipped:
            return
        if self._file is None:
            self.fields[self._name] = self._text.decode("utf-8", "replace")
            return
        self._file.flush()
        os.fsync(self._file.fileno())  # the job that is asked for next outlives a power cut; so must its files
        self._file.close()
        self._file = None

    def _end(self) -> None:
        self._ended = True

    def _hold(self, more: int) -> None:
        self._held += more
        if self._held > MOST_FIELD_BYTES:
            raise _malformed("its fields are too long")


async def take(request: Request, folder: Path, limits: UploadLimits, check: Callable[[str | None], None]) -> Intake:
    """Receive a request's body; the folder is made here, and removed after an error.

    Raises
    ------
    Refused
        The request is no form with files, holds too much, or the token is wrong.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refused(415, "This is not a form with files.", allowed="multipart/form-data", fix="Use the page's form.")
    await run_in_threadpool(folder.mkdir, parents=True)
    intake = Intake(folder, options[b"boundary"], limits, check)
    try:
        async for chunk in request.stream():
            if chunk:
                await run_in_threadpool(intake.write, chunk)
        await run_in_threadpool(intake.finish)
    except BaseException:
        intake.abandon()
        raise
    return intake


def _malformed(why: str) -> Refused:
    return Refused(400, f"The upload cannot be read: {why}.", fix="Load the page again and send it once more.")


def _too_much(what: str, allowed: str) -> Refused:
    return Refused(413, f"The upload holds {what}.", allowed=allowed, fix="Upload only the photographs of one capture.")
