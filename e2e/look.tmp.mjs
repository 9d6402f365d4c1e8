import { chromium } from '@playwright/test'
const base = process.env.BASE ?? 'http://127.0.0.1:8191'
const out = '/dev/shm/f-shots'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const only = process.argv[2]
export async function person(login, { locale = 'zh-CN', theme = 'light', width = 1440, height = 900 } = {}) {
  const touch = width < 768
  const context = await browser.newContext({ baseURL: base, locale, colorScheme: theme, viewport: { width, height }, hasTouch: touch, isMobile: touch, timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
  await context.request.post('/api/org/sign-in', { headers: { 'x-requested-with': 'hutong' }, data: { login, password: 'hutong-demo', remember: true } })
  const page = await context.newPage()
  page.on('console', (m) => m.type() === 'error' && console.log('console', m.text().slice(0, 200)))
  page.on('pageerror', (e) => console.log('pageerror', e.message))
  const post = async (path, data = {}) => { const a = await context.request.post(path, { headers: { 'x-requested-with': 'hutong' }, data }); if (!a.ok()) console.log(path, a.status(), await a.text()); const t = await a.text(); return t ? JSON.parse(t) : null }
  const shot = async (name) => { await page.waitForTimeout(700); await page.screenshot({ path: `${out}/${name}.png` }); console.log('shot', name) }
  return { context, page, post, shot }
}
export const me = async (p) => (await (await p.context.request.get('/api/org/me')).json()).member.id
export { browser }
