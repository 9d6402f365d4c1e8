// What is brought into a conversation by hand: pasted, dropped, passed on, collected; answered by a bot; urgent in a meeting.
import { createRequire } from 'node:module'
import { type WebSocket as Line, WebSocket } from 'ws'
import { enter, meet } from '../fixtures/call.js'
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { groupOf, idOf, said, thread, write } from '../fixtures/talk.js'

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs')

/** A picture of one colour. */
function picture(red: number, green: number, blue: number, size = 96): Buffer {
  const image = new PNG({ width: size, height: size })
  for (let at = 0; at < image.data.length; at += 4) image.data.set([red, green, blue, 255], at)
  return PNG.sync.write(image)
}

const field = (person: Person) => person.page.getByRole('textbox', { name: /^发消息/ })

const staged = (person: Person) => person.page.getByRole('list', { name: '要发的文件' })

/** Files as another program gives them, in a bag that stays in the page. */
const bag = (person: Person, files: { name: string; type: string; bytes: Buffer }[]) =>
  person.page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      for (const { name, type, bytes } of given) {
        const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
        transfer.items.add(new File([raw], name, { type }))
      }
      return transfer
    },
    files.map(({ name, type, bytes }) => ({ name, type, bytes: bytes.toString('base64') })),
  )

const drawn = (person: Person, text: string) =>
  expect.poll(() => said(person, text).getByRole('img').first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)

test('a picture from the clipboard and files from the desktop wait in the composer and are sent', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `拖拽 ${Date.now()}`, [await idOf(guest)])
  await openLine(guest, `/chat/${group.id}`)
  await openLine(host, `/chat/${group.id}`)

  await host.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await host.page.evaluate(async (bytes) => {
    const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([raw], { type: 'image/png' }) })])
  }, picture(20, 120, 100).toString('base64'))
  await field(host).click()
  await host.page.keyboard.press('Control+v')
  await expect(staged(host).getByRole('img')).toBeVisible()
  await field(host).fill('截图在这')
  await host.page.keyboard.press('Enter')
  await expect(staged(host)).toBeHidden()
  await expect(said(guest, '截图在这')).toBeVisible()
  await drawn(guest, '截图在这')

  // Dragged over and taken away again, nothing is left behind.
  const place = thread(host)
  const transfer = await bag(host, [
    { name: '样品.png', type: 'image/png', bytes: picture(200, 60, 30) },
    { name: '清单.txt', type: 'text/plain', bytes: Buffer.from('一号窑\n二号窑\n') },
  ])
  await place.dispatchEvent('dragenter', { dataTransfer: transfer })
  await expect(host.page.getByText(/^松手发到/)).toBeVisible()
  await place.dispatchEvent('dragleave', { dataTransfer: transfer })
  await expect(host.page.getByText(/^松手发到/)).toBeHidden()
  await place.dispatchEvent('dragenter', { dataTransfer: transfer })
  await place.dispatchEvent('dragover', { dataTransfer: transfer })
  await place.dispatchEvent('drop', { dataTransfer: transfer })
  await expect(host.page.getByText(/^松手发到/)).toBeHidden()
  await expect(staged(host).getByRole('listitem')).toHaveCount(2)
  await field(host).fill('两样东西')
  await host.page.keyboard.press('Enter')
  await expect(said(guest, '两样东西')).toContainText('清单.txt')
  await drawn(guest, '两样东西')
})

test('a file is passed on to another conversation, where it is read by those who were not in the first', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const first = await groupOf(host, `来处 ${Date.now()}`, [])
  const title = `去处 ${Date.now()}`
  const second = await groupOf(host, title, [await idOf(guest)])
  await openLine(guest, `/chat/${second.id}`)
  await openLine(host, `/chat/${first.id}`)
  const chooser = host.page.waitForEvent('filechooser')
  await host.page.getByRole('button', { name: '发图片或文件' }).click()
  await (await chooser).setFiles([{ name: '合同.txt', mimeType: 'text/plain', buffer: Buffer.from('第一条：按时付款。') }])
  await expect(staged(host).getByRole('listitem')).toHaveCount(1)
  await field(host).focus()
  await host.page.keyboard.press('Enter')
  const sent = said(host, '合同.txt')
  await expect(sent.getByRole('link', { name: '下载 合同.txt' })).toBeVisible()

  await sent.click({ button: 'right', position: { x: 4, y: 4 } })
  await host.page.getByRole('menuitem', { name: '转发', exact: true }).click()
  const sheet = host.page.getByRole('dialog', { name: '转发' })
  await sheet.getByRole('textbox', { name: '搜索会话' }).fill(title)
  await sheet.getByRole('checkbox', { name: new RegExp(title) }).check()
  await sheet.getByRole('button', { name: /^转发/ }).click()
  await expect(sheet).toBeHidden()

  const got = said(guest, '合同.txt')
  const download = guest.page.waitForEvent('download')
  await got.getByRole('link', { name: '下载 合同.txt' }).click()
  const stream = await (await download).createReadStream()
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  expect(Buffer.concat(parts).toString()).toBe('第一条：按时付款。')
})

