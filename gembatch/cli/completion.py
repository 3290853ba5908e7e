"""`gembatch completion`: the script that makes a shell complete commands, options, environments and jobs."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from gembatch.cli.output import show

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS), metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL: `bash` (from 4.4), `zsh` or `fish`.

    \b
    bash: echo 'eval "$(gembatch completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(gembatch completion zsh)"' >> ~/.zshrc
    fish: gembatch completion fish > ~/.config/fish/completions/gembatch.fish
    """  # noqa: D301, `\b` is a backspace to click: lines after it stay as they are
    writer = get_completion_class(shell)
    if writer is None:
        raise click.BadParameter(f"click cannot complete in {shell}")
    # The variable by which the script asks is the one that `main` looks for: click makes both of the name.
    show(writer(context.find_root().command, {}, "gembatch", "_GEMBATCH_COMPLETE").source().rstrip("\n"))
