"""The routes of `batchPredictionJobs` and of the operations that deletes give.

https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gembatch.emulator.http import ApiError, Handler, Json, Request, Response, Router, decode_segment, json_response
from gembatch.emulator.jobs.checks import check_new_job
from gembatch.emulator.jobs.filter_tokens import InvalidFilterError
from gembatch.emulator.jobs.filters import parse_filter
from gembatch.emulator.jobs.job import Job, document_of
from gembatch.emulator.jobs.job_shape import JOB
from gembatch.emulator.jobs.jobs import NEWEST, Jobs, NoSuchJobError
from gembatch.emulator.jobs.life import StateError
from gembatch.emulator.jobs.masks import InvalidMaskError, apply_mask, parse_mask
from gembatch.emulator.jobs.names import JobName, Parent, project_number
from gembatch.emulator.jobs.page_tokens import InvalidTokenError, make_token, read_token
from gembatch.emulator.permissions import Permissions
from gembatch.emulator.settings import Settings

_PARENT = r"/(?:v1|v1beta1)/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
_JOBS = rf"{_PARENT}/batchPredictionJobs"
_JOB = rf"{_JOBS}/(?P<id>[^/:]+)"
# Google's client asks for operations under `/ui` first: that rule stands first in its table.
_OPERATION = _PARENT.replace("v1beta1", "v1beta1|ui") + "/operations/(?P<id>[^/:]+)"

_MAX_PAGE_SIZE = 1000


def add_routes(router: Router, jobs: Jobs, settings: Settings, permissions: Permissions) -> None:
    """Adds the routes of all five methods, and of operations."""
    api = _JobsApi(jobs, settings)
    for method, pattern, handler, permission in (
        ("POST", _JOBS, api.create, "create"),
        ("GET", _JOBS, api.list, "list"),
        ("GET", _JOB, api.get, "get"),
        ("DELETE", _JOB, api.delete, "delete"),
        ("POST", rf"{_JOB}(?::|%3[Aa])cancel", api.cancel, "cancel"),
        ("GET", _OPERATION, api.get_operation, "get"),
    ):
        allowed = _if_allowed(handler, permissions, f"aiplatform.batchPredictionJobs.{permission}")
        router.add(method, pattern, _translated(allowed))


def _if_allowed(handler: Handler, permissions: Permissions, permission: str) -> Handler:
    """Returns a handler that refuses where the permission is denied, whatever it is asked for."""

    def handle(request: Request, match: re.Match[str]) -> Response:
        project, location = decode_segment(match["project"]), decode_segment(match["location"])
        if not permissions.has(project, permission):
            resource = f"//aiplatform.googleapis.com/projects/{project}/locations/{location}"
            message = f"Permission '{permission}' denied on resource '{resource}' (or it may not exist)."
            raise ApiError(403, "PERMISSION_DENIED", message)
        return handler(request, match)

    return handle


class _JobsApi:
    """Requests in, calls, responses out."""

    def __init__(self, jobs: Jobs, settings: Settings) -> None:
        self._jobs = jobs
        self._settings = settings

    def create(self, request: Request, match: re.Match[str]) -> Response:
        parent = self._parent(match)
        fields = check_new_job(request.json_object(), self._settings.clock().date())
        return json_response(_shown(self._jobs.create(parent, fields), request))

    def get(self, request: Request, match: re.Match[str]) -> Response:
        return json_response(_shown(self._jobs.get(self._name(match)), request))

    def list(self, request: Request, match: re.Match[str]) -> Response:
        parent = self._parent(match)
        text = request.parameter("filter")
        mask = parse_mask(request.parameter("readMask") or request.parameter("read_mask"), JOB)
        listing = f"{parent} {text}"
        token = request.parameter("pageToken") or request.parameter("page_token")
        page = self._jobs.list(
            parent,
            parse_filter(text),
            after=read_token(listing, token) if token else NEWEST,
            limit=self._page_size(request),
        )
        answer: dict[str, Json] = {}
        if page.jobs:
            answer["batchPredictionJobs"] = [apply_mask(_shown(job, request), mask) for job in page.jobs]
        if page.last is not None:
            answer["nextPageToken"] = make_token(listing, page.last)
        return json_response(answer)

    def cancel(self, request: Request, match: re.Match[str]) -> Response:
        if unknown := sorted(request.json_object()):
            raise _invalid(f'Invalid JSON payload received. Unknown name "{unknown[0]}": Cannot find field.')
        self._jobs.cancel(self._name(match))
        return json_response({})

    def delete(self, _request: Request, match: re.Match[str]) -> Response:
        return json_response(self._jobs.delete(self._name(match)))

    def get_operation(self, _request: Request, match: re.Match[str]) -> Response:
        name = f"{self._parent(match)}/operations/{decode_segment(match['id'])}"
        operation = self._jobs.find_operation(name)
        if operation is None:
            raise ApiError(404, "NOT_FOUND", f"The Operation does not exist: {name}")
        return json_response(operation)

    def _parent(self, match: re.Match[str]) -> Parent:
        project = decode_segment(match["project"])
        return Parent(project_number(project, self._settings.project_numbers), decode_segment(match["location"]))

    def _name(self, match: re.Match[str]) -> JobName:
        return JobName(self._parent(match), decode_segment(match["id"]))

    def _page_size(self, request: Request) -> int:
        text = request.parameter("pageSize") or request.parameter("page_size") or "0"
        if not re.fullmatch(r"\d{1,9}", text):
            raise _invalid(f"Invalid value for page_size: {text}")
        return min(int(text) or self._settings.default_page_size, _MAX_PAGE_SIZE)


def _shown(job: Job, request: Request) -> dict[str, Json]:
    """Returns the job as this caller wants it: Google's generated clients ask for numbers in place of enums."""
    document = document_of(job)
    if "enum-encoding=int" in request.parameter("$alt"):
        document["state"] = job.state.value
    return document


def _translated(handler: Callable[[Request, re.Match[str]], Response]) -> Handler:
    """Returns a handler whose errors are those of the API."""

    def handle(request: Request, match: re.Match[str]) -> Response:
        try:
            return handler(request, match)
        except NoSuchJobError as error:
            raise ApiError(404, "NOT_FOUND", "The BatchPredictionJob does not exist.") from error
        except StateError as error:
            raise ApiError(400, "FAILED_PRECONDITION", str(error)) from error
        except (InvalidFilterError, InvalidMaskError) as error:
            raise _invalid(str(error)) from error
        except InvalidTokenError as error:
            raise _invalid(f"The page_token is not valid for this listing: {error}") from error

    return handle


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_ARGUMENT", message)
