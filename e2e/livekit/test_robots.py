"""Robots, with the clients that people use for the vendors' own: nothing is changed but the address."""

import base64
import hashlib
import hmac
import json
import time

import pytest
import requests
from dingtalkchatbot.chatbot import ActionCard, CardItem, DingtalkChatbot, FeedLink
from slack_sdk.models.blocks import DividerBlock, HeaderBlock, SectionBlock
from slack_sdk.webhook import WebhookClient

from office import Server, get
from test_api import session


@pytest.fixture(scope="module")
def office():
    server = Server("--demo")
    server.start()
    yield Office(server)
    server.close()


class Office:
    """A conversation of a signed-in owner, with robots in it."""

    def __init__(self, server):
        self.server, self.cookie = server, session(server)
        self.kiln = self.ask("/api/chat/conversations", {"kind": "group", "title": "Kiln"})["id"]

    def ask(self, path, body=None):
        headers = {"cookie": self.cookie, "content-type": "application/json", "x-requested-with": "hutong"}
        method, sent = ("GET", None) if body is None else ("POST", json.dumps(body).encode())
        status, _, text = get(f"{self.server.http}{path}", headers, method, sent)
        assert status in (200, 201), text
        return json.loads(text)

    def robot(self, vendor, **safety):
        body = {"vendor": vendor, "name": f"From {vendor}", "safety": safety}
        return self.ask(f"/api/open/conversations/{self.kiln}/robots", body)

    def last(self):
        return self.ask(f"/api/chat/conversations/{self.kiln}/messages")["messages"][-1]

    def post(self, url, body):
        headers = {"content-type": "application/json"}
        status, _, text = get(url, headers, "POST", json.dumps(body).encode())
        return status, json.loads(text)


def test_slacks_own_client_posts_texts_and_blocks(office):
    client = WebhookClient(office.robot("slack")["url"])
    answer = client.send(text="*kiln 3* is hot, <https://kiln.example|look>")
    assert (answer.status_code, answer.body) == (200, "ok")
    said = office.last()
    assert (said["kind"], said["text"]) == ("text", "**kiln 3** is hot, [look](https://kiln.example)")
    assert said["program"]["name"] == "From slack"
    too_fast = client.send(text="again")
    assert (too_fast.status_code, too_fast.headers["retry-after"]) == (429, "1")
    time.sleep(1)
    blocks = [HeaderBlock(text="Kiln 3"), SectionBlock(text="is *hot*", fields=["*Who*\nBen", "*Since*\nnoon"]), DividerBlock()]
    assert client.send(text="Kiln 3 is hot", blocks=blocks).body == "ok"
    card = office.last()
    assert (card["kind"], card["text"], card["data"]["header"]["title"]) == ("card", "Kiln 3 is hot", "Kiln 3")


def test_dingtalks_client_signs_and_posts_every_kind(office):
    made = office.robot("dingtalk", signed=True)
    client = DingtalkChatbot(made["url"], secret=made["secret"])
    good = {"errcode": 0, "errmsg": "ok"}
    assert client.send_text("kiln 3 is hot", is_at_all=True) == good
    assert office.last()["mentions_all"]
    assert client.send_markdown("Kiln", "# hot\n> very") == good
    assert office.last()["text"] == "Kiln"
    assert client.send_link("Kiln", "is hot", "https://kiln.example", "https://kiln.example/3.png") == good
    buttons = [CardItem(title="Cool", url="https://kiln.example/cool"), CardItem(title="Leave", url="https://kiln.example/leave")]
    assert client.send_action_card(ActionCard(title="Kiln", text="is hot", btns=buttons, btn_orientation=1, hide_avatar=1)) == good
    shown = office.last()["data"]["blocks"]
    assert [button["text"] for block in shown if block["type"] == "buttons" for button in block["items"]] == ["Cool", "Leave"]
    links = [FeedLink(title=name, message_url=f"https://kiln.example/{name}", pic_url="https://kiln.example/3.png") for name in "ab"]
    assert client.send_feed_card(links) == good
    forged = DingtalkChatbot(made["url"], secret="SEC" + "0" * 64)
    assert forged.send_text("forged")["errcode"] == 310000


def test_feishu_and_wecom_as_their_manuals_have_it(office):
    made = office.robot("feishu", signed=True, keywords=["kiln"])
    stamp = str(int(time.time()))
    sign = base64.b64encode(hmac.new(f"{stamp}\n{made['secret']}".encode(), digestmod=hashlib.sha256).digest()).decode()
    body = {"timestamp": stamp, "sign": sign, "msg_type": "text", "content": {"text": "the kiln is hot"}}
    status, answer = office.post(made["url"], body)
    assert (status, answer["code"], answer["StatusCode"]) == (200, 0, 0)
    assert office.post(made["url"], body | {"content": {"text": "the oven"}})[1]["code"] == 19024
    assert office.post(made["url"], body | {"sign": "x"})[1]["code"] == 19021
    news = {"msgtype": "news", "news": {"articles": [{"title": "Kiln", "url": "https://kiln.example", "description": "is hot"}]}}
    assert office.post(office.robot("wecom")["url"], news) == (200, {"errcode": 0, "errmsg": "ok"})
    assert office.last()["data"]["blocks"][0]["items"][0]["title"] == "Kiln"


PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def test_wecom_takes_pictures_files_and_voices(office):
    url = office.robot("wecom")["url"]
    image = {"base64": base64.b64encode(PIXEL).decode(), "md5": hashlib.md5(PIXEL).hexdigest()}
    good = {"errcode": 0, "errmsg": "ok"}
    assert requests.post(url, json={"msgtype": "image", "image": image}, timeout=10).json() == good
    shown = office.last()
    assert (shown["kind"], shown["data"]["files"][0]["media_type"]) == ("files", "image/png")
    assert shown["program"]["name"] == "From wecom"

    def upload(kind, name, content):
        place = url.replace("/send", "/upload_media") + f"&type={kind}"
        return requests.post(place, files={"media": (name, content)}, timeout=10).json()

    kept = upload("file", "窑炉.csv", b"kiln,1200\n")
    assert (kept["errcode"], kept["type"], kept["created_at"].isdigit()) == (0, "file", True)
    sent = {"msgtype": "file", "file": {"media_id": kept["media_id"]}}
    assert requests.post(url, json=sent, timeout=10).json() == good
    file = office.last()["data"]["files"][0]
    assert (file["name"], file["size"]) == ("窑炉.csv", 10)
    text = requests.get(f"{office.server.http}/api/drive/files/{file['id']}/content", headers={"cookie": office.cookie}, timeout=10)
    assert text.content == b"kiln,1200\n"
    assert requests.post(office.robot("wecom")["url"], json=sent, timeout=10).json()["errcode"] == 40007
    voice = upload("voice", "a.amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50)
    assert voice["errcode"] == 0
    assert requests.post(url, json={"msgtype": "voice", "voice": {"media_id": voice["media_id"]}}, timeout=10).json() == good
    assert office.last()["kind"] in ("voice", "files")
