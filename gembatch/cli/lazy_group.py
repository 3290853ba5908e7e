"""A group of commands that are imported when they are called, so that `--version` and help start at once."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from gembatch.model.nearest import nearest

if TYPE_CHECKING:  # 10 ms that only completion should pay
    from click.shell_completion import CompletionItem

_NONE: Mapping[str, str] = MappingProxyType({})


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own name, in one package.

    Attributes:
        package: The package that the modules are in.
        summaries: What each command does, by name; help lists them in this order.
        modules: The module of a command whose name cannot be a module's.
    """

    def __init__(
        self,
        *,
        package: str,
        summaries: Mapping[str, str],
        modules: Mapping[str, str] = _NONE,
        **attributes: Any,  # noqa: ANN401  # click's own
    ) -> None:
        super().__init__(**attributes)
        self.package, self.summaries, self.modules = package, summaries, modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Returns their names."""
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Returns a command, imported now; None for none of ours."""
        if cmd_name not in self.summaries:
            return None
        module = self.modules.get(cmd_name, cmd_name)
        command = getattr(importlib.import_module(f"{self.package}.{module}"), module)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.package}.{module} has no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns the command that is meant; of a slip of the pen the error says what may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = nearest(args[0], self.summaries)
            meant = f" Did you mean {near!r}?" if near else ""
            raise click.UsageError(f"{error.message}{meant}", ctx) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Returns the commands that begin so."""
        # Like the help, from the table: TAB would otherwise import every command for its one line.
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        begun = [
            CompletionItem(name, help=text) for name, text in self.summaries.items() if name.startswith(incomplete)
        ]
        return [*begun, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes the table of commands."""
        # Written from our own: to ask each command for its help would import them all.
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
