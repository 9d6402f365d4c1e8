"""The office's HTTP API, fed by schemathesis from its own description: whatever is sent, no answer is a 5xx."""

import http.cookiejar
import json
import pathlib
import subprocess
import sys
import urllib.request

import pytest

from office import Server, get

EXAMPLES_PER_OPERATION = 15
# These would sign the fuzzer itself out, after which it would meet nothing but refusals.
LEFT_OUT = ["/api/org/sign-out", "/api/org/sessions/{id}"]


@pytest.fixture(scope="module")
def demo():
    server = Server("--demo")
    server.start()
    yield server
    server.close()


def session(server):
    """The cookie of a signed-in owner."""
    account = json.loads(get(f"{server.http}/api/office")[2])["demo_accounts"][0]
    body = json.dumps({"login": account["login"], "password": account["password"], "remember": False}).encode()
    headers = {"content-type": "application/json", "x-requested-with": "hutong"}
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(urllib.request.Request(f"{server.http}/api/org/sign-in", body, headers))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def test_no_request_makes_the_office_stumble(demo):
    program = pathlib.Path(sys.executable).parent / "schemathesis"
    command = [program, "run", f"{demo.http}/api/openapi.json", "--checks", "not_a_server_error", "--phases", "examples,fuzzing"]
    command += ["--max-examples", str(EXAMPLES_PER_OPERATION), "--seed", "1", "--generation-database", "none"]
    command += ["--header", f"Cookie: {session(demo)}", "--header", "X-Requested-With: hutong"]
    for path in LEFT_OUT:
        command += ["--exclude-path", path]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "panicked" not in demo.output()
