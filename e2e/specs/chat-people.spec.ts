// Three people with two devices each: what one of them says, reads or answers is the same everywhere, at once and after a
// device was away; on phones as well; and nothing of it shuts anybody out.
import { complaints } from '../fixtures/audit.js'
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import type { Person, PersonOptions } from '../fixtures/people.js'
import { field, groupOf, idOf, row, said, say, thread } from '../fixtures/talk.js'

const phone: PersonOptions = { viewport: { width: 390, height: 844 }, touch: true, look: 'lime' }

interface Pair {
  name: string
  desk: Person
  phone: Person
}

type Member = (login: string, options?: PersonOptions) => Promise<Person>

async function pair(member: Member, login: string, name: string): Promise<Pair> {
  return { name, desk: await member(login), phone: await member(login, phone) }
}

/** What a device shows of a conversation, from first to last. */
const texts = async (person: Person) => (await thread(person).getByRole('article').all()).length && (await thread(person).locator('[data-message]').allInnerTexts()).map((text) => text.split('\n')[0])

test('three people read, count and answer the same on two devices each', async ({ member }) => {
  test.setTimeout(420_000)
  const lan = await pair(member, 'xiaolan.chen', '陈晓岚')
  const na = await pair(member, 'na.li', '李娜')
  const wei = await pair(member, 'wei.wang', '王伟')
  const title = `三个人 ${Date.now()}`
  const group = await groupOf(lan.desk, title, [await idOf(na.desk), await idOf(wei.desk)])
  const all = [lan, na, wei].flatMap((one) => [one.desk, one.phone])
  await openLine(lan.desk, `/chat/${group.id}`)
  for (const person of all.slice(1)) await openLine(person, '/chat')

  await say(lan.desk, '早上好')
  for (const person of [na.desk, na.phone, wei.desk, wei.phone]) await expect(row(person, title)).toContainText('1 条未读')
  await say(lan.desk, '@所有人 十点评审')
  for (const person of [na.desk, na.phone, wei.desk, wei.phone]) await expect(row(person, title)).toContainText('2 条未读')

  // Who reads on one device has read on the other.
  await row(na.phone, title).tap()
  await expect(said(na.phone, '十点评审')).toBeVisible()
  await expect(row(na.desk, title)).not.toContainText('条未读')
  await expect(row(wei.desk, title)).toContainText('2 条未读')
  const mark = thread(lan.desk).getByRole('button', { name: /人未读/ }).last()
  await expect(mark).toHaveText('1 人未读')
  await row(wei.desk, title).click()
  await expect(row(wei.phone, title)).not.toContainText('条未读')
  await expect(thread(lan.desk).getByText('全部已读').last()).toBeVisible()
  await row(lan.phone, title).tap()
  await expect(thread(lan.phone).getByText('全部已读').last()).toBeVisible()

  // A device that was away has missed nothing.
  await na.desk.context.setOffline(true)
  await say(wei.desk, '我来准备')
  await field(na.phone).fill('我带原型')
  await na.phone.page.getByRole('button', { name: '发送', exact: true }).tap()
  await expect(said(lan.phone, '我带原型')).toBeVisible()
  await na.desk.context.setOffline(false)
  await row(na.desk, title).click()
  await row(wei.phone, title).tap()
  const expected = await texts(lan.desk)
  for (const person of all) {
    await expect(said(person, '我带原型')).toBeVisible()
    await expect.poll(() => texts(person)).toEqual(expected)
  }

  // One of the devices answers the call, the others stop ringing.
  await lan.desk.page.getByRole('button', { name: '视频会议' }).click()
  await lan.desk.page.waitForURL(/\/m\/\d{9}/)
  const answer = (person: Person) => person.page.getByRole('button', { name: '接听', exact: true })
  for (const person of [na.desk, na.phone, wei.desk, wei.phone]) await expect(answer(person)).toBeVisible()
  await answer(na.phone).tap()
  await na.phone.page.waitForURL(/\/m\/\d{9}/)
  await expect(answer(na.desk)).toBeHidden()
  await expect(thread(na.desk).getByText('会议进行中').last()).toBeVisible()
})

test('what stands beside and above a conversation shuts nobody out', async ({ member }) => {
  const host = await member('xiaolan.chen', { still: true })
  const guest = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `看一遍 ${Date.now()}`, [await idOf(guest)])
  await host.page.goto(`/chat/${group.id}`)
  await say(host, '第一句')
  await expect(said(host, '第一句')).toBeVisible()
  const found: string[] = []
  const { page } = host
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 })
    const panel = page.getByRole('tablist', { name: '会话信息' })
    if (!(await panel.isVisible())) await page.getByRole('button', { name: '会话信息' }).click()
    for (const tab of ['成员', '置顶', '设置', '机器人']) {
      await panel.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
      found.push(...(await complaints(host, `${tab} ${width}`)))
    }
    await panel.getByRole('tab', { name: /^成员/ }).click()
    await page.getByRole('button', { name: '群链接' }).click()
    await expect(page.getByRole('dialog', { name: '用链接进群' })).toBeVisible()
    found.push(...(await complaints(host, `link ${width}`)))
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: '用链接进群' })).toBeHidden()
    if (width === 390) await page.getByRole('button', { name: '关闭' }).last().click()
    for (const [item, title] of [['设为待办', '设为待办'], ['加急', '加急消息']]) {
      await said(host, '第一句').click({ button: 'right' })
      const entry = page.getByRole('menuitem', { name: item, exact: true }).or(page.getByRole('dialog').getByRole('button', { name: item, exact: true }))
      await entry.click()
      await expect(page.getByRole('dialog', { name: title })).toBeVisible()
      found.push(...(await complaints(host, `${title} ${width}`)))
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog', { name: title })).toBeHidden()
    }
  }
  expect([...new Set(found)]).toEqual([])
})
