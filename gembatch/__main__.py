"""`python -m gembatch`."""

from __future__ import annotations

from gembatch.cli.main import main

if __name__ == "__main__":
    main()
