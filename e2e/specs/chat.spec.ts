// Messages as people live through them: written, read, answered, taken back; on a phone; without a network.
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import { overflow } from '../fixtures/sight.js'
import { directWith, field, groupOf, idOf, row, said, say, thread, write } from '../fixtures/talk.js'

test('two people talk, answer, change their words and take them back', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  await openLine(guest, '/chat')
  await host.page.goto(`/people?m=${await idOf(guest)}`)
  await host.page.getByRole('complementary', { name: '个人名片' }).getByRole('button', { name: '发消息' }).click()
  const greeting = `原型好了吗 ${Date.now()}`
  await say(host, greeting)
  await expect(said(host, greeting)).toBeVisible()

  await expect(row(guest, '陈晓岚')).toContainText(greeting)
  await expect(row(guest, '陈晓岚')).toContainText('1 条未读')
  await row(guest, '陈晓岚').click()
  await expect(said(guest, greeting)).toBeVisible()
  await expect(row(guest, '陈晓岚')).not.toContainText('条未读')
  await expect(thread(host).getByText('已读', { exact: true }).last()).toBeVisible()

  await said(guest, greeting).click({ button: 'right' })
  await guest.page.getByRole('button', { name: '用 👍 回应' }).click()
  await expect(thread(host).getByRole('button', { name: /^👍 1/ })).toBeVisible()
  await said(guest, greeting).click({ button: 'right' })
  await guest.page.getByRole('menuitem', { name: '回复', exact: true }).click()
  await say(guest, '**好了**，下午看')
  await expect(said(host, '好了，下午看').getByRole('button', { name: /原话/ })).toBeVisible()
  await expect(said(host, '好了，下午看').locator('strong')).toHaveText('好了')

  await field(host).press('ArrowUp')
  await expect(host.page.getByText('正在编辑消息')).toBeVisible()
  await say(host, `${greeting} 改过了`)
  await expect(said(guest, '改过了')).toContainText('已编辑')
  await said(host, '改过了').click({ button: 'right' })
  await host.page.getByRole('menuitem', { name: '撤回' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
  await expect(thread(guest).getByText('陈晓岚 撤回了一条消息')).toBeVisible()
  await expect(said(guest, '改过了')).toBeHidden()
})

test('whoever writes to a group sees who has not read it, and reminds them', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const reader = await member('na.li', { look: 'lime' })
  const sleeper = await member('wei.wang', { look: 'blue' })
  const group = await groupOf(host, `读过没有 ${Date.now()}`, [await idOf(reader), await idOf(sleeper)])
  await openLine(sleeper, '/people')
  await openLine(host, `/chat/${group.id}`)
  await field(host).fill('周五评审，@李')
  await expect(host.page.getByRole('option', { name: /李娜/ })).toBeVisible()
  await field(host).press('Enter')
  await field(host).press('Enter')
  await expect(said(host, '周五评审，@李娜')).toBeVisible()
  const mark = thread(host).getByRole('button', { name: /人未读/ })
  await expect(mark).toHaveText('2 人未读')

  await reader.page.goto(`/chat/${group.id}`)
  await expect(said(reader, '周五评审')).toBeVisible()
  await expect(mark).toHaveText('1 人未读')
  await mark.click()
  const readers = host.page.getByRole('region', { name: '谁读过了' })
  await expect(readers).toContainText('王伟')
  await expect(readers).toContainText('李娜')
  // It is gone after eight seconds.
  const reminded = expect(sleeper.page.getByRole('status').getByText(/陈晓岚 提醒你读/)).toBeVisible()
  await Promise.all([reminded, readers.getByRole('button', { name: '提醒未读的 1 人' }).click()])
  await expect(readers.getByRole('button', { name: '提醒过了' })).toBeVisible()
  await sleeper.page.goto(`/chat/${group.id}`)
  await expect(said(sleeper, '周五评审')).toBeVisible()
  await expect(thread(host).getByText('全部已读')).toBeVisible()
})

test('what is written without a network is sent when it returns, once and in order', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const traveller = await member('na.li', { look: 'lime' })
  const group = await groupOf(host, `路上 ${Date.now()}`, [await idOf(traveller)])
  await openLine(host, `/chat/${group.id}`)
  await openLine(traveller, `/chat/${group.id}`)
  await say(traveller, '出发了')
  await expect(said(host, '出发了')).toBeVisible()

  await traveller.context.setOffline(true)
  await say(traveller, '进隧道了')
  await say(traveller, '还在隧道里')
  await expect(thread(traveller).getByText('连上网络就发')).toHaveCount(2)
  await say(host, '到了说一声')
  await traveller.context.setOffline(false)

  await expect(said(host, '还在隧道里')).toBeVisible()
  await expect(said(traveller, '到了说一声')).toBeVisible()
  for (const person of [host, traveller]) {
    await expect(thread(person).getByText('进隧道了', { exact: true })).toHaveCount(1)
    const texts = await thread(person).getByRole('article').allInnerTexts()
    const at = (words: string) => texts.findIndex((text) => text.includes(words))
    expect(at('进隧道了')).toBeLessThan(at('还在隧道里'))
  }
  await traveller.page.reload()
  await expect(thread(traveller).getByText('进隧道了', { exact: true })).toHaveCount(1)
})

test('on a phone one pane leads to the other', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const walker = await member('na.li', { look: 'lime', viewport: { width: 390, height: 844 }, touch: true })
  const direct = await directWith(host, await idOf(walker))
  const greeting = `路上看到的 ${Date.now()}`
  await write(host, direct, greeting)
  await walker.page.goto('/chat')
  await row(walker, '陈晓岚').tap()
  await expect(said(walker, greeting)).toBeVisible()
  await expect(walker.page.getByRole('navigation', { name: '导航' })).toBeHidden()
  await field(walker).fill('收到')
  await walker.page.getByRole('button', { name: '发送' }).tap()
  await expect(said(walker, '收到').last()).toBeVisible()
  await expect.poll(() => overflow(walker.page)).toBeLessThanOrEqual(0)
  await walker.page.getByRole('button', { name: '返回' }).tap()
  await expect(row(walker, '陈晓岚')).toContainText('收到')
  await expect(walker.page.getByRole('navigation', { name: '导航' })).toBeVisible()
})

test('a call from a conversation rings, shows in it, and is joined from there', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li', { look: 'lime' })
  const direct = await directWith(host, await idOf(guest))
  await openLine(guest, `/chat/${direct.id}`)
  await host.page.goto(`/chat/${direct.id}`)
  await host.page.getByRole('button', { name: '视频会议', exact: true }).click()
  await host.page.waitForURL(/\/m\/\d{9}/)
  await expect(guest.page.getByRole('button', { name: '接听', exact: true })).toBeVisible()
  await expect(thread(guest).getByText('会议进行中').last()).toBeVisible()
  await guest.page.getByRole('button', { name: '加入会议', exact: true }).click()
  await guest.page.waitForURL(/\/m\/\d{9}/)
})
