"""Two stock Python clients meet through hutong."""

import json

from livekit import rtc

from office import until


async def test_two_people_see_and_hear_each_other(people):
    ada, bob = await people("ada", "bob")
    await ada.publish_video(shade=200)
    await ada.publish_audio(hertz=440)
    await bob.publish_video(shade=60)
    await bob.publish_audio(hertz=880)

    await until("bob sees ada", lambda: len(bob.frames.get("ada", [])) > 20)
    await until("ada sees bob", lambda: len(ada.frames.get("bob", [])) > 20)
    await until("bob hears ada", lambda: bob.levels.get("ada", []).count(440) > 10)
    await until("ada hears bob", lambda: ada.levels.get("bob", []).count(880) > 10)
    assert abs(bob.frames["ada"][-1] - 188) < 25, bob.frames["ada"][-1]
    assert abs(ada.frames["bob"][-1] - 67) < 25, ada.frames["bob"][-1]


async def test_a_latecomer_gets_what_is_published_already(people):
    ada = await people("ada")
    await ada.publish_video()
    await ada.publish_audio()
    bob = await people("bob")
    await until("bob sees ada", lambda: len(bob.frames.get("ada", [])) > 10)
    await until("bob hears ada", lambda: len(bob.levels.get("ada", [])) > 10)


async def test_five_people_each_see_all_the_others(people):
    names = ["ada", "bob", "cyd", "dan", "eve"]
    everybody = await people(*names)
    for person in everybody:
        await person.publish_video(width=320, height=180, fps=8)
    for person in everybody:
        others = [name for name in names if name != person.identity]
        await until(f"{person.identity} sees {others}", lambda p=person, o=others: all(len(p.frames.get(n, [])) > 5 for n in o), 40)


async def test_data_travels_both_ways(people):
    ada, bob = await people("ada", "bob")
    await ada.room.local_participant.publish_data(b"reliable", reliable=True, topic="t")
    await bob.room.local_participant.publish_data(b"back", reliable=True, destination_identities=["ada"])
    await until("bob has ada's", lambda: [(p.data, p.topic, p.participant.identity) for p in bob.data] == [(b"reliable", "t", "ada")])
    await until("ada has bob's", lambda: [p.data for p in ada.data] == [b"back"])

    async def lossy_arrives():
        await ada.room.local_participant.publish_data(b"lossy", reliable=False)
        return any(p.data == b"lossy" and p.kind == rtc.DataPacketKind.KIND_LOSSY for p in bob.data)

    await until("a lossy packet arrives", lossy_arrives)


async def test_reliable_data_stays_in_order_and_is_never_doubled(people):
    ada, bob = await people("ada", "bob")
    sent = [f"{n}:".encode() + b"x" * 1_000 for n in range(200)]
    for payload in sent:
        await ada.room.local_participant.publish_data(payload, reliable=True)
    await until("all arrived", lambda: len(bob.data) >= len(sent))
    assert [p.data for p in bob.data] == sent


async def test_a_text_stream_and_a_call_reach_the_other(people):
    ada, bob = await people("ada", "bob")
    texts = []

    async def read(reader, identity):
        texts.append((identity, await reader.read_all()))

    import asyncio

    bob.room.register_text_stream_handler("lk.chat", lambda reader, identity: bob.tasks.append(asyncio.create_task(read(reader, identity))))

    @bob.room.local_participant.register_rpc_method("greet")
    async def greet(call: rtc.RpcInvocationData):
        return f"hello {call.caller_identity}, {call.payload}"

    await ada.room.local_participant.send_text("ni hao " * 5_000, topic="lk.chat")
    await until("bob read it", lambda: texts == [("ada", "ni hao " * 5_000)])
    answer = await ada.room.local_participant.perform_rpc(destination_identity="bob", method="greet", payload="welcome")
    assert answer == "hello ada, welcome"


async def test_simulcast_is_announced_and_seen(people):
    ada, bob = await people("ada", "bob")
    await ada.publish_video(width=1280, height=720, simulcast=True)
    await until("bob sees ada", lambda: len(bob.frames.get("ada", [])) > 10)
    publication = next(iter(bob.other("ada").track_publications.values()))
    assert publication.simulcasted
    await until("the high layer arrives", lambda: bob.sizes["ada"] == (1280, 720), 60)


async def test_mute_and_unpublish_are_told(people):
    ada, bob = await people("ada", "bob")
    publication = await ada.publish_audio()
    await until("bob hears ada", lambda: bob.levels.get("ada"))
    publication.track.mute()
    await until("bob is told of the mute", lambda: bob.heard("track_muted"))
    publication.track.unmute()
    await until("bob is told of its end", lambda: bob.heard("track_unmuted"))
    await ada.room.local_participant.unpublish_track(publication.sid)
    await until("bob is told of the end", lambda: bob.heard("track_unpublished"))
    assert not bob.other("ada").track_publications
    await ada.publish_audio(hertz=600)
    await until("bob hears the new track", lambda: 600 in bob.levels["ada"])


async def test_unsubscribing_stops_and_subscribing_resumes(people):
    ada, bob = await people("ada", "bob")
    await ada.publish_video()
    await until("bob sees ada", lambda: len(bob.frames.get("ada", [])) > 5)
    publication = next(iter(bob.other("ada").track_publications.values()))
    publication.set_subscribed(False)
    await until("it is gone", lambda: bob.heard("track_unsubscribed"))
    seen = len(bob.frames["ada"])
    publication.set_subscribed(True)
    await until("it is back", lambda: len(bob.frames["ada"]) > seen + 5)


async def test_names_metadata_and_attributes_travel(people):
    ada, bob = await people("ada", "bob")
    me = ada.room.local_participant
    await me.set_metadata(json.dumps({"desk": 4}))
    await me.set_name("Ada L.")
    await me.set_attributes({"hand": "1", "avatar": "a.png"})
    await until("bob knows", lambda: bob.other("ada").name == "Ada L." and bob.other("ada").attributes.get("hand") == "1")
    assert json.loads(bob.other("ada").metadata) == {"desk": 4}
    await me.set_attributes({"hand": ""})
    await until("the hand is down", lambda: "hand" not in bob.other("ada").attributes)


async def test_whoever_speaks_is_named(people):
    ada, bob = await people("ada", "bob")
    await ada.publish_audio()
    await until("ada speaks", lambda: any(p.identity == "ada" for (speakers,) in bob.heard("active_speakers_changed") for p in speakers))


async def test_leaving_and_a_second_session(people):
    ada, bob = await people("ada", "bob")
    await bob.leave()
    await until("ada is told", lambda: ada.heard("participant_disconnected"))
    assert not ada.room.remote_participants
    await people("ada")
    await until("the old session ends", lambda: ada.heard("disconnected"))
    assert ada.heard("disconnected")[0][0] == rtc.DisconnectReason.DUPLICATE_IDENTITY
