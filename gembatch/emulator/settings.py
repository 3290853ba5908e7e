"""What of the emulator can be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Returns the time of this machine. The emulator is a server of its own, so it keeps its own clock."""
    return datetime.now(UTC)  # noqa: TID251  # the rule is for gembatch, which the emulator only serves


@dataclass(frozen=True, slots=True)
class Settings:
    """The emulator's settings.

    Attributes:
        queue_seconds: How long a job is pending.
        run_seconds: How long it runs, at least; its rows may take longer.
        project_numbers: Project numbers by project id; a project that is not listed gets a number made from its id.
        default_page_size: Jobs on a page when the caller does not say.
        clock: The present, aware of its zone. Everything but leases follows it.
        denied: Permissions that nobody has, by bucket or project id: `{"demo-bucket": {"storage.objects.get"}}`.
    """

    queue_seconds: float = 0.4
    run_seconds: float = 0.6
    project_numbers: Mapping[str, str] = field(default_factory=dict)
    default_page_size: int = 100
    clock: Callable[[], datetime] = utc_now
    denied: Mapping[str, frozenset[str]] = field(default_factory=dict)


DEFAULTS = Settings()
