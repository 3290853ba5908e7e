"""What nobody may do: permissions that the emulator was told to deny. Everything else is allowed to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gembatch.emulator.jobs.names import project_number


class Permissions:
    """Which permissions there are on a bucket or a project."""

    def __init__(self, denied: Mapping[str, frozenset[str]], project_numbers: Mapping[str, str]) -> None:
        """Takes down what is denied.

        Args:
            denied: Permissions by bucket, or by project id.
            project_numbers: Project numbers by project id; paths may hold either.
        """
        # A bucket has a name of its own, and a project's id cannot be all digits: the two never meet.
        self._denied = {**denied, **{project_number(name, project_numbers): denied[name] for name in denied}}

    def has(self, resource: str, permission: str) -> bool:
        """Returns whether everybody has a permission.

        Args:
            resource: A bucket, or a project's id or number.
            permission: Such as `storage.objects.get`.
        """
        return permission not in self._denied.get(resource, frozenset())

    def granted(self, resource: str, permissions: Iterable[str]) -> list[str]:
        """Returns those of some permissions that everybody has, in their order."""
        return [permission for permission in permissions if self.has(resource, permission)]
