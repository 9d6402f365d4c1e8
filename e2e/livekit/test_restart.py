"""Bad luck: the server is killed, or stopped in good order, and comes back."""

import signal

import pytest

from office import Person, Server, until


@pytest.fixture
def own_server():
    running = Server()
    running.start()
    yield running
    running.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_people_meet_again_after_a_restart(own_server, how):
    ada, bob = Person(own_server, "ada", "lane"), Person(own_server, "bob", "lane")
    await ada.join()
    await bob.join()
    await ada.publish_video()
    await ada.publish_audio()
    await until("bob sees ada", lambda: len(bob.frames.get("ada", [])) > 5)

    own_server.stop(how)
    await until("both noticed", lambda: ada.heard("reconnecting") and bob.heard("reconnecting"), 40)
    own_server.start()

    await until("both are back", lambda: ada.heard("reconnected") and bob.heard("reconnected"), 60)
    seen = len(bob.frames["ada"])
    await until("bob sees ada again", lambda: len(bob.frames["ada"]) > seen + 10, 40)
    await ada.room.local_participant.publish_data(b"again", reliable=True)
    await until("data travels again", lambda: any(p.data == b"again" for p in bob.data))
    assert not ada.heard("disconnected") and not bob.heard("disconnected")
    await ada.leave()
    await bob.leave()
