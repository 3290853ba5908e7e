"""Findings on stdout, in the form that was asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gembatch import __version__
from gembatch.cli.output import palette_of, show, show_commands
from gembatch.load.discover import find_checkout
from gembatch.model.diagnostics import Diagnostic

FORMATS = ("text", "json", "github", "sarif")
"""The first is the default."""


def show_findings(diagnostics: tuple[Diagnostic, ...], form: str, root: Path) -> None:
    """Prints findings; where there are none, only the machine's forms say so.

    Args:
        diagnostics: In reading order.
        form: One of `FORMATS`.
        root: The workspace's folder.
    """
    # Each form is imported when it is asked for: people wait for text, and only findings need any.
    match form:
        case "json":
            from gembatch.report.as_json import findings_as_json  # noqa: PLC0415

            show(findings_as_json(diagnostics))
        case "sarif":
            from gembatch.load.rule_pages import read_page  # noqa: PLC0415
            from gembatch.report.findings_as_sarif import findings_as_sarif  # noqa: PLC0415

            show(
                findings_as_sarif(
                    diagnostics, version=__version__, page_of=read_page, folder=folder_in_repository(root)
                )
            )
        case "github" if diagnostics:
            from gembatch.report.findings_as_github import findings_as_github  # noqa: PLC0415

            show_commands(findings_as_github(diagnostics, folder_in_repository(root)))
        case "text" if diagnostics:
            from gembatch.report.findings_as_text import findings_as_text  # noqa: PLC0415

            show(findings_as_text(diagnostics, palette_of(sys.stdout)) + "\n")
        case _:
            pass


def folder_in_repository(root: Path) -> str:
    """Returns the workspace's folder as its repository names it, with a slash at its end; empty for the root.

    Code scanning and annotations know files by their path from there, wherever the command is run.
    """
    # A workflow may check out into a folder, so the checkout itself is asked first.
    workspace = os.environ.get("GITHUB_WORKSPACE", "")
    given = Path(workspace) if workspace and root.is_relative_to(workspace) else root
    repository = find_checkout(root) or given
    inside = root.relative_to(repository).as_posix()
    return "" if inside == "." else f"{inside}/"
