"""Headless Chromium, spoken to by its DevTools protocol over two pipes: no port, no network, nothing to install.

The protocol: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any

PATIENCE = 120
"""Seconds for which a browser may live."""

# Chromium reads commands from descriptor 3 and answers on 4; a child may have them under any other number.
_LAUNCH = """\
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""

_OPTIONS = [
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--font-render-hinting=none",
    # Containers run as root and with little shared memory. Only pages of our own making are shown.
    "--no-sandbox", "--disable-dev-shm-usage",
    # Nothing is to be fetched; if a page asks for it all the same, no name is found.
    "--host-resolver-rules=MAP * ~NOTFOUND",
]  # fmt: skip


def program() -> str | None:
    """Returns Chromium's program, by any of its names; None where it is not installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


@dataclass
class Page:
    """One tab.

    Attributes:
        complaints: What was written to the console or broke a rule of the page's own, since it was opened.
        asked_for: The addresses that the page wanted to be fetched.
    """

    _commands: IO[bytes]
    _answers: IO[bytes]
    _session: str = ""
    complaints: list[str] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol, and returns its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._commands.write(json.dumps(message | ({"sessionId": self._session} if self._session else {})).encode())
        self._commands.write(b"\0")
        self._commands.flush()
        return self._until(lambda heard: heard.get("id") == number, what=method)["result"]

    def open(self, address: str) -> None:
        """Goes to an address, and waits until all of it is there."""
        self.call("Page.navigate", url=address)
        self._until(lambda heard: heard.get("method") == "Page.loadEventFired", what=address)

    def value(self, expression: str) -> Any:
        """Returns the value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def resize(self, width: int, height: int) -> None:
        """Makes the window as large, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme: str) -> None:
        """Says that its reader prefers `light` or `dark`, and that nothing moves."""
        wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": wishes[name]} for name in wishes])

    def allow_script(self, *, allowed: bool) -> None:
        """Switches the page's own script off or on; `value` works either way."""
        self.call("Emulation.setScriptExecutionDisabled", value=not allowed)

    def forget(self) -> None:
        """Forgets what was complained of and asked for."""
        self.complaints.clear()
        self.asked_for.clear()

    def settle(self) -> None:
        """Waits until what the page has put off is done."""
        self.value("new Promise(done => setTimeout(() => setTimeout(done)))")

    def press(self, key: str, text: str = "") -> None:
        """Presses a key and lets it go."""
        typed = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **typed)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def screenshot(self) -> bytes:
        """Returns what is in the window, as WebP."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="webp", quality=90)["data"])

    def _until(self, is_it: Any, *, what: str) -> dict[str, Any]:
        while True:
            heard = self._next(what)
            self._note(heard)
            if is_it(heard):
                assert "error" not in heard, heard
                return heard

    def _next(self, what: str) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, f"Chromium ended while it was asked for {what}"
            text += byte
        message: dict[str, Any] = json.loads(text)
        return message

    def _note(self, heard: dict[str, Any]) -> None:
        match heard:
            case {"method": "Log.entryAdded", "params": {"entry": {"text": str(text)}}}:
                self.complaints.append(text)
            case {"method": "Runtime.consoleAPICalled" | "Runtime.exceptionThrown", "params": what}:
                self.complaints.append(json.dumps(what))
            case {"method": "Network.requestWillBeSent", "params": {"request": {"url": str(url)}}}:
                self.asked_for.append(url)


@contextmanager
def chromium() -> Iterator[Page]:
    """An empty tab of a browser that ends with the block."""
    found = program()
    assert found, "Chromium is not installed"
    their_commands, commands = os.pipe()
    answers, their_answers = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(their_commands), str(their_answers), found, *_OPTIONS,
             f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(their_commands, their_answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(their_commands)
        os.close(their_answers)
        patience = Timer(PATIENCE, process.kill)
        patience.start()
        try:
            with open(commands, "wb") as writer, open(answers, "rb") as reader:  # noqa: PTH123, descriptors
                yield _tab(Page(writer, reader))
        finally:
            patience.cancel()
            process.terminate()
            process.wait()


def _tab(page: Page) -> Page:
    target = page.call("Target.createTarget", url="about:blank")["targetId"]
    page._session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        page.call(f"{domain}.enable")
    return page


def address_of(file: Path) -> str:
    """Returns the address of a file on this machine."""
    return file.resolve().as_uri()
