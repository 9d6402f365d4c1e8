"""Mail, through a real relay: encrypted, with a password, away, refusing; and what is in the mail works."""

import email
import email.policy
import json
import re
import socket
import ssl
import urllib.parse

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from office import Server, free_port, get, until

USER, PASSWORD = "hutong", "p@ss:wörd/"
NEW_PASSWORD = "a brand new password"


class Relay:
    """An SMTP server that wants TLS and a password, and keeps what it is given."""

    def __init__(self, authority, port, implicit_tls=False):
        self.port, self.mails, self.refused, self.implicit_tls = port, [], set(), implicit_tls
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(self.context)
        self.controller = None

    def start(self):
        relay = self
        starttls = None if self.implicit_tls else self.context

        class Listening(Controller):
            def factory(self):
                return SMTP(
                    self.handler,
                    tls_context=starttls,
                    require_starttls=starttls is not None,
                    authenticator=lambda server, session, envelope, mechanism, data: relay.knows(data),
                    auth_required=True,
                    # aiosmtpd counts only STARTTLS as encrypted.
                    auth_require_tls=starttls is not None,
                )

        context = self.context if self.implicit_tls else None
        self.controller = Listening(self, hostname="127.0.0.1", port=self.port, ssl_context=context)
        # The controller tries itself out when it has started, and does not know our authority.
        self.controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", self.port), 5).close()
        self.controller.start()
        return self

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def knows(self, data):
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return f"550 5.1.1 <{address}>: there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        assert session.ssl is not None or self.implicit_tls, "the line is encrypted"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def authority(tmp_path):
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    made.file = str(tmp_path / "authority.pem")
    return made


@pytest.fixture
def relay(authority):
    made = Relay(authority, free_port(socket.SOCK_STREAM))
    yield made
    made.stop()


@pytest.fixture
def office(authority, relay):
    running = office_with(relay, authority)
    running.start()
    yield running
    assert urllib.parse.quote(PASSWORD, safe="") not in running.output() and PASSWORD not in running.output()
    assert "panicked" not in running.output()
    running.close()


def office_with(relay, authority):
    scheme = "smtps" if relay.implicit_tls else "smtp"
    address = f"{scheme}://{USER}:{urllib.parse.quote(PASSWORD, safe='')}@localhost:{relay.port}"
    settings = {"HUTONG_MAIL_RELAY": address, "HUTONG_MAIL_FROM": "胡同 <office@brick.example>"}
    return Server("--demo", "--public-url", "https://office.example", **settings, SSL_CERT_FILE=authority.file)


def ask(server, path, body, cookie=""):
    headers = {"content-type": "application/json", "x-requested-with": "hutong", "cookie": cookie}
    return get(f"{server.http}{path}", headers, "POST", json.dumps(body).encode())


def account(server):
    return json.loads(get(f"{server.http}/api/office")[2])["demo_accounts"][0]["login"]


def forget(server):
    assert ask(server, "/api/org/password-links", {"login": account(server)})[0] == 204


def sign_in(server, password):
    status, headers, _ = ask(server, "/api/org/sign-in", {"login": account(server), "password": password})
    return status, (headers.get("set-cookie") or "").split(";")[0]


async def first_mail(relay):
    return (await until("the relay is given a mail", lambda: relay.mails))[0]


@pytest.mark.parametrize("implicit_tls", [False, True])
async def test_a_forgotten_password_is_set_anew_by_mail(authority, implicit_tls):
    relay = Relay(authority, free_port(socket.SOCK_STREAM), implicit_tls).start()
    server = office_with(relay, authority)
    server.start()
    try:
        assert json.loads(get(f"{server.http}/api/office")[2])["mail"] is True
        forget(server)
        sender, recipients, mail = await first_mail(relay)
        assert sender == "office@brick.example" and len(recipients) == 1
        assert mail["from"] == "胡同 <office@brick.example>" and mail["to"] == recipients[0]
        assert mail["auto-submitted"] == "auto-generated" and mail["message-id"].endswith("@brick.example>")
        text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        link = re.search(r"https://office\.example/new-password#(\S+)", text)
        assert link and link.group(0) in html and mail["subject"] in html
        body = {"token": link.group(1), "password": NEW_PASSWORD}
        assert ask(server, "/api/org/password-links/use", body)[0] == 204
        assert sign_in(server, NEW_PASSWORD)[0] == 200
        assert ask(server, "/api/org/password-links/use", body)[0] == 410
        await until("word of the change", lambda: len(relay.mails) == 2)
        assert link.group(1) not in server.output()
    finally:
        relay.stop()
        server.close()


async def test_mail_outlives_a_relay_that_is_away_and_a_killed_office(office, relay):
    forget(office)
    await until("a try failed", lambda: "will be tried again" in office.output())
    office.stop()
    relay.start()
    office.start()
    await first_mail(relay)
    await until("it is counted", lambda: "hutong_mail_sent_total 1" in get(f"{office.http}/metrics")[2])
    assert len(relay.mails) == 1


async def test_what_is_refused_for_good_is_not_sent_again_and_not_told_to_the_log(office, relay):
    relay.start()
    relay.refused.add("ann@brick.example")
    _, cookie = sign_in(office, "hutong-demo")
    body = {"emails": ["ann@brick.example", "ben@brick.example"], "language": "en"}
    assert ask(office, "/api/org/invitations/mails", body, cookie)[0] == 201
    _, recipients, mail = await first_mail(relay)
    assert recipients == ["ben@brick.example"] and "invites you" in mail["subject"]
    await until("it is counted", lambda: "hutong_mail_refused_total 1" in get(f"{office.http}/metrics")[2])
    assert "550" in office.output() and "ann@brick.example" not in office.output()


async def test_a_wrong_password_is_tried_again_until_it_is_mended(office, relay):
    relay.start()
    relay.knows = lambda data: AuthResult(success=False, handled=False)
    forget(office)
    await until("a try failed", lambda: "it answered 535" in office.output())
    del relay.knows
    await first_mail(relay)
