"""A headless Chromium, driven over WebDriver's plain HTTP: no package needed."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARROW_LEFT, ARROW_RIGHT, HOME, END, ENTER = "\ue012", "\ue014", "\ue011", "\ue010", "\ue007"
TAB, SPACE = "\ue004", " "


def missing() -> str | None:
    """What is not installed, for a skip's reason."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    return None


needs_browser = pytest.mark.skipif(missing() is not None, reason=missing() or "it is there")


class Browser:
    """One window. Close it when done."""

    def __init__(self, width: int = 1100, height: int = 800, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [shutil.which("chromedriver") or "", f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                     "--disable-gpu", "--force-device-scale-factor=1",
                     f"--window-size={width},{height}", *options]  # fmt: skip
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium")},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        for _ in range(100):
            try:
                self._call("GET", "/status")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = f"/session/{answer['sessionId']}"
        self._page = ""

    def close(self) -> None:
        try:
            self._call("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait(10)

    def open(self, url: str) -> None:
        page = url.partition("#")[0]
        if page == self._page:  # another place in the same page would not load it anew
            self._call("POST", f"{self.session}/url", {"url": "about:blank"})
        self._call("POST", f"{self.session}/url", {"url": url})
        self._page = page

    def run(self, script: str, *arguments: Any) -> Any:
        """The value that a script returns."""
        body = {"script": script, "args": list(arguments)}
        return self._call("POST", f"{self.session}/execute/sync", body)

    def click(self, selector: str) -> None:
        self._call("POST", f"{self.session}/element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self._call("POST", f"{self.session}/element/{self._find(selector)}/value", {"text": text})

    def press(self, key: str) -> None:
        """A key, wherever the focus is."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        body = {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        self._call("POST", f"{self.session}/actions", body)

    def hover(self, selector: str, x: int = 0, y: int = 0) -> None:
        """The mouse over an element, so far from its middle."""
        self._act("pointer", [self._move(selector, x, y)], {"pointerType": "mouse"})

    def drag(self, selector: str, x: int, y: int) -> None:
        """The mouse pressed in the middle of an element, moved so far, and let go."""
        moved = {"type": "pointerMove", "duration": 50, "x": x, "y": y, "origin": "pointer"}
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        actions = [self._move(selector, 0, 0), down, moved, up]
        self._act("pointer", actions, {"pointerType": "mouse"})

    def wheel(self, selector: str, by: int, x: int = 0, y: int = 0) -> None:
        """The wheel turned over an element, so far from its middle."""
        origin = {_ELEMENT: self._find(selector)}
        self._act("wheel", [{"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": by,
                             "duration": 0, "origin": origin}])  # fmt: skip

    def pinch(self, x: float, y: float, before: float, after: float) -> None:
        """Two fingers on both sides of a point of the window, moved apart or together."""

        def fingers(kind: str, spread: float) -> None:
            points = [{"x": x - spread / 2, "y": y}, {"x": x + spread / 2, "y": y}]
            listed = [] if kind == "touchEnd" else points
            self.command("Input.dispatchTouchEvent", type=kind, touchPoints=listed)

        fingers("touchStart", before)
        for k in range(1, 5):
            fingers("touchMove", before + (after - before) * k / 4)
        fingers("touchEnd", after)

    def tap(self, x: float, y: float) -> None:
        """A finger on a point of the window."""
        self.command("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.command("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def middle(self, selector: str) -> tuple[float, float]:
        """The middle of an element, in the window."""
        x, y = self.run(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [box.left + box.width / 2, box.top + box.height / 2]", selector,
        )  # fmt: skip
        return x, y

    def resize(self, width: int = 1100, height: int = 800, mobile: bool = False) -> None:
        """A window of another size, or a phone."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=mobile)  # fmt: skip
        self.command("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def command(self, name: str, **parameters: Any) -> Any:
        """A command of Chromium's own protocol."""
        body = {"cmd": name, "params": parameters}
        return self._call("POST", f"{self.session}/goog/cdp/execute", body)

    def spoken(self) -> list[tuple[str, str]]:
        """Role and name of everything that a screen reader finds, in order."""
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node["ignored"]
        ]

    def _move(self, selector: str, x: int, y: int) -> dict[str, Any]:
        origin = {_ELEMENT: self._find(selector)}
        return {"type": "pointerMove", "duration": 0, "x": x, "y": y, "origin": origin}

    def _act(self, kind: str, actions: list[Any], parameters: Any = None) -> None:
        source = {"type": kind, "id": f"the {kind}", "actions": actions}
        if parameters:
            source["parameters"] = parameters
        self._call("POST", f"{self.session}/actions", {"actions": [source]})

    def enter(self, selector: str) -> None:
        """Go on inside of a frame."""
        body = {"id": {_ELEMENT: self._find(selector)}}
        self._call("POST", f"{self.session}/frame", body)

    def leave(self) -> None:
        """Back out of all frames."""
        self._call("POST", f"{self.session}/frame", {"id": None})

    def text(self, selector: str) -> str:
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def visible(self, selector: str) -> list[str]:
        """The texts of elements that can be seen."""
        return self.run(
            "return [...document.querySelectorAll(arguments[0])].filter(e => "
            "getComputedStyle(e).visibility === 'visible').map(e => e.textContent)",
            selector,
        )

    def complaints(self) -> list[str]:
        """Errors and warnings of the page."""
        entries = self._call("POST", f"{self.session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries]

    def emulate(self, media: str = "", **features: str) -> None:
        """A medium such as "print", and what the user prefers: prefers_reduced_motion="reduce"."""
        listed = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.command("Emulation.setEmulatedMedia", media=media, features=listed)

    def printed(self) -> bytes:
        """The page as PDF."""
        return base64.b64decode(self._call("POST", f"{self.session}/print", {}))

    def screenshot(self) -> bytes:
        return base64.b64decode(self._call("GET", f"{self.session}/screenshot"))

    def _find(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        return self._call("POST", f"{self.session}/element", body)[_ELEMENT]

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None
