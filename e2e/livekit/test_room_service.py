"""The stock livekit-api client drives every method of RoomService."""

import json

import pytest
from livekit import api, rtc

from office import KEY, SECRET, get, token, until


async def test_rooms_are_made_listed_changed_and_ended(livekit, people, room):
    made = await livekit.room.create_room(api.CreateRoomRequest(name=room, empty_timeout=77, metadata="m", max_participants=9))
    assert made.sid.startswith("RM_") and made.empty_timeout == 77 and made.metadata == "m" and made.max_participants == 9
    again = await livekit.room.create_room(api.CreateRoomRequest(name=room))
    assert again.sid == made.sid and again.metadata == "m"
    listed = await livekit.room.list_rooms(api.ListRoomsRequest(names=[room]))
    assert [found.name for found in listed.rooms] == [room]

    ada = await people("ada")
    changed = await livekit.room.update_room_metadata(api.UpdateRoomMetadataRequest(room=room, metadata="new"))
    assert changed.metadata == "new"
    await until("ada is told", lambda: ada.room.metadata == "new")

    await livekit.room.delete_room(api.DeleteRoomRequest(room=room))
    await until("ada is sent away", lambda: ada.heard("disconnected"))
    assert ada.heard("disconnected")[0][0] == rtc.DisconnectReason.ROOM_DELETED
    assert not (await livekit.room.list_rooms(api.ListRoomsRequest(names=[room]))).rooms


async def test_participants_are_listed_changed_and_removed(livekit, people, room):
    ada, bob = await people("ada", "bob")
    listed = await livekit.room.list_participants(api.ListParticipantsRequest(room=room))
    assert {found.identity for found in listed.participants} == {"ada", "bob"}
    change = api.UpdateParticipantRequest(room=room, identity="ada", name="Ada", metadata="m", attributes={"k": "v"})
    changed = await livekit.room.update_participant(change)
    assert (changed.name, changed.metadata, dict(changed.attributes)) == ("Ada", "m", {"k": "v"})
    await until("bob is told", lambda: bob.other("ada").name == "Ada" and bob.other("ada").attributes.get("k") == "v")
    one = await livekit.room.get_participant(api.RoomParticipantIdentity(room=room, identity="ada"))
    assert one.name == "Ada" and one.permission.can_publish

    await livekit.room.remove_participant(api.RoomParticipantIdentity(room=room, identity="bob"))
    await until("bob is sent away", lambda: bob.heard("disconnected"))
    assert bob.heard("disconnected")[0][0] == rtc.DisconnectReason.PARTICIPANT_REMOVED
    with pytest.raises(api.TwirpError) as error:
        await livekit.room.get_participant(api.RoomParticipantIdentity(room=room, identity="bob"))
    assert error.value.code == "not_found"


async def test_a_track_is_muted_by_the_server(livekit, people, room):
    ada, bob = await people("ada", "bob")
    publication = await ada.publish_audio()
    await until("bob hears ada", lambda: bob.levels.get("ada"))
    muting = api.MuteRoomTrackRequest(room=room, identity="ada", track_sid=publication.sid, muted=True)
    assert (await livekit.room.mute_published_track(muting)).track.muted
    await until("bob is told", lambda: bob.heard("track_muted"))
    with pytest.raises(api.TwirpError) as error:
        await livekit.room.mute_published_track(api.MuteRoomTrackRequest(room=room, identity="ada", track_sid=publication.sid, muted=False))
    assert error.value.code == "failed_precondition"


async def test_subscriptions_are_changed_by_the_server(livekit, people, room):
    ada, bob = await people("ada", "bob")
    publication = await ada.publish_video()
    await until("bob sees ada", lambda: bob.frames.get("ada"))
    away = api.UpdateSubscriptionsRequest(room=room, identity="bob", track_sids=[publication.sid], subscribe=False)
    await livekit.room.update_subscriptions(away)
    await until("nothing more arrives", lambda: bob.is_quiet("ada"))


async def test_permissions_are_taken_away(livekit, people, room):
    ada, bob = await people("ada", "bob")
    await ada.publish_audio()
    await until("bob hears ada", lambda: bob.levels.get("ada"))
    silent = api.ParticipantPermission(can_subscribe=True, can_publish=False, can_publish_data=True)
    await livekit.room.update_participant(api.UpdateParticipantRequest(room=room, identity="ada", permission=silent))
    await until("the track ended", lambda: bob.heard("track_unpublished"))


async def test_data_from_the_server(livekit, people, room):
    ada, bob = await people("ada", "bob")
    packet = api.SendDataRequest(room=room, data=b"to bob", kind=api.DataPacket.Kind.RELIABLE, destination_identities=["bob"], topic="t")
    await livekit.room.send_data(packet)
    await until("bob has it", lambda: [(p.data, p.topic, p.participant) for p in bob.data] == [(b"to bob", "t", None)])
    assert not ada.data


def call(server, method, body, jwt):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {jwt}"} if jwt else {})
    status, _, text = get(f"{server.http}/twirp/livekit.RoomService/{method}", headers, "POST", json.dumps(body).encode())
    return status, json.loads(text)


def test_json_is_spoken_in_both_spellings(server, room):
    admin = token("a", room, grants=api.VideoGrants(room_create=True, room_list=True))
    status, made = call(server, "CreateRoom", {"name": room, "emptyTimeout": 7, "unknown": 1}, admin)
    assert status == 200 and made["empty_timeout"] == 7 and made["num_participants"] == 0, made
    status, made = call(server, "CreateRoom", {"name": room, "empty_timeout": "8"}, admin)
    assert status == 200 and made["empty_timeout"] == 8 and made["creation_time"].isdigit()


def test_grants_and_errors(server, room):
    joiner = token("a", room)
    elsewhere = token("a", room, grants=api.VideoGrants(room_admin=True, room="elsewhere"))
    admin = token("a", room, grants=api.VideoGrants(room_admin=True, room=room, room_create=True))
    assert call(server, "ListRooms", {}, None)[1]["code"] == "unauthenticated"
    assert call(server, "ListRooms", {}, joiner)[0] == 401
    assert call(server, "ListParticipants", {"room": room}, elsewhere)[0] == 401
    assert call(server, "ListParticipants", {"room": room}, admin) == (200, {"participants": []})
    assert call(server, "DeleteRoom", {"room": room}, admin)[1]["code"] == "not_found"
    assert call(server, "GetParticipant", {"room": room, "identity": "x"}, admin)[1]["code"] == "not_found"
    assert call(server, "Nothing", {}, admin)[1]["code"] == "bad_route"
    assert call(server, "MoveParticipant", {}, admin)[0] == 501
    headers = {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"}
    assert get(f"{server.http}/twirp/livekit.RoomService/CreateRoom", headers, "POST", b"{")[0] == 400
    assert json.loads(get(f"{server.http}/twirp/livekit.Egress/StartEgress", headers, "POST", b"{}")[2])["code"] == "bad_route"


async def test_the_keys_are_those_of_the_deployment(server):
    stranger = api.LiveKitAPI(server.http, KEY, SECRET + "x")
    with pytest.raises(api.TwirpError) as error:
        await stranger.room.list_rooms(api.ListRoomsRequest())
    assert error.value.code == "unauthenticated"
    await stranger.aclose()
