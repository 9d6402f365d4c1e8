"""Fixtures: one server for a module, people who leave when their story ends."""

import itertools
import sys

import pytest
import pytest_asyncio
from livekit import api

from office import KEY, SECRET, Person, Server

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server():
    running = Server()
    running.start()
    yield running
    if "panicked" in running.output():
        sys.stderr.write(running.output())
        running.close()
        raise AssertionError("the server panicked")
    running.close()


@pytest.fixture
def room():
    return f"room-{next(NUMBERS)}"


@pytest_asyncio.fixture
async def people(server, room):
    here = []

    async def arrive(*identities, **options):
        arrived = [Person(server, identity, room) for identity in identities]
        here.extend(arrived)
        for person in arrived:
            await person.join(**options)
        return arrived if len(arrived) != 1 else arrived[0]

    yield arrive
    for person in here:
        await person.leave()


@pytest_asyncio.fixture
async def livekit(server):
    client = api.LiveKitAPI(server.http, KEY, SECRET)
    yield client
    await client.aclose()
