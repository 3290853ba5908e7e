"""`gembatch github`: what the workflows under `.github/` ask for; docs/github-actions.md says how they fit together."""

from __future__ import annotations

import click

from gembatch.cli.lazy_group import LazyGroup

_COMMANDS = {
    "environments": "List the environments that a change touches.",
    "comment": "Show on a pull request what this run has planned.",
    "approved": "Fetch the plans that merges have approved and nobody has applied.",
    "record": "Tell on their pull requests what became of approved plans.",
    "commit": "Commit the lockfile to the branch, where it is a file of the repository.",
    "close": "Tell on pull requests what has ended of what was applied.",
}


@click.group(cls=LazyGroup, package="gembatch.cli.github", summaries=_COMMANDS)
def github() -> None:
    """Serve the workflows of GitHub Actions that show plans on pull requests and carry them out.

    In a step of a workflow only. They read what GitHub sets there, and GITHUB_TOKEN, the job's own token.
    """
