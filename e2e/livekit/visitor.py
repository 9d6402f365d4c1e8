"""A guest with the stock Python client: `visitor.py URL TOKEN`. Blue picture, 1320 Hz; says each new thing it meets as a line of JSON.

The browser stories start it to see the two kinds of clients meet. It leaves when its input ends.
"""

import asyncio
import json
import sys
from types import SimpleNamespace

from office import Person, rtc

BLUE = (0, 0, 255, 255)
HERTZ = 1320
DEAF_AFTER_S = 10


async def main(url, token):
    person = Person(SimpleNamespace(url=url), "visitor", "")
    said = set()

    def say(**what):
        line = json.dumps(what, sort_keys=True)
        if line not in said:
            said.add(line)
            print(line, flush=True)

    async def read(reader):
        say(text=await reader.read_all())

    async def hurry(publication, participant):
        """On a busy machine one track in fifty stays dark: the SDK's statistics count its decoded frames, and none comes out of
        it, nor of another stream of the same track. It is then subscribed to anew."""
        await asyncio.sleep(DEAF_AFTER_S)
        if participant.identity not in person.frames:
            for wish in (False, True):
                publication.set_subscribed(wish)

    def subscribed(track, publication, participant):
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            person.tasks.append(asyncio.create_task(hurry(publication, participant)))

    person.room.register_text_stream_handler("lk.chat", lambda reader, _: person.tasks.append(asyncio.create_task(read(reader))))
    person.room.on("track_subscribed", subscribed)
    await person.room.connect(url, token, rtc.RoomOptions())
    await person.publish_video(shade=BLUE)
    await person.publish_audio(hertz=HERTZ)
    await person.room.local_participant.send_text("a word from the visitor", topic="lk.chat")

    async def watch():
        for shades in person.frames.values():
            say(sees=round(shades[-1] / 10) * 10)
        for tones in person.levels.values():
            say(hears=max(set(tones), key=tones.count))

    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    while not ended.done():
        await watch()
        await asyncio.wait([ended], timeout=0.2)
    await person.leave()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