test('a picture becomes a sticker from the menu of its message, and is sent with a press', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `斗图 ${Date.now()}`, [await idOf(guest)])
  await openLine(host, `/chat/${group.id}`)
  await openLine(guest, `/chat/${group.id}`)
  const transfer = await bag(host, [{ name: '好的.png', type: 'image/png', bytes: picture(230, 180, 40) }])
  await thread(host).dispatchEvent('drop', { dataTransfer: transfer })
  await field(host).fill('看这张')
  await host.page.keyboard.press('Enter')
  await drawn(guest, '看这张')
  await said(guest, '看这张').click({ button: 'right', position: { x: 4, y: 4 } })
  await guest.page.getByRole('menuitem', { name: '添加到我的表情' }).click()
  await expect(guest.page.getByText('已添加到表情')).toBeVisible()

  await guest.page.getByRole('button', { name: '表情', exact: true }).click()
  await guest.page.getByText('收藏的表情', { exact: true }).click()
  await guest.page.getByRole('button', { name: '发送第 1 个表情' }).click()
  const sticker = thread(host).getByRole('article', { name: /\[表情\]/ })
  await expect(sticker).toBeVisible()
  await expect.poll(() => sticker.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96)
})

/** A program that has an account and hears by its socket. */
class Bot {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly line: Line,
  ) {}

  static async in(host: Person, url: string, conversation: string, name: string, onEvent: (bot: Bot, event: BotEvent) => void) {
    const { id, token } = await host.post<{ id: string; token: string }>('/api/open/bots', { name, description: '', events: ['action'] })
    await host.context.request.put(`/api/open/conversations/${conversation}/bots/${id}`, { headers: { 'x-requested-with': 'hutong' } })
    const line = new WebSocket(`${url.replace(/^http/, 'ws')}/api/open/bot/events`, { headers: { authorization: `Bearer ${token}` } })
    const bot = new Bot(url, token, line)
    line.on('message', (data) => onEvent(bot, JSON.parse(String(data)) as BotEvent))
    await new Promise((open, fail) => line.once('open', open).once('error', fail))
    return bot
  }

  async ask<Answer>(method: string, path: string, body: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${this.url}/api/open/bot/${path}`, { method, headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }

  say(words: unknown) {
    this.line.send(JSON.stringify(words))
  }

  close() {
    this.line.close()
  }
}

interface BotEvent {
  id: string
  type: string
  data: { action: string; value: string; message_id: string; member: { name: string } }
}

test('a button of a card is pressed, and the bot that wrote it changes the card in its place', async ({ member, server }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `发布 ${Date.now()}`, [await idOf(guest)])
  const heard: string[] = []
  const bot = await Bot.in(host, server.url, group.id, `发布员${Date.now() % 10_000}`, (self, { id, type, data }) => {
    if (type !== 'action') return
    heard.push(`${data.action} ${data.value} ${data.member.name}`)
    const card = { header: { title: '已经放行', color: 'green' }, blocks: [{ type: 'text', markdown: `${data.member.name} 放行了 **${data.value}**` }] }
    void self.ask('PATCH', `messages/${data.message_id}`, { card }).then(() => self.say({ ack: id, response: { toast: '放行了' } }))
  })
  await openLine(host, `/chat/${group.id}`)
  await openLine(guest, `/chat/${group.id}`)
  const card = {
    header: { title: '等你放行', color: 'orange' },
    blocks: [
      { type: 'text', markdown: '版本 **v2.4** 通过了检查' },
      { type: 'buttons', items: [{ text: '放行', style: 'primary', action: 'ship', value: 'v2.4' }] },
    ],
  }
  await bot.ask('POST', `conversations/${group.id}/messages`, { client_id: `card-${Date.now()}`, card })
  await said(guest, '等你放行').getByRole('button', { name: '放行' }).click()
  for (const person of [guest, host]) {
    await expect(said(person, '已经放行')).toContainText('李娜 放行了 v2.4')
    await expect(said(person, '等你放行')).toHaveCount(0)
  }
  await expect(said(guest, '已经放行').getByRole('button', { name: '放行', exact: true })).toHaveCount(0)
  expect(heard).toEqual(['ship v2.4 李娜'])
  bot.close()
})

test('what is urgent stands before somebody in a meeting, and waits while they show their screen', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `急事 ${Date.now()}`, [await idOf(guest)])
  const meeting = await meet(host)
  await enter(guest, meeting)
  const urge = async (text: string) => {
    const { id } = (await write(host, group, text)) as { id: string }
    await host.post(`/api/chat/messages/${id}/urgent`, { to: 'all' })
  }
  const card = guest.page.getByRole('alertdialog', { name: '陈晓岚 的加急消息' })
  await urge('二号窑超温了')
  await expect(card).toContainText('二号窑超温了')
  await card.getByRole('button', { name: '确认收到' }).click()
  await expect(card).toBeHidden()

  await guest.page.getByRole('button', { name: '共享屏幕', exact: true }).click()
  const stop = guest.page.getByRole('button', { name: '停止共享，正在共享' })
  await expect(stop).toBeVisible()
  await urge('三号窑也超温了')
  // By now the page could have asked for it.
  await expect.poll(() => guest.page.evaluate(async () => ((await (await fetch('/api/chat/urgent?box=in')).json()) as { urgent: unknown[] }).urgent.length)).toBeGreaterThan(1)
  await expect(guest.page.getByText('三号窑也超温了')).toHaveCount(0)
  await stop.click()
  await expect(card).toContainText('三号窑也超温了')
  await card.getByRole('button', { name: '确认收到' }).click()
  await expect(card).toBeHidden()
})
