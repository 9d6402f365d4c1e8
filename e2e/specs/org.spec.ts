// The office and its people: set-up, signing in, devices, invitations, the directory, and what administrators do.
import { PNG } from 'pngjs'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'

const password = 'hutong-demo'

/** Types what somebody types who signs in. */
async function signIn({ page }: Person, login: string, secret: string) {
  await page.getByLabel('用户名、邮箱或手机号').fill(login)
  await page.getByRole('textbox', { name: '密码' }).fill(secret)
  await page.getByRole('button', { name: /登录$/ }).click()
}

/** Fills the fields of an account that its owner makes. */
async function fillAccount({ page }: Person, account: { name: string; username: string; password: string }) {
  await page.getByLabel('姓名', { exact: true }).fill(account.name)
  await page.getByLabel('用户名', { exact: true }).fill(account.username)
  await page.getByRole('textbox', { name: '密码' }).fill(account.password)
}

const answerTo = (person: Person, login: string, secret: string) =>
  person.context.request.post('/api/org/sign-in', { headers: { 'x-requested-with': 'hutong' }, data: { login, password: secret, remember: false } })

test('a new office is set up by the link that the program prints, once', async ({ stranger, emptyOffice }) => {
  const printed = () => /\/set-up\?token=\S+/.exec(emptyOffice.output)?.[0] ?? ''
  await expect.poll(printed).not.toBe('')
  const link = printed()
  const founder = await stranger({ at: emptyOffice.url })
  const { page } = founder
  await page.goto('/')
  await expect(page).toHaveURL(/\/set-up/)
  await page.goto(link)
  await page.getByLabel('组织名称').fill('青瓦合作社')
  await page.getByRole('button', { name: '下一步：创建管理员' }).click()
  await fillAccount(founder, { name: '林一', username: 'yi.lin', password: 'a long enough secret' })
  await page.getByRole('button', { name: '下一步：检查网络' }).click()
  await page.getByRole('button', { name: '下一步：邀请同事' }).click()
  await page.getByRole('button', { name: '生成邀请链接' }).click()
  await expect(page.getByRole('textbox', { name: '邀请链接' })).toHaveValue(/\/invite\/\S+/)
  await page.getByRole('button', { name: '进入办公室' }).click()
  await expect(page).toHaveURL(/\/chat$/)

  const late = await stranger({ at: emptyOffice.url, look: 'lime' })
  await late.page.goto(link)
  await expect(late.page).toHaveURL(/\/sign-in/)
})

test('a wrong password is refused without saying what was wrong, the right one lets in, and out again', async ({ stranger }) => {
  const person = await stranger()
  const { page } = person
  await page.goto('/people')
  await expect(page).toHaveURL(/\/sign-in/)
  await signIn(person, 'yiming.zhao', 'not the password')
  await expect(page.getByText('用户名或密码不对，再试一次。')).toBeVisible()
  await signIn(person, 'nobody.at.all', password)
  await expect(page.getByText('用户名或密码不对，再试一次。')).toBeVisible()
  await signIn(person, 'yiming.zhao', password)
  await expect(page).toHaveURL(/\/people/)
  await page.getByRole('button', { name: '赵一鸣，个人菜单' }).click()
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.goto('/people')
  await expect(page).toHaveURL(/\/sign-in/)
})

/** In no other story: this one leaves them with another password. */
const careful = 'kai.zheng'

test('a session ended from another device is signed out at once; so are all others by a new password', async ({ member, stranger }) => {
  const desk = await member(careful)
  const phone = await member(careful, { look: 'lime' })
  await phone.page.goto('/people')
  await expect(phone.page.getByRole('tree', { name: '组织架构' })).toBeVisible()
  await desk.page.goto('/me')
  await expect(desk.page.getByText('这台设备').last()).toBeVisible()
  await desk.page.getByRole('button', { name: /^退\s?出$/ }).click()
  await expect(phone.page).toHaveURL(/\/sign-in/)

  await signIn(phone, careful, password)
  await expect(phone.page).toHaveURL(/\/people/)
  const security = desk.page.getByText('修改后，别的设备要重新登录')
  await security.scrollIntoViewIfNeeded()
  await desk.page.getByRole('button', { name: /^修\s?改$/ }).last().click()
  const dialog = desk.page.getByRole('dialog')
  await dialog.getByLabel('现在的密码').fill(password)
  await dialog.getByLabel('新密码').fill('a better secret of mine')
  await dialog.getByLabel('再写一次').fill('a better secret of mine')
  await dialog.getByRole('button', { name: '改密码' }).click()
  await expect(desk.page.getByText('密码改好了，别的设备要重新登录。')).toBeVisible()
  await expect(phone.page).toHaveURL(/\/sign-in/)
  const other = await stranger({ look: 'blue' })
  expect((await answerTo(other, careful, password)).status()).toBe(401)
  expect((await answerTo(other, careful, 'a better secret of mine')).ok()).toBe(true)
})

