"""The one route of the Model Garden that tells whether a publisher's model is there.

The words for a model that is not are nowhere documented: only the status is to be relied on.
https://cloud.google.com/vertex-ai/docs/reference/rest/v1/publishers.models/get
"""

from __future__ import annotations

import re

from gembatch.emulator.http import ApiError, Json, Request, Response, Router, decode_segment, json_response
from gembatch.emulator.jobs.catalog import is_known
from gembatch.emulator.settings import Settings

_MODEL = r"/(?:v1|v1beta1)/publishers/(?P<publisher>[^/]+)/models/(?P<model>[^/:]+)"
_PREVIEW, _GA = ("PUBLIC_PREVIEW", 3), ("GA", 4)
_PROPRIETARY = ("PROPRIETARY", 1)


def add_routes(router: Router, settings: Settings) -> None:
    """Adds the route."""

    def get(request: Request, match: re.Match[str]) -> Response:
        name = f"publishers/{decode_segment(match['publisher'])}/models/{decode_segment(match['model'])}"
        if not is_known(name, settings.clock().date()):
            raise ApiError(404, "NOT_FOUND", f"Publisher Model `{name}` is not found.")
        stage = _PREVIEW if name.endswith("-preview") else _GA
        number = "enum-encoding=int" in request.parameter("$alt")
        answer: dict[str, Json] = {
            "name": name,
            "versionId": "default",
            "openSourceCategory": _PROPRIETARY[number],
            "launchStage": stage[number],
        }
        return json_response(answer)

    router.add("GET", _MODEL, get)
