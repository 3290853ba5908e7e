"""A small GitHub on loopback: pull requests, comments, runs and artifacts, with tokens that have permissions."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "acme/reviews"
REPOSITORY_ID = 4711
FORK_ID = 4712
BOT = "github-actions[bot]"

Json = dict[str, object]


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    status: int
    value: object = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None

    @property
    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()

    @property
    def kind(self) -> str:
        if self.text is not None:
            return "text/html; charset=utf-8"
        return "application/zip" if isinstance(self.value, bytes) else "application/json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: Json


@dataclass
class FakeGitHub:
    """What GitHub remembers. Tests change it, jobs ask it over HTTP.

    Attributes:
        page_size: At most so many items a page, whatever is asked for.
        faults: Replies that are given, once each, in place of the next ones whose `METHOD path` matches.
        asked: Every request, in order.
    """

    page_size: int = 100
    pulls: dict[int, Json] = field(default_factory=dict)
    comments: list[Json] = field(default_factory=list)
    runs: dict[int, Json] = field(default_factory=dict)
    artifacts: dict[int, Json] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    faults: list[tuple[str, Reply]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""
    store: str = ""
    _now: datetime = field(default_factory=lambda: datetime.fromtimestamp(int(time()), UTC) - timedelta(hours=6))

    # What people and runs do.

    def token(self, **permissions: str) -> str:
        """A token with permissions such as `pull_requests="write"`; its text must never be printed."""
        token = f"ghs_{len(self.tokens):02d}" + "x" * 36
        self.tokens[token] = permissions
        return token

    def tick(self) -> str:
        """The time, a second later than the last one."""
        self._now += timedelta(seconds=1)
        return self._now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def open_pull(
        self, head: str, *, base: str = "main", head_repository: int | None = REPOSITORY_ID, branch: str = "change"
    ) -> int:
        number = len(self.pulls) + 17
        repository = {"id": head_repository} if head_repository else None
        self.pulls[number] = {
            "number": number,
            "state": "open",
            "merged_at": None,
            "updated_at": self.tick(),
            "head": {"sha": head, "ref": branch, "repo": repository},
            "base": {"ref": base, "repo": {"id": REPOSITORY_ID}},
        }
        return number

    def push(self, number: int, head: str) -> None:
        self.pulls[number] = {**self.pulls[number], "updated_at": self.tick()}
        self.pulls[number]["head"] = {**_object(self.pulls[number]["head"]), "sha": head}

    def merge(self, number: int) -> None:
        at = self.tick()
        self.pulls[number] = {**self.pulls[number], "state": "closed", "merged_at": at, "updated_at": at}

    def add_run(
        self,
        head: str,
        *,
        event: str = "pull_request",
        head_repository: int | None = REPOSITORY_ID,
        branch: str = "change",
    ) -> int:
        identifier = 9000 + len(self.runs)
        self.runs[identifier] = {
            "id": identifier,
            "event": event,
            "head_sha": head,
            "head_branch": branch,
            "repository": {"id": REPOSITORY_ID},
            "head_repository": {"id": head_repository} if head_repository else None,
        }
        return identifier

    def upload(self, run: int, name: str, archive: bytes) -> int:
        identifier = 100 + len(self.artifacts)
        self.archives[identifier] = archive
        self.artifacts[identifier] = {
            "id": identifier,
            "name": name,
            "size_in_bytes": len(archive),
            "expired": False,
            "created_at": self.tick(),
            "workflow_run": {"id": run, "head_branch": self.runs[run]["head_branch"]},
        }
        return identifier

    def comment(self, number: int, body: str, author: str = BOT) -> int:
        made = {
            "id": 500 + len(self.comments),
            "issue": number,
            "user": {"login": author, "type": "Bot" if author.endswith("[bot]") else "User"},
            "body": body,
        }
        self.comments.append(made)
        return made["id"]

    def comments_on(self, number: int) -> list[str]:
        return [str(comment["body"]) for comment in self.comments if comment["issue"] == number]

    def fail(self, matching: str, *replies: Reply) -> None:
        """Answers the next requests whose `METHOD path` fits a pattern with these replies."""
        self.faults.extend((matching, reply) for reply in replies)

    # What jobs ask.

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        for number, (pattern, reply) in enumerate(self.faults):
            if re.search(pattern, f"{asked.method} {asked.path}"):
                del self.faults[number]
                return reply
        if asked.token not in self.tokens:
            return Reply(401, {"message": "Bad credentials"})
        prefix = f"/repos/{REPOSITORY}"
        if not asked.path.startswith(prefix):
            return _NOT_FOUND
        for method, pattern, permission, answer in _ROUTES:
            found = re.fullmatch(pattern, asked.path.removeprefix(prefix))
            if found and method == asked.method:
                return self._permitted(asked, permission) or answer(self, asked, *map(int, found.groups()))
        return _NOT_FOUND

    def _permitted(self, asked: Asked, permission: str) -> Reply | None:
        name, _, level = permission.partition("=")
        given = self.tokens[asked.token].get(name, "none")
        if given in {"write", level}:
            return None
        needed = {"x-accepted-github-permissions": permission}
        return Reply(403, {"message": "Resource not accessible by integration"}, needed)

    def _pull(self, _asked: Asked, number: int) -> Reply:
        return Reply(200, self.pulls[number]) if number in self.pulls else _NOT_FOUND

    def _pulls(self, asked: Asked) -> Reply:
        assert {"state": "closed", "sort": "updated", "direction": "desc"}.items() <= asked.query.items()
        closed = [pull for pull in self.pulls.values() if pull["state"] == "closed"]
        into = [pull for pull in closed if _object(pull["base"])["ref"] == asked.query["base"]]
        return self._page(asked, sorted(into, key=lambda pull: str(pull["updated_at"]), reverse=True))

    def _comments(self, asked: Asked, number: int) -> Reply:
        return self._page(asked, [comment for comment in self.comments if comment["issue"] == number])

    def _add_comment(self, asked: Asked, number: int) -> Reply:
        if refused := _too_long(asked):
            return refused
        self.comment(number, str(asked.body["body"]))
        return Reply(201, self.comments[-1])

    def _edit_comment(self, asked: Asked, identifier: int) -> Reply:
        if refused := _too_long(asked):
            return refused
        for comment in self.comments:
            if comment["id"] == identifier:
                comment["body"] = asked.body["body"]
                return Reply(200, comment)
        return _NOT_FOUND

    def _run(self, _asked: Asked, identifier: int) -> Reply:
        return Reply(200, self.runs[identifier]) if identifier in self.runs else _NOT_FOUND

    def _artifacts(self, asked: Asked, run: int | None = None) -> Reply:
        left = [item for item in self.artifacts.values() if run in {None, _object(item["workflow_run"])["id"]}]
        return self._page(asked, [item for item in left if item["name"] == asked.query["name"]], key="artifacts")

    def _archive(self, _asked: Asked, identifier: int) -> Reply:
        if identifier not in self.archives:
            return Reply(410, {"message": "Artifact has expired"})
        return Reply(302, None, {"location": f"{self.store}/{identifier}?sig=SIGNED"})

    def _page(self, asked: Asked, items: list[Json], key: str | None = None) -> Reply:
        size, number = min(int(asked.query["per_page"]), self.page_size), int(asked.query["page"])
        page = items[(number - 1) * size : number * size]
        more = number * size < len(items)
        headers = {"link": f'<{self.url}{asked.path}?page={number + 1}>; rel="next"'} if more else {}
        return Reply(200, {key: page, "total_count": len(items)} if key else page, headers)

    def stored(self, asked: Asked) -> Reply:
        """What the other host, where the archives are, answers."""
        assert "" == asked.token, "the token was sent to another host"
        return Reply(200, self.archives[int(asked.path.strip("/"))])

    @contextmanager
    def serving(self) -> Iterator[FakeGitHub]:
        """Serves on two free ports: the API, and the store that it leads to."""
        with _server(self.reply) as self.url, _server(self.stored) as self.store:
            yield self


_NOT_FOUND = Reply(404, {"message": "Not Found"})

_ROUTES: list[tuple[str, str, str, Callable[..., Reply]]] = [
    ("GET", r"/pulls/(\d+)", "pull_requests=read", FakeGitHub._pull),
    ("GET", r"/pulls", "pull_requests=read", FakeGitHub._pulls),
    ("GET", r"/issues/(\d+)/comments", "pull_requests=read", FakeGitHub._comments),
    ("POST", r"/issues/(\d+)/comments", "pull_requests=write", FakeGitHub._add_comment),
    ("PATCH", r"/issues/comments/(\d+)", "pull_requests=write", FakeGitHub._edit_comment),
    ("GET", r"/actions/runs/(\d+)", "actions=read", FakeGitHub._run),
    ("GET", r"/actions/runs/(\d+)/artifacts", "actions=read", FakeGitHub._artifacts),
    ("GET", r"/actions/artifacts", "actions=read", FakeGitHub._artifacts),
    ("GET", r"/actions/artifacts/(\d+)/zip", "actions=read", FakeGitHub._archive),
]


def _too_long(asked: Asked) -> Reply | None:
    length = len(str(asked.body["body"]).encode("utf-16-le")) // 2
    return Reply(422, {"message": "Body is too long (maximum is 65536 characters)"}) if length > 65536 else None


def _object(value: object) -> Json:
    assert isinstance(value, dict)
    return value


@contextmanager
def _server(reply: Callable[[Asked], Reply]) -> Iterator[str]:
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                self.headers.get("Authorization", "").removeprefix("Bearer "),
                json.loads(self.rfile.read(length) or "{}"),
            )
            with guard:
                given = reply(asked)
            body = given.body
            # Not `send_response`, whose date would be a second one.
            self.send_response_only(given.status)
            for name, value in {"content-type": given.kind, **given.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        # The base class looks handlers up by these names.
        do_GET = do_POST = do_PATCH = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
