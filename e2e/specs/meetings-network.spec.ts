// Bad luck on the way: a cut road, a killed browser, a killed server, a road without UDP.
import { banner, enter, meet, tile } from '../fixtures/call.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { heardLooks, movingLooks } from '../fixtures/sight.js'

/** Whoever's socket closes without a word is waited for 10 s, and no longer than somebody who only falls silent. */
const CLOSED_UNTIL_GONE_MS = 28_000

/** Moving pictures and live tones, for everybody. */
async function everybodySeesAndHears(people: Person[]) {
  const looks = people.map((person) => person.look).sort()
  for (const person of people) {
    await expect.poll(() => movingLooks(person.page)).toEqual(looks)
    await expect.poll(() => heardLooks(person.page)).toEqual(looks.filter((look) => look !== person.look))
  }
}

test('a participant whose network is cut returns, after a short while and after a long one', async ({ member, road }) => {
  test.setTimeout(420_000)
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const cable = await road()
  const traveller = await member('na.li', { look: 'lime', road: cable })
  await enter(host, meeting)
  await enter(traveller, meeting)
  await everybodySeesAndHears([host, traveller])
  await traveller.page.evaluate(() => Object.assign(window, { sameDocument: true }))

  cable.cut()
  await expect(banner(traveller)).toBeVisible()
  await expect.poll(() => movingLooks(host.page)).toEqual(['red'])
  await expect.poll(() => heardLooks(host.page)).toEqual([])
  cable.mend()
  await expect(banner(traveller)).toBeHidden()
  await everybodySeesAndHears([host, traveller])

  // The server calls a signal dead after 20 s of silence and gives the transport another 10; then the place is free.
  cable.cut()
  await expect(tile(host, '李娜')).toBeHidden()
  await expect(banner(traveller)).toBeVisible()
  cable.mend()
  await expect(tile(host, '李娜')).toBeVisible()
  await expect(banner(traveller)).toBeHidden()
  await everybodySeesAndHears([host, traveller])
  expect(await traveller.page.evaluate(() => 'sameDocument' in window)).toBe(true)
})

test('whoever’s browser is killed is soon gone from the room', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await expect.poll(() => movingLooks(host.page)).toEqual(['lime', 'red'])
  await second.kill()
  await expect(tile(host, '李娜')).toBeHidden({ timeout: CLOSED_UNTIL_GONE_MS })
  await expect(host.page.getByRole('button', { name: '打开成员，1 人' })).toBeVisible()
})

test('everybody comes back after the server was killed', async ({ member, server }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await expect.poll(() => movingLooks(host.page)).toEqual(['lime', 'red'])
  await server.kill()
  await expect(banner(host)).toBeVisible()
  await server.run()
  await expect(banner(host)).toBeHidden()
  await everybodySeesAndHears([host, second])
})

test('where only TCP gets through, people see and hear each other all the same', async ({ member, road }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const behindWall = await member('na.li', { look: 'lime', road: await road({ udp: false }) })
  await enter(host, meeting)
  await enter(behindWall, meeting)
  await everybodySeesAndHears([host, behindWall])
})
