// Files as people live with them: kept, cut off and resumed, sent in a conversation, spoken, shared outside, thrown away.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Download, Locator } from '@playwright/test'
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { overflow } from '../fixtures/sight.js'
import { untranslated } from '../fixtures/words.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Conversation {
  id: string
}

const idOf = async (person: Person) =>
  ((await (await person.context.request.get('/api/org/me')).json()) as { member: { id: string } }).member.id

const groupOf = (person: Person, title: string, member_ids: string[]) =>
  person.post<Conversation>('/api/chat/conversations', { kind: 'group', title, member_ids })

const thread = (person: Person) => person.page.getByRole('log', { name: '消息', exact: true })

const entries = (person: Person) => person.page.getByRole('list', { name: '文件列表' })

const entry = (person: Person, name: string) => entries(person).locator('[data-entry]').filter({ hasText: name })

/** Bytes that look random and are the same every time. */
function bytes(length: number, seed = 1): Buffer {
  let at = seed
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      at = (Math.imul(at, 1664525) + 1013904223) >>> 0
      return at >>> 24
    }),
  )
}

const textFile = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

/** Chooses files in a dialog that a button opens. */
async function choose(person: Person, button: Locator, files: { name: string; mimeType: string; buffer: Buffer }[]) {
  const dialog = person.page.waitForEvent('filechooser')
  await button.click()
  await (await dialog).setFiles(files)
}

const upload = (person: Person) => person.page.getByRole('button', { name: '上传', exact: true }).first()

async function contentOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path())
}

/** A picture that the browser has drawn, in one colour. */
async function picture(person: Person, colour: string, width = 640, height = 400): Promise<Buffer> {
  const url = await person.page.evaluate(
    ([fill, wide, high]) => {
      const canvas = document.createElement('canvas')
      canvas.width = wide
      canvas.height = high
      const context = canvas.getContext('2d')
      if (context) {
        context.fillStyle = fill
        context.fillRect(0, 0, wide, high)
      }
      return canvas.toDataURL('image/png')
    },
    [colour, width, height] as const,
  )
  return Buffer.from(url.split(',')[1] ?? '', 'base64')
}

async function audit(person: Person, where: string): Promise<string[]> {
  const { page } = person
  const found = (await untranslated(page)).map((text) => `untranslated: ${text}`)
  const over = await overflow(page)
  if (over > 0) found.push(`${over} px wider than the window`)
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(where: Document, how: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } }
    const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
  return [...found, ...violations].map((text) => `${where}: ${text}`)
}

