// What conversations can do besides talking: joined by a picture, spoken in later, urgently, and by programs.
import jsQR from 'jsqr'
import { PNG } from 'pngjs'
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { field, groupOf, idOf, row, said, say, thread, write } from '../fixtures/talk.js'

/** What a phone reads in a picture on the page. */
async function readCode(person: Person, name: string): Promise<string> {
  const code = person.page.getByRole('img', { name })
  await expect(code).toBeVisible()
  // A frame of white paper belongs to it.
  const { data, width, height } = PNG.sync.read(await code.locator('..').screenshot())
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? ''
}

test('a colleague joins by the picture of a link, once somebody has let them in', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const title = `扫码进群 ${Date.now()}`
  const group = await groupOf(host, title, [])
  await host.page.setViewportSize({ width: 1440, height: 900 })
  await openLine(host, `/chat/${group.id}`)
  await host.page.getByRole('button', { name: '群链接' }).click()
  await host.page.getByRole('button', { name: '生成链接' }).click()
  await host.page.getByRole('switch', { name: '进群要有人同意' }).click()
  await expect(host.page.getByRole('switch', { name: '进群要有人同意' })).toBeChecked()
  const address = await readCode(host, '进群的二维码')
  expect(address).toContain('/chat/join/')
  await host.page.keyboard.press('Escape')

  await openLine(guest, address)
  await expect(guest.page.getByRole('heading', { name: title })).toBeVisible()
  await guest.page.getByLabel('附一句话').fill('我是新来的')
  await guest.page.getByRole('button', { name: '申请进群' }).click()
  await expect(guest.page.getByText('已经告诉群主了')).toBeVisible()

  const requests = host.page.getByRole('region', { name: '等着进群的人' })
  await expect(requests).toContainText('我是新来的')
  await expect(host.page.getByRole('button', { name: /会话信息，1 人等着进群/ })).toBeVisible()
  await requests.getByRole('button', { name: '让 李娜 进来', exact: true }).click()
  await expect(requests).toBeHidden()
  await guest.page.goto('/chat')
  await expect(row(guest, title)).toBeVisible()
})

test('what is written now is sent later, or at once after all', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `晚点说 ${Date.now()}`, [await idOf(guest)])
  await openLine(host, `/chat/${group.id}`)
  await openLine(guest, `/chat/${group.id}`)
  const later = async (text: string) => {
    await field(host).fill(text)
    await host.page.getByRole('button', { name: '换个时间发' }).click()
    await host.page.getByRole('menuitem', { name: /^明天上午/ }).click()
    await expect(field(host)).toHaveValue('')
  }
  await later('明早记得打卡')
  await later('这条不发了')
  const bar = host.page.getByRole('region', { name: '定时消息' })
  await expect(bar).toContainText('2 条定时消息')
  await expect(said(guest, '明早记得打卡')).toBeHidden()
  await bar.getByRole('button', { name: /定时消息/ }).click()
  const line = (text: string) => bar.getByRole('listitem').filter({ hasText: text })
  await line('这条不发了').getByRole('button', { name: '不发了', exact: true }).click()
  await expect(line('这条不发了')).toBeHidden()
  await line('明早记得打卡').getByRole('button', { name: '现在就发' }).click()
  await expect(said(guest, '明早记得打卡')).toBeVisible()
  await expect(said(host, '明早记得打卡')).toBeVisible()
  await expect(bar).toBeHidden()

  // The sender need not be there when its time comes.
  await host.post(`/api/chat/conversations/${group.id}/scheduled`, { client_id: `late-${Date.now()}`, text: '准点到', mentions: [], mentions_all: false, send_at: Date.now() + 4_000 })
  await host.page.goto('/people')
  await expect(said(guest, '准点到')).toBeVisible()
})

test('an urgent message stays before its reader until it is confirmed', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `着火了 ${Date.now()}`, [await idOf(guest)])
  await openLine(guest, '/people')
  await openLine(host, `/chat/${group.id}`)
  await say(host, '机房断电，马上回电')
  await said(host, '机房断电').click({ button: 'right' })
  await host.page.getByRole('menuitem', { name: '加急', exact: true }).click()
  await host.page.getByRole('dialog', { name: '加急消息' }).getByRole('button', { name: '加急提醒' }).click()

  const card = guest.page.getByRole('alertdialog', { name: '陈晓岚 的加急消息' })
  await expect(card).toContainText('机房断电，马上回电')
  await guest.page.keyboard.press('Escape')
  await expect(card).toBeVisible()
  const mark = thread(host).getByRole('button', { name: /^加急/ })
  await expect(mark).toHaveText('加急 · 0/1 人确认')
  await card.getByRole('button', { name: '确认收到' }).click()
  await expect(card).toBeHidden()
  await expect(mark).toHaveText('加急 · 都确认了')
  await mark.click()
  await expect(host.page.getByRole('dialog', { name: '谁确认了' })).toContainText('已确认 1')
})

