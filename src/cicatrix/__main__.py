"""``python -m cicatrix`` is the ``cicatrix`` command."""

from __future__ import annotations

from cicatrix.cli.app import main

if __name__ == "__main__":
    main()
