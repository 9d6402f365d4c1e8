"""Pushes, read by the libraries that browsers' push services are tested with: sealed by RFC 8291, signed by RFC 8292."""

import base64
import http.server
import json
import os
import threading

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from office import Server, get, until

HEADERS = {"content-type": "application/json", "x-requested-with": "hutong"}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def service():
    """A push service that keeps what it is given."""
    taken = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((dict(self.headers.items()), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    serving.taken = taken
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield serving
    serving.shutdown()


@pytest.fixture
def office():
    running = Server("--demo", "--outgoing-allow", "127.0.0.1")
    running.start()
    yield running
    running.close()


def ask(office, cookie, method, path, body=None):
    status, headers, text = get(f"{office.http}{path}", HEADERS | cookie, method, None if body is None else json.dumps(body).encode())
    assert status < 300, (path, status, text)
    return headers, json.loads(text) if text else None


async def test_a_push_is_read_by_independent_libraries(office, service):
    account = ask(office, {}, "GET", "/api/office")[1]["demo_accounts"][0]
    headers, _ = ask(office, {}, "POST", "/api/org/sign-in", account)
    cookie = {"cookie": headers["set-cookie"].split(";")[0]}
    server_key = ask(office, cookie, "GET", "/api/notify/push")[1]["public_key"]

    key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    origin = f"http://127.0.0.1:{service.server_address[1]}"
    wish = {"endpoint": f"{origin}/push/1", "keys": {"p256dh": encoded(public), "auth": encoded(auth)}, "name": "Test"}
    ask(office, cookie, "POST", "/api/notify/push", wish)
    ask(office, cookie, "POST", "/api/notify/push/test", {})
    await until("the push arrives", lambda: service.taken)

    headers, body = service.taken[0]
    headers = {name.lower(): value for name, value in headers.items()}
    payload = json.loads(http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm"))
    assert payload["kind"] == "notify.test"
    assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0 and headers["urgency"] == "high"

    token, shown = headers["authorization"].removeprefix("vapid t=").split(", k=")
    assert shown == server_key
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(shown))
    claims = jwt.decode(token, known, algorithms=["ES256"], audience=origin)
    assert claims["sub"].startswith(("mailto:", "https://"))


async def test_a_push_service_within_the_walls_is_not_called(service):
    office = Server("--demo")
    office.start()
    try:
        account = ask(office, {}, "GET", "/api/office")[1]["demo_accounts"][0]
        headers, _ = ask(office, {}, "POST", "/api/org/sign-in", account)
        cookie = {"cookie": headers["set-cookie"].split(";")[0]}
        key = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        wish = {
            "endpoint": f"http://127.0.0.1:{service.server_address[1]}/push/1",
            "keys": {"p256dh": encoded(key), "auth": encoded(os.urandom(16))},
            "name": "Test",
        }
        answer = get(f"{office.http}/api/notify/push", HEADERS | cookie, "POST", json.dumps(wish).encode())
        assert answer[0] == 422 and json.loads(answer[2])["field"] == "endpoint"
        assert not service.taken
    finally:
        office.close()
