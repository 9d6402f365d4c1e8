// Every page in both languages, both themes, on a screen and on a phone: nothing untranslated, nothing wider than the
// window, nothing complaining in the console, nothing that shuts people out.
import { complaints } from '../fixtures/audit.js'
import { enter, meet } from '../fixtures/call.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'

const screen = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

const openPages = ['/sign-in', '/join', '/forgot-password', '/new-password#no-such-token', '/invite/no-such-token', '/m/000000000', '/s/no-such-token']
const memberPages = ['/chat', '/meetings', '/drive', '/people', '/me', '/admin/people', '/admin/departments', '/admin/invitations', '/admin/audit', '/admin/chat', '/admin/files', '/admin/push', '/admin/bots', '/chat/join/no-such-token', '/nothing-here']

/** Browsers say these of requests whose refusal is the story: an unknown invitation or link, an unknown number, nobody signed in. */
const expectedWords = /Failed to load resource: the server responded with a status of (40[14]|410)/

/** A group in which every kind of message that people write has been written. */
async function talk(owner: Person): Promise<string> {
  const { id } = await owner.post<{ id: string }>('/api/chat/conversations', { kind: 'group', title: 'Q4', member_ids: [] })
  const send = (message: object) => owner.post(`/api/chat/conversations/${id}/messages`, { client_id: crypto.randomUUID(), text: '', ...message })
  await send({ text: '**Bold**, `code`, https://example.org\n> quote\n- item\n```\nblock\n```' })
  await send({ poll: { question: '?', options: ['1', '2'], multiple: true, anonymous: false } })
  return id
}

for (const locale of ['zh-CN', 'en-US'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every page is sound in ${locale}, ${theme}`, async ({ stranger, member, emptyOffice }) => {
      test.setTimeout(420_000)
      const found: string[] = []
      // Colours go by theme and names by language: three of the four say all that the slow search has to say.
      const how = { shutsOut: locale === 'zh-CN' || theme === 'light' }
      const listen = (person: Person) => {
        person.page.on('pageerror', (error) => found.push(`${person.page.url()}: ${error.message}`))
        person.page.on('console', (message) => {
          if (message.type() === 'error' && !expectedWords.test(message.text())) found.push(`${person.page.url()}: ${message.text()}`)
        })
      }
      const visitor = await stranger({ locale, theme, still: true })
      const owner = await member('xiaolan.chen', { locale, theme, look: 'lime', still: true })
      for (const person of [visitor, owner]) listen(person)
      for (const [person, paths] of [[visitor, [...openPages, `${emptyOffice.url}/set-up`]], [owner, memberPages]] as const) {
        for (const path of paths) {
          await person.page.setViewportSize(screen)
          await person.page.goto(path, { waitUntil: 'networkidle' })
          found.push(...(await complaints(person, `${path} wide`, how)))
          await person.page.setViewportSize(phone)
          found.push(...(await complaints(person, `${path} narrow`, how)))
        }
      }
      const conversation = await talk(owner)
      await owner.page.setViewportSize(screen)
      await owner.page.goto(`/chat/${conversation}`)
      await expect(owner.page.getByRole('article').first()).toBeVisible()
      found.push(...(await complaints(owner, 'conversation wide', how)))
      await owner.page.setViewportSize(phone)
      found.push(...(await complaints(owner, 'conversation narrow', how)))
      const meeting = await meet(owner)
      await owner.page.setViewportSize(screen)
      await owner.page.goto(`/m/${meeting.number}`)
      found.push(...(await complaints(owner, 'pre-join wide', how)))
      await owner.page.setViewportSize(phone)
      found.push(...(await complaints(owner, 'pre-join narrow', how)))
      await owner.page.setViewportSize(screen)
      await enter(owner, meeting)
      found.push(...(await complaints(owner, 'call wide', how)))
      await owner.page.keyboard.press('p')
      await expect(owner.page.locator('[data-panel=people]')).toBeVisible()
      found.push(...(await complaints(owner, 'call with people', how)))
      await owner.page.keyboard.press('c')
      await expect(owner.page.locator('[data-panel=chat]')).toBeVisible()
      await owner.page.setViewportSize(phone)
      found.push(...(await complaints(owner, 'call narrow with chat', how)))
      await owner.post(`/api/meetings/${meeting.id}/end`)
      expect([...new Set(found)]).toEqual([])
    })
  }
}
