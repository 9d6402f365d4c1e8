// Notices as people live through them: told in another browser, counted, opened, read everywhere.
import { openLine } from '../fixtures/line.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { overflow } from '../fixtures/sight.js'

interface Meeting {
  id: string
  number: string
  title: string
}

const get = async <Answer>(person: Person, path: string) => (await (await person.context.request.get(path)).json()) as Answer

/**
 * Begins with nothing unread: other stories of this office may have left something. Whoever they left signed in on another
 * device is told of this one, a moment after it has signed in.
 */
async function readEverything(person: Person) {
  const notices = async () => (await get<{ notices: { id: string; data: { session_id?: string } }[] }>(person, '/api/notify/notices')).notices
  const { sessions } = await get<{ sessions: { id: string; current: boolean }[] }>(person, '/api/org/sessions')
  const here = sessions.find(({ current }) => current)
  if (sessions.length > 1) await expect.poll(async () => (await notices()).some(({ data }) => data.session_id === here?.id)).toBe(true)
  const [newest] = await notices()
  if (newest) await person.post('/api/notify/notices/read', { up_to: newest.id })
  const { conversations } = await get<{ conversations: { id: string; last_seq: number }[] }>(person, '/api/chat/conversations')
  for (const { id, last_seq } of conversations) await person.post(`/api/chat/conversations/${id}/read`, { seq: last_seq })
}

const idOf = async (person: Person) => (await get<{ member: { id: string } }>(person, '/api/org/me')).member.id

const bell = (person: Person, unread: number) => person.page.getByRole('button', { name: unread ? `通知，${unread} 条未读` : '通知', exact: true })

const rows = (person: Person) => person.page.getByRole('dialog', { name: '通知' }).getByRole('listitem')

test('an invitation is counted, leads to the meeting and is read on every device', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li')
  await readEverything(guest)
  await openLine(guest, '/people')
  const other = await guest.context.newPage()
  await other.goto('/me')
  await expect(bell(guest, 0)).toBeVisible()

  const title = '季度复盘与下一步'
  const starts_at = Date.now() + 2 * 3_600_000
  await host.post<Meeting>('/api/meetings', { kind: 'scheduled', title, starts_at, invitee_ids: [await idOf(guest)] })
  // It is gone after eight seconds.
  await expect(guest.page.getByRole('status').getByText('陈晓岚 邀请你参加会议')).toBeVisible()
  await expect(bell(guest, 1)).toBeVisible()
  await expect(guest.page).toHaveTitle(/^\(1\) /)

  await bell(guest, 1).click()
  const row = rows(guest).filter({ hasText: title })
  await expect(row).toContainText('陈晓岚 邀请你参加会议')
  await row.getByRole('button', { name: /邀请你参加会议/ }).click()
  const sheet = guest.page.getByRole('dialog', { name: title })
  await expect(sheet).toContainText('陈晓岚')
  await expect(sheet).toContainText('还没回复')
  await expect(bell(guest, 0)).toBeAttached()
  await expect(guest.page).not.toHaveTitle(/^\(/)
  await expect(other.getByRole('button', { name: '通知', exact: true })).toBeVisible()
})

test('what happens while a page is still loading is counted all the same', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('na.li')
  await readEverything(guest)
  let arrived = () => {}
  const hold = new Promise<void>((resolve) => { arrived = resolve })
  await guest.page.route('**/assets/Live-*.js', async (route) => {
    await hold
    await route.continue()
  })
  const counted = guest.page.waitForResponse('**/api/notify/notices*')
  // What is held may be a part of what the browser calls loading.
  await guest.page.goto('/people', { waitUntil: 'commit' })
  await counted
  await host.post<Meeting>('/api/meetings', { kind: 'scheduled', title: '很早的会', starts_at: Date.now() + 3_600_000, invitee_ids: [await idOf(guest)] })
  arrived()
  await expect(bell(guest, 1)).toBeVisible()
})

/** Points at the toast that offers to undo, which therefore stays until it is pressed. */
async function reachForUndo({ page }: Person) {
  await page.locator('[data-toast]', { hasText: '撤销' }).hover()
  return page.getByRole('button', { name: '撤销' })
}

test('marks are undone, and what is removed comes back', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('wei.wang')
  await readEverything(guest)
  const invitee_ids = [await idOf(guest)]
  for (const title of ['甲', '乙']) {
    await host.post<Meeting>('/api/meetings', { kind: 'scheduled', title, starts_at: Date.now() + 3_600_000, invitee_ids })
  }
  await guest.page.goto('/meetings')
  await expect(bell(guest, 2)).toBeVisible()
  await guest.page.keyboard.press('b')
  await expect(rows(guest).filter({ hasText: '乙' })).toBeVisible()
  await guest.page.getByRole('button', { name: '全部标为已读' }).click()
  const unmark = await reachForUndo(guest)
  await expect(bell(guest, 0)).toBeVisible()
  await unmark.click()
  await expect(bell(guest, 2)).toBeVisible()

  const first = rows(guest).first()
  await first.hover()
  await first.getByRole('button', { name: '删除这条通知' }).click()
  const restore = await reachForUndo(guest)
  await expect(rows(guest).filter({ hasText: '乙' })).toBeHidden()
  await expect(bell(guest, 1)).toBeVisible()
  await restore.click()
  await expect(rows(guest).filter({ hasText: '乙' })).toBeVisible()
  await guest.page.keyboard.press('Escape')
  await expect(guest.page.getByRole('dialog', { name: '通知' })).toBeHidden()
})

test('a call that ended unanswered is told on a phone', async ({ member }) => {
  const host = await member('xiaolan.chen')
  const guest = await member('yiming.zhao', { viewport: { width: 390, height: 844 }, touch: true })
  await readEverything(guest)
  await guest.page.goto('/meetings')
  await expect(bell(guest, 0)).toBeVisible()
  const meeting = await host.post<Meeting>('/api/meetings', { kind: 'instant', title: '站会' })
  await host.post(`/api/meetings/${meeting.id}/ring`, { member_ids: [await idOf(guest)] })
  await expect(guest.page.getByRole('alertdialog', { name: /陈晓岚/ })).toBeVisible()
  const gone = await host.context.request.delete(`/api/meetings/${meeting.id}`, { headers: { 'x-requested-with': 'hutong' } })
  expect(gone.ok()).toBe(true)
  await expect(bell(guest, 1)).toBeVisible()
  await bell(guest, 1).tap()
  await expect(rows(guest).first()).toContainText('没接到 陈晓岚 的来电')
  await expect.poll(() => overflow(guest.page)).toBeLessThanOrEqual(0)
})
