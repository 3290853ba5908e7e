"""As much of Cloud Resource Manager as tells a project's number, and what the caller may do in it.

https://cloud.google.com/resource-manager/reference/rest/v3/projects
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gembatch.emulator.http import ApiError, Json, Request, Response, Router, decode_segment, json_response
from gembatch.emulator.jobs.names import project_number
from gembatch.emulator.permissions import Permissions

_PROJECT = r"/v3/projects/(?P<project>[^/:]+)"


def add_routes(router: Router, permissions: Permissions, project_numbers: Mapping[str, str]) -> None:
    """Adds the paths of a project. Every project is there: nothing has to be made before jobs are."""
    api = _ProjectsApi(permissions, project_numbers)
    router.add("GET", _PROJECT, api.get)
    router.add("POST", rf"{_PROJECT}(?::|%3[Aa])testIamPermissions", api.test_permissions)


class _ProjectsApi:
    def __init__(self, permissions: Permissions, project_numbers: Mapping[str, str]) -> None:
        self._permissions = permissions
        self._project_numbers = project_numbers

    def get(self, _request: Request, match: re.Match[str]) -> Response:
        project = decode_segment(match["project"])
        if not self._permissions.has(project, "resourcemanager.projects.get"):
            raise ApiError(403, "PERMISSION_DENIED", "The caller does not have permission")
        answer: dict[str, Json] = {
            "name": f"projects/{project_number(project, self._project_numbers)}",
            "projectId": self._id_of(project),
            "state": "ACTIVE",
        }
        return json_response(answer)

    def test_permissions(self, request: Request, match: re.Match[str]) -> Response:
        wanted = request.json_object().get("permissions", [])
        if not isinstance(wanted, list) or not wanted or not all(isinstance(each, str) for each in wanted):
            raise ApiError(400, "INVALID_ARGUMENT", "permissions must be a list of names, and not empty.")
        granted: list[Json] = [*self._permissions.granted(decode_segment(match["project"]), map(str, wanted))]
        # Where none is granted the list is left out, as in any answer of Google's.
        return json_response({"permissions": granted} if granted else {})

    def _id_of(self, project: str) -> str:
        return next((name for name, number in self._project_numbers.items() if number == project), project)