test('files are kept in folders, looked at, renamed, thrown away and brought back', async ({ member }) => {
  const owner = await member('xiaolan.chen')
  const { page } = owner
  const folder = `评审 ${Date.now()}`
  await page.goto('/drive')
  await page.getByRole('button', { name: '新建文件夹' }).first().click()
  await page.getByRole('textbox', { name: '名称' }).fill(folder)
  await page.getByRole('button', { name: '新建', exact: true }).click()
  await entry(owner, folder).click()
  await expect(page.getByText('这个文件夹是空的。')).toBeVisible()
  await choose(owner, upload(owner), [textFile('纪要.txt', '第一条：按时开会。'), { name: 'red.png', mimeType: 'image/png', buffer: await picture(owner, 'red') }])
  await expect(entry(owner, '纪要.txt')).toBeVisible()
  await expect(entry(owner, 'red.png')).toBeVisible()

  await entry(owner, '纪要.txt').click()
  const viewer = page.getByRole('dialog', { name: /^查看/ })
  await expect(viewer.getByText('第一条：按时开会。')).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await expect(viewer.getByRole('img', { name: 'red.png' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()

  await entry(owner, '纪要.txt').focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('会议纪要')
  await page.keyboard.press('Enter')
  await expect(entry(owner, '会议纪要.txt')).toBeVisible()
  await entry(owner, '会议纪要.txt').focus()
  await page.keyboard.press('Delete')
  await expect(entry(owner, '会议纪要.txt')).toBeHidden()
  await page.getByRole('link', { name: '回收站' }).click()
  await page.getByRole('button', { name: '放回 会议纪要.txt' }).click()
  await expect(page.getByRole('button', { name: '放回 会议纪要.txt' })).toBeHidden()
  await page.goBack()
  await expect(entry(owner, '会议纪要.txt')).toBeVisible()
  expect(await audit(owner, 'drive')).toEqual([])
})

test('an upload that is cut off goes on where it was, and what comes back is what was sent', async ({ member }) => {
  const owner = await member('xiaolan.chen')
  const { page } = owner
  const name = `录像 ${Date.now()}.bin`
  // Three pieces, of which the line carries the first.
  const sent = bytes(20 * 1024 * 1024, Date.now())
  await page.goto('/drive')
  const offsets: number[] = []
  let isCut = true
  await page.route('**/api/drive/uploads/*', async (route) => {
    const offset = Number(route.request().headers()['upload-offset'] ?? Number.NaN)
    if (isCut && offset !== 0) return route.abort('connectionfailed')
    if (!Number.isNaN(offset)) offsets.push(offset)
    return route.continue()
  })
  await choose(owner, upload(owner), [{ name, mimeType: 'application/octet-stream', buffer: sent }])
  const tray = page.getByRole('region', { name: '上传' })
  await expect(tray.getByText(/网络断了，连上就接着传/)).toBeVisible()
  isCut = false
  await expect(tray.getByText('传好了 1 个文件')).toBeVisible()
  expect(offsets).toEqual([0, 8 * 1024 * 1024, 16 * 1024 * 1024])
  await page.unroute('**/api/drive/uploads/*')

  const download = page.waitForEvent('download')
  await entry(owner, name).click({ button: 'right' })
  await page.getByRole('menuitem', { name: '下载' }).click()
  expect((await contentOf(await download)).equals(sent)).toBe(true)
})

test('pictures, files and voices are sent in a conversation and reach the other person', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `材料 ${Date.now()}`, [await idOf(guest)])
  await openLine(guest, `/chat/${group.id}`)
  await openLine(host, `/chat/${group.id}`)
  const attach = host.page.getByRole('button', { name: '发图片或文件' })

  await choose(host, attach, [{ name: '设计稿.png', mimeType: 'image/png', buffer: await picture(host, 'rgb(20, 120, 100)') }])
  await expect(host.page.getByRole('list', { name: '要发的文件' }).getByRole('img', { name: '设计稿.png' })).toBeVisible()
  await host.page.getByRole('textbox', { name: /^发消息/ }).fill('新的设计稿')
  await host.page.keyboard.press('Enter')
  const shown = thread(guest).getByRole('article').filter({ hasText: '新的设计稿' })
  await expect(shown.getByRole('img')).toBeVisible()
  await expect.poll(() => shown.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await shown.getByRole('button', { name: /^打开/ }).click()
  await expect(guest.page.getByRole('dialog', { name: /^查看 设计稿/ })).toBeVisible()
  await guest.page.keyboard.press('Escape')

  const sent = bytes(400 * 1024)
  await choose(host, attach, [{ name: '预算.xlsx', mimeType: 'application/vnd.ms-excel', buffer: sent }])
  await host.page.keyboard.press('Enter')
  const card = thread(guest).getByRole('article').filter({ hasText: '预算.xlsx' })
  await expect(card).toBeVisible()
  const download = guest.page.waitForEvent('download')
  await card.getByRole('link', { name: '下载 预算.xlsx' }).click()
  expect((await contentOf(await download)).equals(sent)).toBe(true)

  await host.page.getByRole('button', { name: '录语音' }).click()
  const voice = host.page.getByRole('region', { name: '语音' })
  await expect(voice.getByRole('timer')).toHaveText(/0?0:0[2-9]/)
  await voice.getByRole('button', { name: '说完了' }).click()
  await voice.getByRole('button', { name: '发送语音' }).click()
  const heard = thread(guest).getByRole('button', { name: '播放语音' })
  await expect(heard).toBeVisible()
  await heard.click()
  await expect.poll(() => guest.page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0)).toBeGreaterThan(0)

  await guest.page.getByRole('tab', { name: '文件' }).click()
  await expect(guest.page.getByRole('tabpanel').getByText('预算.xlsx')).toBeVisible()
  expect(await audit(host, 'conversation with files')).toEqual([])
})

test('what is sent without a network goes when it returns', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const traveller = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `隧道 ${Date.now()}`, [await idOf(traveller)])
  await openLine(host, `/chat/${group.id}`)
  await openLine(traveller, `/chat/${group.id}`)
  await expect(thread(traveller)).toBeVisible()
  await traveller.context.setOffline(true)
  await choose(traveller, traveller.page.getByRole('button', { name: '发图片或文件' }), [textFile('车票.txt', '14 车 3A')])
  await traveller.page.keyboard.press('Enter')
  await expect(thread(traveller).getByText('连上网络就发')).toBeVisible()
  await traveller.context.setOffline(false)
  await expect(thread(host).getByRole('article').filter({ hasText: '车票.txt' })).toHaveCount(1)
})

test('a link with a password lets a stranger in, until it is taken back', async ({ member, stranger }) => {
  const owner = await member('xiaolan.chen')
  const { page } = owner
  const name = `合同 ${Date.now()}.txt`
  await page.goto('/drive')
  await choose(owner, upload(owner), [textFile(name, '甲方：青砖科技')])
  await entry(owner, name).click({ button: 'right' })
  await page.getByRole('menuitem', { name: '链接分享' }).click()
  const sheet = page.getByRole('dialog', { name: new RegExp(name) })
  await sheet.getByRole('textbox', { name: '密码' }).fill('qingzhuan')
  await sheet.getByRole('button', { name: '生成链接' }).click()
  const address = await sheet.getByRole('textbox', { name: '链接' }).inputValue()

  const visitor = await stranger({ look: 'blue', viewport: { width: 390, height: 844 } })
  await visitor.page.goto(new URL(address).pathname)
  await visitor.page.getByLabel('密码').fill('wrong')
  await visitor.page.getByRole('button', { name: '打开' }).click()
  await expect(visitor.page.getByRole('alert')).toBeVisible()
  await visitor.page.getByLabel('密码').fill('qingzhuan')
  await visitor.page.getByRole('button', { name: '打开' }).click()
  await expect(visitor.page.getByRole('heading', { name })).toBeVisible()
  expect(await audit(visitor, 'shared file')).toEqual([])
  const download = visitor.page.waitForEvent('download')
  await visitor.page.getByRole('link', { name: '下载' }).click()
  expect((await contentOf(await download)).toString()).toBe('甲方：青砖科技')

  await sheet.getByRole('button', { name: '收回链接' }).click()
  await expect(sheet.getByRole('button', { name: '收回链接' })).toBeHidden()
  await visitor.page.reload()
  await expect(visitor.page.getByText('这个链接打不开了。')).toBeVisible()
})
