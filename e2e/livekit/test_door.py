"""What the door answers to good and bad tokens, before anybody is let in."""

import pytest
from livekit import api, rtc

from office import Person, get, raw_token, token

JOIN = "/rtc/v1/validate"


def bearer(jwt):
    return {"Authorization": f"Bearer {jwt}"}


@pytest.mark.parametrize(
    ("what", "jwt", "status", "text"),
    [
        ("a good token", token("ada", "lane"), 200, "success"),
        ("no room", raw_token({"sub": "ada", "video": {"roomJoin": True}}), 400, "room"),
        ("nobody", raw_token({"video": {"roomJoin": True, "room": "lane"}}), 400, "identity"),
        ("a wrong key", token("ada", "lane", key="stranger"), 401, "key"),
        ("a wrong secret", token("ada", "lane", secret="something-else-entirely-0123456789"), 401, "signature"),
        ("an old token", token("ada", "lane", ttl_s=-3600), 401, "expired"),
        ("no right to join", token("ada", "lane", grants=api.VideoGrants(room="lane", room_admin=True)), 401, "permission"),
        ("nonsense", "nonsense", 401, "token"),
    ],
)
def test_tokens(server, what, jwt, status, text):
    for url, headers in [(f"{server.http}{JOIN}", bearer(jwt)), (f"{server.http}{JOIN}?access_token={jwt}", {})]:
        answer = get(url, headers)
        assert answer[0] == status, (what, answer)
        assert text in answer[2].lower(), (what, answer)
        assert answer[1]["Access-Control-Allow-Origin"] == "*", what


def test_refusals_are_said_in_the_readers_language(server):
    old = bearer(token("ada", "lane", ttl_s=-3600))
    assert "过期" in get(f"{server.http}{JOIN}", old | {"Accept-Language": "zh-CN,zh;q=0.9"})[2]
    assert "过期" not in get(f"{server.http}{JOIN}", old | {"Accept-Language": "en-GB"})[2]


def test_no_token_and_a_malformed_header(server):
    assert get(f"{server.http}{JOIN}")[0] == 401
    good = token("ada", "lane")
    assert get(f"{server.http}{JOIN}?access_token={good}", {"Authorization": "Basic x"})[0] == 401


def test_the_older_path_and_double_slashes(server):
    good = bearer(token("ada", "lane"))
    assert get(f"{server.http}/rtc/validate", good)[0] == 404
    assert get(f"{server.http}/rtc", good)[0] == 404
    assert get(f"{server.http}/{JOIN}", good)[0] == 200
    assert get(f"{server.http}/rtc/v1", good)[0] == 404


def test_long_urls_are_taken(server):
    good = token("ada", "lane")
    padding = "x" * 40_000
    assert get(f"{server.http}{JOIN}?access_token={good}&other={padding}")[0] == 200


def test_malformed_join_requests(server):
    good = bearer(token("ada", "lane"))
    assert get(f"{server.http}{JOIN}?join_request=%00%ff", good)[0] == 400


def test_preflight(server):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    status, answer, _ = get(f"{server.http}/twirp/livekit.RoomService/ListRooms", headers, "OPTIONS")
    assert status == 204
    assert "POST" in answer["Access-Control-Allow-Methods"]
    assert answer["Access-Control-Allow-Headers"] == "authorization"


async def test_a_client_with_a_bad_token_is_told(server):
    person = Person(server, "ada", "lane")
    with pytest.raises(rtc.ConnectError):
        await person.room.connect(server.url, token("ada", "lane", key="stranger"))


def test_the_first_page_and_health(server):
    assert get(f"{server.http}/")[0] == 200
    assert get(f"{server.http}/healthz")[0] == 200
    assert "hutong_media_rooms" in get(f"{server.http}/metrics")[2]
