"""The outlook: fading of marks, healing after each step, what is left of each scar, the simulated after-surface."""

from __future__ import annotations

from cicatrix.outlook.forecast_all import outlook

__all__ = ["outlook"]
