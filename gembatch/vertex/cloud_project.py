"""What gembatch asks of a project around its jobs, and at what price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class CloudProject(Protocol):
    """The project of the jobs. Every call only reads, is free, has a deadline and is tried again for a while.

    What goes wrong is a `GatewayError`: `RejectedError` for a definite no, such as an API that is not enabled,
    `UnavailableError` where it did not work after several tries, `CredentialsError` without valid credentials.
    """

    def number(self) -> str:
        """Returns the project's number, in digits. Cost: one read of Cloud Resource Manager."""
        ...

    def granted(self, permissions: Sequence[str]) -> frozenset[str]:
        """Returns those of some permissions that the caller has in the project. Cost: one read likewise."""
        ...

    def has_model(self, name: str) -> bool:
        """Returns whether there is a model where the jobs run.

        Cost: one read of Vertex AI.

        Args:
            name: `publishers/PUBLISHER/models/MODEL`, or that of a tuned model.
        """
        ...