test('somebody who was sent a link makes an account and is in', async ({ member, stranger }) => {
  const owner = await member('xiaolan.chen')
  await owner.page.goto('/admin/invitations')
  await owner.page.getByRole('button', { name: '新的邀请' }).click()
  await owner.page.getByRole('button', { name: '生成链接' }).click()
  const field = owner.page.getByRole('textbox', { name: '邀请链接' })
  await expect(field).toHaveValue(/\/invite\/\S+/)
  const link = await field.inputValue()
  await expect(owner.page.getByRole('img', { name: '邀请链接的二维码' })).toBeVisible()
  const newcomer = await stranger({ look: 'lime' })
  await newcomer.page.goto(new URL(link).pathname)
  await expect(newcomer.page.getByText('陈晓岚 邀请你进来，填好下面几项。')).toBeVisible()
  await fillAccount(newcomer, { name: '苏木', username: 'mu.su', password: 'a long enough secret' })
  await newcomer.page.getByRole('button', { name: /^加\s?入$/ }).click()
  await expect(newcomer.page).toHaveURL(/\/chat$/)
  await expect(newcomer.page.getByRole('button', { name: '苏木，个人菜单' })).toBeVisible()
  const late = await stranger({ look: 'blue' })
  await late.page.goto('/invite/no-such-token')
  await expect(late.page.getByText('这个邀请用不了了')).toBeVisible()
})

test('whoever forgot sets a new password by mail, and people are invited by mail', async ({ stranger, mailingOffice: { server, relay } }) => {
  const forgetful = await stranger({ at: server.url })
  const { page } = forgetful
  const mailed = async (path: string) => {
    const link = () => relay.links.find((found) => found.includes(path)) ?? ''
    await expect.poll(link).not.toBe('')
    return link()
  }
  await page.goto('/sign-in')
  await page.getByLabel('用户名、邮箱或手机号').fill('na.li')
  await page.getByRole('link', { name: '忘记密码' }).click()
  await page.getByRole('button', { name: '寄链接' }).click()
  await expect(page.getByRole('heading', { name: '去看看邮箱' })).toBeVisible()
  const link = await mailed('/new-password#')
  await page.goto(link)
  await expect(page.getByText(/李娜.*na\.li/)).toBeVisible()
  await page.getByLabel('新密码', { exact: true }).fill('a brand new secret')
  await page.getByLabel('再写一次').fill('a brand new secret')
  await page.getByRole('button', { name: '保存新密码' }).click()
  await expect(page.getByRole('heading', { name: '密码改好了' })).toBeVisible()
  await page.goto(`${link}again`)
  await expect(page.getByRole('heading', { name: '这个链接用不了了' })).toBeVisible()
  await page.goto('/sign-in')
  await signIn(forgetful, 'na.li', 'a brand new secret')
  await expect(page).toHaveURL(/\/chat/)

  const owner = await stranger({ at: server.url, look: 'lime' })
  await owner.signIn('xiaolan.chen', password)
  await owner.page.goto('/admin/invitations')
  await owner.page.getByRole('button', { name: '新的邀请' }).click()
  await owner.page.getByText('邮件', { exact: true }).click()
  await owner.page.getByLabel('邮箱').fill('yi.lin@brick.example')
  await owner.page.getByRole('button', { name: '发出邀请' }).click()
  await expect(owner.page.getByRole('table', { name: '邀请' }).getByText('yi.lin@brick.example')).toBeVisible()
  await page.goto(await mailed('/invite/'))
  await expect(page.getByLabel('邮箱')).toHaveValue('yi.lin@brick.example')
})

test('a face and a name are changed, and colleagues see them', async ({ member }) => {
  const person = await member('priya.nair')
  const { page } = person
  await page.goto('/me')
  const picture = new PNG({ width: 64, height: 64 })
  for (let at = 0; at < picture.data.length; at += 4) picture.data.set([0, 0, 255, 255], at)
  await page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PNG.sync.write(picture) })
  await expect(page.getByRole('button', { name: '去掉头像' })).toBeVisible()
  await page.getByRole('button', { name: /^修\s?改$/ }).first().click()
  await page.getByRole('dialog').getByLabel('姓名').fill('Priya N.')
  await page.getByRole('dialog').getByRole('button', { name: /^保\s?存$/ }).click()

  const colleague = await member('wei.wang', { look: 'blue' })
  await colleague.page.goto('/people')
  await colleague.page.getByPlaceholder('姓名、拼音、电话').fill('priya')
  const row = colleague.page.getByText('Priya N.').first()
  await expect(row).toBeVisible()
  const face = colleague.page.locator('img[src*="avatar"]').first()
  await expect(face).toBeVisible()
  await expect.poll(() => face.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true)
})

