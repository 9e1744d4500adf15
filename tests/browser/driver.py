"""A browser driven by the W3C WebDriver protocol: plain HTTP with JSON, which the standard library speaks."""

import http.client
import json
import re
import subprocess
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Seconds: axe looks at every pair of colours of the largest page for ten where nothing else runs.
_PATIENCE = 120


class Browser:
    """One session of chromium with a profile of its own."""

    def __init__(self, chromium: Path, chromedriver: Path, profile: Path) -> None:
        self._process = subprocess.Popen(
            [chromedriver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        started = (re.search(r"successfully on port (\d+)", line) for line in self._process.stdout)
        port = next(match[1] for match in started if match)
        self._driver = http.client.HTTPConnection("127.0.0.1", int(port), timeout=_PATIENCE + 30)
        self._path = "/session"
        options = {"binary": str(chromium), "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "timeouts": {"script": 1000 * _PATIENCE},
        }
        session = self._send("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._path += f"/{session['sessionId']}"

    def close(self) -> None:
        """Ends the session and both processes."""
        try:
            self._send("DELETE", "")
        finally:
            self._driver.close()
            self._process.terminate()
            self._process.communicate(timeout=10)

    def open(self, path: Path) -> None:
        """Loads a file and waits until it is complete."""
        self._send("POST", "/url", {"url": path.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What a function body returns in the page."""
        return self._send("POST", "/execute/sync", {"script": script, "args": arguments})

    def run_later(self, script: str) -> Any:
        """What a function body hands to the function that is its last argument."""
        return self._send("POST", "/execute/async", {"script": script, "args": ()})

    def find(self, selector: str) -> str:
        """The element of a CSS selector, for `click` and `type`."""
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})
        return str(found[ELEMENT])

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return len(self._send("POST", "/elements", {"using": "css selector", "value": selector}))

    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of the element."""
        self._send("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Keys typed into the element."""
        self._send("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def devtools(self, command: str, **parameters: object) -> Any:
        """A command that only the developer tools have."""
        return self._send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self) -> list[str]:
        """What the page wrote to the console since the last call, faults of its policy among it."""
        return [entry["message"] for entry in self._send("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> set[str]:
        """The addresses that pages asked for since the last call; the browser's own pages are not counted."""
        messages = (json.loads(entry["message"]) for entry in self._send("POST", "/se/log", {"type": "performance"}))
        events = (message["message"] for message in messages)
        asked = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
        return {address for address in asked if not address.startswith(("chrome:", "data:"))}

    def _send(self, method: str, path: str, body: object = None) -> Any:
        self._driver.request(method, self._path + path, None if body is None else json.dumps(body))
        value = json.loads(self._driver.getresponse().read())["value"]
        assert not (isinstance(value, dict) and "error" in value), value
        return value
