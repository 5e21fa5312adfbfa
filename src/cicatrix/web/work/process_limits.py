"""How much of the machine a job may take."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from cicatrix.web.upload.limits import MEGABYTE

__all__ = ["JobLimits", "take_limits"]

MOST_MEMORY: Final = 6144 * MEGABYTE
"""Address space of a job."""


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How much of the machine a job may take.

    Attributes
    ----------
    memory_bytes
        Address space; 0 leaves it as it is.
    cpu_s
        Processor time of all its threads together.
    file_bytes
        Largest file that it may write.
    """

    memory_bytes: int = 0
    cpu_s: int = 4 * 3600
    file_bytes: int = 4096 * MEGABYTE

    @classmethod
    def of_this_machine(cls) -> JobLimits:
        """Six gigabytes of address space, less on a machine with less memory.

        A capture of the largest size (``MAX_CAPTURE_BYTES``) is measured in about four gigabytes; libraries
        reserve address space that they never use.
        """
        try:
            physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (AttributeError, ValueError, OSError):  # not every system tells
            physical = MOST_MEMORY
        return cls(memory_bytes=min(MOST_MEMORY, max(4096 * MEGABYTE, physical * 9 // 10)))


def take_limits(limits: JobLimits) -> None:
    """Put limits on this process, where the system has such a thing, and let others go first."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_FSIZE: limits.file_bytes,
    }
    for what, amount in wanted.items():
        _, hard = resource.getrlimit(what)
        if amount and (hard == resource.RLIM_INFINITY or amount < hard):
            resource.setrlimit(what, (amount, amount))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold photographs
    os.nice(5)
