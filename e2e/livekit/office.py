"""The real program on free ports, and people of the stock Python client.

Nothing here sleeps for a fixed time: whatever is waited for has a deadline and a name.
"""

import asyncio
import contextlib
import datetime
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import jwt as jwt_library
import numpy as np
from livekit import api, rtc

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HUTONG_BIN", str(ROOT / "target/debug/hutong"))
KEY, SECRET = "devkey", "secret-of-the-tests-long-enough-for-hs256"
DEADLINE_S = 25
SAMPLE_RATE = 48_000


# Below those that the kernel gives to outgoing connections: a server that is started again finds its ports free.
PORTS = range(20_000, 32_000)
TAKEN_PORTS = set()


def free_port(kind):
    """A port that nobody has and nobody is given by chance."""
    while True:
        port = random.choice(PORTS)
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, kind) as probe:
            probe.bind(("", port))
            if port not in TAKEN_PORTS:
                TAKEN_PORTS.add(port)
                return port


class Server:
    """The program; it can be stopped and started again on the same ports."""

    def __init__(self, *flags, **environment):
        self.flags = flags
        self.environment = os.environ | environment
        self.data = tempfile.mkdtemp(prefix="hutong-livekit-")
        self.port = free_port(socket.SOCK_STREAM)
        self.udp = free_port(socket.SOCK_DGRAM)
        self.tcp = free_port(socket.SOCK_STREAM)
        self.log = open(pathlib.Path(self.data) / "log", "ab")
        self.process = None

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    def start(self):
        command = [BINARY, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"]
        command += ["--media-udp", str(self.udp), "--media-tcp", str(self.tcp), "--livekit-keys", f"{KEY}: {SECRET}"]
        level = os.environ.get("HUTONG_TEST_LOG", "info")
        self.process = subprocess.Popen([*command, *self.flags, "--log-level", level], stdout=self.log, stderr=self.log, env=self.environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended:\n{self.output()}"
            with contextlib.suppress(OSError):
                if get(f"{self.http}/healthz")[0] == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the server does not answer:\n{self.output()}")

    def stop(self, how=signal.SIGKILL):
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def close(self):
        self.stop()
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def output(self):
        return (pathlib.Path(self.data) / "log").read_text(errors="replace")


def get(url, headers=None, method="GET", body=None):
    """Status, headers and text of an answer, whatever the status."""
    request = urllib.request.Request(url, headers=headers or {}, method=method, data=body)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def token(identity, room, key=KEY, secret=SECRET, ttl_s=3600, grants=None, **more):
    grants = grants or api.VideoGrants(room_join=True, room=room, can_update_own_metadata=True)
    made = api.AccessToken(key, secret).with_identity(identity).with_grants(grants)
    made = made.with_ttl(datetime.timedelta(seconds=ttl_s))
    for name, value in more.items():
        made = getattr(made, f"with_{name}")(value)
    return made.to_jwt()


def raw_token(claims):
    """A token that the SDK would refuse to make."""
    return jwt_library.encode({"iss": KEY, "exp": int(time.time()) + 3600} | claims, SECRET, algorithm="HS256")


async def until(what, probe, deadline_s=DEADLINE_S):
    """Polls until `probe` gives something true, and returns it."""
    deadline = time.monotonic() + deadline_s
    while True:
        found = probe()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        await asyncio.sleep(0.02)


class Person:
    """A stock client in a room, remembering what it was told."""

    def __init__(self, server, identity, room):
        self.server, self.identity, self.room_name = server, identity, room
        self.room = rtc.Room()
        self.told = []
        self.data = []
        self.frames = {}
        self.sizes = {}
        self.levels = {}
        self.tasks = []
        for event in EVENTS:
            self.room.on(event, self._hear(event))
        self.room.on("track_subscribed", self._watch)
        self.room.on("data_received", self.data.append)

    async def join(self, **options):
        jwt = token(self.identity, self.room_name, name=self.identity.title())
        await asyncio.wait_for(self.room.connect(self.server.url, jwt, rtc.RoomOptions(**options)), DEADLINE_S)
        return self

    async def leave(self):
        for task in self.tasks:
            task.cancel()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.room.disconnect(), 10)

    def heard(self, event):
        return [arguments for name, arguments in self.told if name == event]

    def other(self, identity):
        return self.room.remote_participants.get(identity)

    async def is_quiet(self, identity):
        """Whether not one frame of somebody arrives within a second."""
        seen = len(self.frames.get(identity, []))
        await asyncio.sleep(1)
        return len(self.frames.get(identity, [])) == seen

    async def publish_video(self, width=640, height=360, shade=200, simulcast=False, fps=15, name="camera"):
        source = rtc.VideoSource(width, height)
        track = rtc.LocalVideoTrack.create_video_track(name, source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=simulcast, video_codec=rtc.VideoCodec.VP8)
        options.video_encoding.CopyFrom(rtc.VideoEncoding(max_bitrate=1_200_000, max_framerate=fps))
        publication = await asyncio.wait_for(self.room.local_participant.publish_track(track, options), DEADLINE_S)
        self.tasks.append(asyncio.create_task(self._film(source, width, height, shade, fps)))
        return publication

    async def publish_audio(self, hertz=440, name="microphone"):
        source = rtc.AudioSource(SAMPLE_RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track(name, source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await asyncio.wait_for(self.room.local_participant.publish_track(track, options), DEADLINE_S)
        self.tasks.append(asyncio.create_task(self._hum(source, hertz)))
        return publication

    async def _film(self, source, width, height, shade, fps):
        pixels = np.full((height, width, 4), shade, dtype=np.uint8)
        number = 0
        while True:
            pixels[:8, :, :] = number % 256
            source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.RGBA, pixels.tobytes()))
            number += 1
            await asyncio.sleep(1 / fps)

    async def _hum(self, source, hertz):
        samples, position = SAMPLE_RATE // 100, 0
        while True:
            times = (np.arange(samples) + position) / SAMPLE_RATE
            wave = (np.sin(2 * np.pi * hertz * times) * 12_000).astype(np.int16)
            await source.capture_frame(rtc.AudioFrame(wave.tobytes(), SAMPLE_RATE, 1, samples))
            position += samples

    def _watch(self, track, _publication, participant):
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            self.tasks.append(asyncio.create_task(self._see(track, participant.identity)))
        else:
            self.tasks.append(asyncio.create_task(self._listen(track, participant.identity)))

    async def _see(self, track, identity):
        async for event in rtc.VideoStream(track, format=rtc.VideoBufferType.I420):
            frame = event.frame
            plane = np.frombuffer(frame.data, dtype=np.uint8)[: frame.width * frame.height]
            self.frames.setdefault(identity, []).append(int(plane[len(plane) // 2 :].mean()))
            self.sizes[identity] = (frame.width, frame.height)

    async def _listen(self, track, identity):
        async for event in rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1):
            wave = np.frombuffer(event.frame.data, dtype=np.int16).astype(np.float64)
            if np.abs(wave).max(initial=0) > 2_000:
                spectrum = np.abs(np.fft.rfft(wave, SAMPLE_RATE // 10))
                self.levels.setdefault(identity, []).append(int(np.argmax(spectrum)) * 10)

    def _hear(self, event):
        return lambda *arguments: self.told.append((event, arguments))


EVENTS = [
    "participant_connected", "participant_disconnected", "track_published", "track_unpublished", "track_subscribed",
    "track_unsubscribed", "track_muted", "track_unmuted", "participant_metadata_changed", "participant_name_changed",
    "participant_attributes_changed", "room_metadata_changed", "active_speakers_changed", "connection_quality_changed",
    "disconnected", "reconnecting", "reconnected", "local_track_subscribed",
]
