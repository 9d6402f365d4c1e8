// Meetings as people live through them: real browsers, one camera colour and one tone each, against the real program.
import { enter, meet } from '../fixtures/call.js'
import { expect, test } from '../fixtures/office.js'
import { heardLooks, movingLooks, overflow, seenLooks } from '../fixtures/sight.js'

test('three people see and hear each other and can be told apart', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  const third = await member('wei.wang', { look: 'blue' })
  for (const person of [host, second, third]) await enter(person, meeting)
  for (const person of [host, second, third]) {
    await expect.poll(() => seenLooks(person.page)).toEqual(['blue', 'lime', 'red'])
    const others = ['blue', 'lime', 'red'].filter((look) => look !== person.look)
    await expect.poll(() => heardLooks(person.page)).toEqual(others)
  }
})

test('whoever comes after somebody left is seen and heard in their place', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await expect.poll(() => movingLooks(host.page)).toEqual(['lime', 'red'])
  await second.page.getByRole('button', { name: '离开会议', exact: true }).click()
  await expect(second.page.getByText('你离开了会议')).toBeVisible()
  const third = await member('wei.wang', { look: 'blue' })
  await enter(third, meeting)
  await expect.poll(() => movingLooks(host.page)).toEqual(['blue', 'red'])
  await expect.poll(() => heardLooks(host.page)).toEqual(['blue'])
})

test('the host ends the meeting for all', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await expect.poll(() => seenLooks(second.page)).toEqual(['lime', 'red'])
  await host.page.getByRole('button', { name: '离开会议', exact: true }).click()
  await host.page.getByRole('dialog', { name: '离开会议' }).getByRole('button', { name: /^结束会议/ }).click()
  await host.page.getByRole('alertdialog').getByRole('button', { name: '结束会议' }).click()
  await expect(second.page.getByText('主持人结束了会议')).toBeVisible()
})

test('a guest on a phone joins by number, in English', async ({ member, stranger }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  await enter(host, meeting)
  const guest = await stranger({ look: 'yellow', locale: 'en-US', viewport: { width: 390, height: 844 }, touch: true })
  await enter(guest, meeting, 'Maria Keller')
  await expect.poll(() => seenLooks(guest.page)).toContain('red')
  await expect.poll(() => seenLooks(host.page)).toContain('yellow')
  await expect(host.page.getByText('Maria Keller').first()).toBeVisible()
  await expect.poll(() => overflow(guest.page)).toBeLessThanOrEqual(0)
})

test('a colleague is rung and answers', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const second = await member('na.li', { look: 'lime' })
  await second.page.goto('/')
  const meeting = await meet(host)
  await enter(host, meeting)
  const me = (await (await second.context.request.get('/api/org/me')).json()) as { member: { id: string } }
  await host.post(`/api/meetings/${meeting.id}/ring`, { member_ids: [me.member.id], audio_only: false })
  await expect(second.page.getByRole('dialog', { name: /陈晓岚/ }).or(second.page.getByLabel('陈晓岚 来电')).first()).toBeVisible()
  await second.page.getByRole('button', { name: '接听', exact: true }).click()
  await expect.poll(() => seenLooks(host.page)).toContain('lime')
})
