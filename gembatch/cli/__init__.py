"""The command line: options → pipeline → report → exit code."""

from __future__ import annotations