test('people are found by department and by pinyin', async ({ member }) => {
  const { page } = await member('wei.wang')
  await page.goto('/people')
  await page.getByRole('treeitem', { name: /财务/ }).click()
  await expect(page.getByText('高磊').first()).toBeVisible()
  await expect(page.getByText('李娜')).toHaveCount(0)
  for (const words of ['lina', 'ln', '李']) {
    await page.getByPlaceholder('姓名、拼音、电话').fill(words)
    await expect(page.getByText('李娜').first()).toBeVisible()
    await expect(page.getByText('高磊')).toHaveCount(0)
  }
  await page.getByPlaceholder('姓名、拼音、电话').fill('zzzz')
  await expect(page.getByText('没有找到「zzzz」')).toBeVisible()
})

test('an administrator adds a person, changes and disables them, and the log says so', async ({ member, stranger }) => {
  const admin = await member('na.li')
  const { page } = admin
  await page.goto('/admin/people')
  await page.getByRole('button', { name: '添加成员' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('姓名', { exact: true }).fill('顾北')
  await dialog.getByLabel('用户名', { exact: true }).fill('bei.gu')
  await dialog.getByRole('button', { name: '添加成员' }).click()
  const secret = await dialog.locator('code').innerText()
  await dialog.getByRole('button', { name: /^完\s?成$/ }).click()

  const person = await stranger({ look: 'lime' })
  await person.signIn('bei.gu', secret)
  await person.page.goto('/people')
  await expect(person.page.getByRole('button', { name: '顾北，个人菜单' })).toBeVisible()

  await page.getByPlaceholder('姓名、拼音、电话').fill('gubei')
  // Until the answer comes everybody is on the list, and then the row is in another place: the headings and one person.
  await expect(page.getByRole('table', { name: '成员' }).getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: '顾北的更多操作' }).click()
  await page.getByRole('menuitem', { name: '修改资料' }).click()
  await page.getByRole('dialog').getByLabel('职务').fill('园丁')
  await page.getByRole('dialog').getByRole('button', { name: /^保\s?存$/ }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByText('园丁')).toBeVisible()

  await page.getByRole('button', { name: '顾北的更多操作' }).click()
  await page.getByRole('menuitem', { name: '停用账号' }).click()
  await page.getByRole('dialog', { name: /停用 顾北/ }).getByRole('button', { name: '停用账号' }).click()
  await expect(person.page).toHaveURL(/\/sign-in/)
  expect((await answerTo(person, 'bei.gu', secret)).status()).toBe(401)

  await page.goto('/admin/audit')
  for (const act of ['添加成员', '修改成员', '停用账号']) await expect(page.getByText(`${act} 顾北`).first()).toBeVisible()
})

test('a table of people is rehearsed, its errors are named, and the right one is taken over', async ({ member }) => {
  const { page } = await member('na.li')
  await page.goto('/admin/people')
  await page.getByRole('button', { name: '导入成员' }).click()
  const dialog = page.getByRole('dialog')
  const choose = (rows: string[]) =>
    dialog.locator('input[type=file]').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['name,username,email,phone,department,title,employee_no', ...rows].join('\r\n')),
    })
  await choose(['白露,lu.bai,lu.bai@example.cn,,研发/媒体组,工程师,', '秋分,na.li,,,,,'])
  await expect(dialog.getByText(/1 处要改/)).toBeVisible()
  await expect(dialog.getByText('第 3 行 · username')).toBeVisible()
  await expect(dialog.getByRole('button', { name: '导入 1 人' })).toBeDisabled()
  await choose(['白露,lu.bai,lu.bai@example.cn,,研发/媒体组,工程师,', '秋分,fen.qiu,,,,,'])
  await expect(dialog.getByText('可以导入 2 人')).toBeVisible()
  await dialog.getByRole('button', { name: '导入 2 人' }).click()
  await expect(dialog.getByText('导入了 2 人')).toBeVisible()
  await dialog.getByRole('button', { name: /^完\s?成$/ }).click()
  // Going, it gives the focus back, and takes it from whoever types too soon.
  await expect(dialog).toBeHidden()
  await page.getByPlaceholder('姓名、拼音、电话').fill('bailu')
  await expect(page.getByText('白露').first()).toBeVisible()
  await page.goto('/admin/audit')
  await expect(page.getByText('导入成员').first()).toBeVisible()
})
