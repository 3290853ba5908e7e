"""A client of the real yaml-language-server, which VS Code and other editors complete and check YAML with.

It speaks the Language Server Protocol, https://microsoft.github.io/language-server-protocol/, over stdin and stdout.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any, TypeAlias

PACKAGE = "yaml-language-server@1.19.2"  # later ones want node 22

PATIENCE = 300
"""Seconds for which a server may live."""

Message: TypeAlias = dict[str, Any]

_SETTINGS: Message = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}


class NotInstalledError(Exception):
    """The server cannot be had here; the text says why."""


def install(cache: Path) -> Path:
    """Returns the server's program, fetched from npm into `cache` unless it is there.

    Raises:
        NotInstalledError: There is no node or npm, or the registry cannot be reached.
    """
    folder = cache / PACKAGE
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotInstalledError("node and npm are not installed")
    if not folder.exists():
        _fetch(cache, folder)
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


def _fetch(cache: Path, folder: Path) -> None:
    # Into a folder of its own and then renamed: two test processes may do it at once, and one may be stopped.
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        fetched = subprocess.run(
            ["npm", "install", "--prefix", temporary, "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if fetched.returncode != 0:
            raise NotInstalledError(f"npm cannot install {PACKAGE}: {fetched.stderr.strip().splitlines()[-1]}")
        try:
            Path(temporary).rename(folder)
            Path(temporary).mkdir()  # for its owner to remove
        except OSError:
            if not folder.exists():  # or another process was quicker
                raise


@contextmanager
def language_server(program: Path, root: Path) -> Iterator[Editor]:
    """Yields an editor in which the folder `root` is open; it is closed with the block."""
    with subprocess.Popen(
        ["node", str(program), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        guard = Timer(PATIENCE, process.kill)  # a server that is silent for ever must not hold the tests for ever
        guard.start()
        editor = Editor(process, root)
        try:
            editor.begin()
            yield editor
        finally:
            guard.cancel()
            process.kill()


@dataclass
class Editor:
    """What an editor asks of the server.

    Attributes:
        process: The server.
        root: The folder that is open.
        number: Of the last request or file.
        findings: By URI, what the server last said of a file.
    """

    process: subprocess.Popen[bytes]
    root: Path
    number: int = 0
    findings: dict[str, list[Message]] = field(default_factory=dict)

    def begin(self) -> None:
        """Opens the folder."""
        self.ask("initialize", {"processId": None, "rootUri": self.root.as_uri(), "capabilities": _CAPABILITIES})
        self._send({"method": "initialized", "params": {}})

    def diagnostics(self, path: str, text: str) -> list[str]:
        """Returns what is underlined in a file with a text: `line: message`, lines from 1."""
        uri = self._open(path, text)
        while uri not in self.findings:
            self._hear()
        return [f"{found['range']['start']['line'] + 1}: {found['message']}" for found in self.findings[uri]]

    def completions(self, path: str, text: str) -> list[str]:
        """Returns what is offered where `‸` stands in a text."""
        found = self.ask("textDocument/completion", self._at_caret(path, text))
        items = found["items"] if isinstance(found, dict) else found or []
        return [item["label"] for item in items]

    def hover(self, path: str, text: str) -> str:
        """Returns what is shown when the mouse rests where `‸` stands in a text; empty for nothing."""
        found = self.ask("textDocument/hover", self._at_caret(path, text))
        return found["contents"]["value"] if found else ""

    def _at_caret(self, path: str, text: str) -> Message:
        before, _, after = text.partition("‸")
        uri = self._open(path, before + after)
        lines = before.split("\n")
        return {"textDocument": {"uri": uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}

    def _open(self, path: str, text: str) -> str:
        # A name of its own for each text: the server keeps what it knows of a file, and says old things of new texts.
        self.number += 1
        file = self.root / path
        uri = file.with_name(f"{file.stem}-{self.number}{file.suffix}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def ask(self, method: str, params: Message) -> Any:
        """Returns the answer to a request."""
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._hear()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _hear(self) -> Message:
        """Reads the server's next message; keeps diagnostics, and answers what it asks itself."""
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server is gone"
        message: Message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.findings[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, message: Message) -> Any:
        if message["method"] == "workspace/configuration":
            return [_SETTINGS.get(item.get("section", "")) for item in message["params"]["items"]]
        return None


_CAPABILITIES: Message = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"relatedInformation": True},
    },
}