test('a message becomes something to do, with a day and a note, and is done', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const group = await groupOf(host, `记一下 ${Date.now()}`, [])
  await write(host, group, '把发票寄出去')
  await openLine(host, `/chat/${group.id}`)
  await said(host, '把发票寄出去').click({ button: 'right' })
  await host.page.getByRole('menuitem', { name: '设为待办' }).click()
  const sheet = host.page.getByRole('dialog', { name: '设为待办' })
  await sheet.getByRole('button', { name: '明天上午' }).click()
  await sheet.getByLabel('备注').fill('顺丰到付')
  await sheet.getByRole('button', { name: '保存' }).click()
  await expect(sheet).toBeHidden()
  await host.page.getByRole('button', { name: '待处理' }).click()
  const list = host.page.getByRole('dialog', { name: '待处理' })
  const one = list.getByRole('listitem').filter({ hasText: '把发票寄出去' })
  await expect(one).toContainText('顺丰到付')
  await expect(one).toContainText('09:00 前')
  await one.getByRole('button', { name: '处理完了' }).click()
  await expect(one).toBeHidden()
  await list.getByText('已完成').click()
  await expect(one).toContainText('把发票寄出去')
})

test('a robot that speaks as DingTalk’s do appears as a card', async ({ member, server }) => {
  const host = await member('xiaolan.chen')
  const group = await groupOf(host, `报警 ${Date.now()}`, [])
  await host.page.setViewportSize({ width: 1440, height: 900 })
  await openLine(host, `/chat/${group.id}`)
  await host.page.getByRole('tab', { name: '机器人' }).click()
  await host.page.getByRole('button', { name: '添加机器人' }).click()
  const sheet = host.page.getByRole('dialog', { name: '添加机器人' })
  await sheet.getByLabel('名字').fill('构建通知')
  await sheet.getByRole('button', { name: '添加', exact: true }).click()
  const once = host.page.getByRole('dialog', { name: '「构建通知」的地址' })
  const address = new URL(await once.getByRole('textbox', { name: '地址', exact: true }).inputValue())
  await once.getByRole('button', { name: '存好了' }).click()

  const answer = await fetch(`${server.url}${address.pathname}${address.search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      msgtype: 'actionCard',
      actionCard: { title: '构建失败', text: '### 构建失败\n主干在 **12:04** 坏了', singleTitle: '看日志', singleURL: 'https://ci.example/1' },
    }),
  })
  expect(await answer.json()).toMatchObject({ errcode: 0 })
  const card = said(host, '构建失败')
  await expect(card).toContainText('主干在 12:04 坏了')
  await expect(card.getByRole('link', { name: '看日志' })).toHaveAttribute('href', 'https://ci.example/1')
  await expect(thread(host).getByText('构建通知').first()).toBeVisible()
  await expect(thread(host).getByText('机器人', { exact: true })).toBeVisible()
})

test('a push says what happened in the reader’s words, and nothing while the screen is shown to others', async ({ member, server }) => {
  const { page, context } = await member('xiaolan.chen')
  await context.grantPermissions(['notifications'])
  await page.goto('/chat')
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
    const words = { 'chat.mentioned': '{{name}} 提到你：{{text}}', hidden: '有新消息', said: '{{name}}：{{text}}' }
    await (await caches.open('hutong-words')).put('/sw-words.json', new Response(JSON.stringify(words)))
  })
  const tools = await context.newCDPSession(page)
  const registered = new Promise<string>((resolve) =>
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId)),
  )
  await tools.send('ServiceWorker.enable')
  const registrationId = await registered
  const push = (said: object) => tools.send('ServiceWorker.deliverPushMessage', { origin: server.url, registrationId, data: JSON.stringify(said) })
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body }) => `${title} | ${body}`).sort())
  await push({ kind: 'chat.message', title: '产品评审群', body: '十点开会', actor: '李娜', tag: 'chat:1', link: '/chat' })
  await push({ kind: 'chat.mentioned', title: '产品评审群', body: '看一眼', actor: '李娜', tag: 'chat:2', link: '/chat' })
  await push({ kind: 'chat.message', title: '青砖科技', body: '', actor: '', tag: 'chat:3', link: '/chat' })
  const three = ['产品评审群 | 李娜：十点开会', '李娜 提到你：看一眼 | 产品评审群', '青砖科技 | 有新消息'].sort()
  await expect.poll(shown).toEqual(three)

  const release = await page.evaluateHandle(() => new Promise<() => void>((held) => void navigator.locks.request('hutong.sharing', { mode: 'shared' }, () => new Promise<void>((end) => held(end)))))
  await push({ kind: 'chat.message', title: '没人看得到', body: '秘密', actor: '李娜', tag: 'chat:4', link: '/chat' })
  await release.evaluate((end) => end())
  await push({ kind: 'chat.message', title: '又看得到了', body: '早', actor: '李娜', tag: 'chat:5', link: '/chat' })
  await expect.poll(shown).toEqual([...three, '又看得到了 | 李娜：早'].sort())
})
