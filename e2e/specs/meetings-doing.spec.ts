// What people do in a call: talk, write, raise hands, react, change devices, share; and what hosts may do to others.
import { enter, join, meet, tile, words } from '../fixtures/call.js'
import { expect, test } from '../fixtures/office.js'
import type { Person } from '../fixtures/people.js'
import { heardLooks, movingLooks, overflow, seenLooks } from '../fixtures/sight.js'

const hears = (person: Person) => expect.poll(() => heardLooks(person.page))
const sees = (person: Person) => expect.poll(() => movingLooks(person.page))

test('people write, raise hands in order, react, are muted by the host and talk while they hold the space bar', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await hears(host).toEqual(['lime'])

  await second.page.getByRole('button', { name: '打开聊天，0 条未读' }).click()
  await second.page.getByRole('textbox', { name: '说点什么' }).fill('早上好，看 https://example.cn')
  await second.page.keyboard.press('Enter')
  await host.page.getByRole('button', { name: '打开聊天，1 条未读' }).click()
  await expect(host.page.getByRole('log', { name: '聊天' }).getByText('早上好')).toBeVisible()
  await expect(host.page.getByRole('link', { name: 'https://example.cn' })).toBeVisible()
  await host.page.getByRole('button', { name: '关闭聊天' }).click()
  await expect(host.page.getByRole('button', { name: '打开聊天，0 条未读' })).toBeVisible()
  await second.page.getByRole('button', { name: '关闭聊天' }).click()

  await second.page.getByRole('button', { name: '举手', exact: true }).click()
  await expect(host.page.getByRole('group', { name: /^李娜.*举手，第 1 位/ })).toBeVisible()
  await host.page.getByRole('button', { name: '举手', exact: true }).click()
  await expect(second.page.getByRole('group', { name: /^陈晓岚.*举手，第 2 位/ })).toBeVisible()

  await second.page.getByRole('button', { name: '发送回应' }).click()
  // It is gone after five seconds.
  const seen = expect(host.page.getByRole('log').getByText('李娜').first()).toBeVisible()
  await Promise.all([seen, second.page.getByRole('button', { name: '鼓掌' }).click()])

  await host.page.getByRole('button', { name: '打开成员，2 人' }).click()
  await host.page.getByRole('button', { name: '对 李娜 的操作' }).click()
  await host.page.getByRole('menuitem', { name: '静音' }).click()
  await expect(second.page.getByText('主持人让你静音了').first()).toBeVisible()
  await expect(second.page.getByRole('button', { name: '取消静音，麦克风已关' })).toBeVisible()
  await hears(host).toEqual([])

  await second.page.locator('main').click({ position: { x: 5, y: 5 } })
  await second.page.keyboard.down('Space')
  await hears(host).toEqual(['lime'])
  await second.page.keyboard.up('Space')
  await hears(host).toEqual([])
})

test('a device is chosen during the call, vanishes, and another takes its place; music mode hears everything', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await second.page.addInitScript(() => {
    const { enumerateDevices } = navigator.mediaDevices
    navigator.mediaDevices.enumerateDevices = async () => {
      const { unplugged } = window as unknown as { unplugged?: string }
      return (await enumerateDevices.call(navigator.mediaDevices)).filter(({ label }) => label !== unplugged)
    }
  })
  await enter(host, meeting)
  await enter(second, meeting)
  await hears(host).toEqual(['lime'])

  const { page } = second
  const choose = async (name: string) => {
    await page.getByRole('button', { name: '选择麦克风和扬声器' }).click()
    await page.getByRole('menuitem', { name }).first().click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menuitem')).toHaveCount(0)
  }
  const asked = () => page.evaluate(() => (window as unknown as { asked: MediaStreamConstraints[] }).asked.flatMap(({ audio }) => (audio ? [audio as MediaTrackConstraints] : [])))
  const lastAsked = async () => (await asked()).at(-1)
  expect(await lastAsked()).toMatchObject({ echoCancellation: true, noiseSuppression: true, autoGainControl: true })
  const opened = (await asked()).length
  await choose('Fake Audio Input 2')
  // Until it is asked for, the device before it is the one that is heard.
  await expect.poll(async () => (await asked()).length).toBeGreaterThan(opened)
  await hears(host).toEqual(['lime'])
  await page.evaluate(() => {
    Object.assign(window, { unplugged: 'Fake Audio Input 2' })
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  })
  await expect(page.getByText('「Fake Audio Input 2」断开了，已换成别的麦克风').first()).toBeVisible()
  await hears(host).toEqual(['lime'])

  await choose('音乐模式')
  await expect.poll(lastAsked).toMatchObject({ echoCancellation: false, noiseSuppression: false, autoGainControl: false })
  await hears(host).toEqual(['lime'])
})

test('a shared screen arrives with its colours and its sound', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime' })
  await enter(host, meeting)
  await enter(second, meeting)
  await sees(second).toEqual(['lime', 'red'])
  // The shared tab is the host's own; painting it makes the share known. A browser without a head captures no sound
  // of its tabs, so the sound is put beside the picture that it captured.
  await host.page.evaluate(() => {
    const paint = document.createElement('div')
    paint.style.cssText = 'position:fixed;inset:0;background:rgb(0,0,255);z-index:99999;pointer-events:none'
    document.body.append(paint)
    const { getDisplayMedia } = navigator.mediaDevices
    navigator.mediaDevices.getDisplayMedia = async (wanted) => {
      const stream = await getDisplayMedia.call(navigator.mediaDevices, wanted)
      const context = new AudioContext()
      const tone = new OscillatorNode(context, { frequency: 1760 })
      const sound = new MediaStreamAudioDestinationNode(context)
      tone.connect(sound)
      tone.start()
      if (!wanted?.audio) return stream
      for (const silent of stream.getAudioTracks()) stream.removeTrack(silent)
      for (const track of sound.stream.getAudioTracks()) stream.addTrack(track)
      return stream
    }
  })
  await host.page.getByRole('button', { name: '共享屏幕', exact: true }).click()
  await expect.poll(() => seenLooks(second.page)).toContain('blue')
  await expect(second.page.getByText('陈晓岚 正在共享屏幕').first()).toBeVisible()
  await expect(host.page.getByText('别人能看到画面，也能听到声音。')).toBeVisible()
  await hears(second).toEqual(['red', 'yellow'])
  await host.page.getByRole('button', { name: '停止共享，正在共享' }).click()
  await expect(second.page.getByText('陈晓岚 正在共享屏幕')).toHaveCount(0)
})

test('a camera of 1080p is seen as such where its picture is large, and costs little where it is small', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red', camera: 'sharp' })
  // Left to itself, the page asks less of a machine of two cores.
  await host.page.addInitScript(() => localStorage.setItem('hutong.call.quality', '1080'))
  const meeting = await meet(host)
  const second = await member('na.li', { look: 'lime', viewport: { width: 1920, height: 1080 } })
  await enter(host, meeting)
  await enter(second, meeting)
  const widest = () => second.page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('video')].map((video) => video.videoWidth)))
  await expect.poll(widest, { timeout: 120_000 }).toBe(1920)
  await sees(second).toContain('red')
  await second.page.setViewportSize({ width: 480, height: 320 })
  await expect.poll(widest, { timeout: 120_000 }).toBeLessThan(1920)
})

test('guests are refused, in their language, once the host forbids them', async ({ member, stranger }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  await enter(host, meeting)
  await host.page.getByRole('button', { name: '打开会控' }).click()
  const guests = host.page.getByRole('switch', { name: /允许访客/ })
  await guests.click()
  await expect(guests).not.toBeChecked()
  for (const [locale, refusal] of [['zh-CN', '这个会议只有组织里的人能加入。'], ['en-US', 'Only people of this organisation can join.']] as const) {
    const guest = await stranger({ locale, look: 'yellow' })
    await guest.page.goto('/join')
    await guest.page.getByRole('textbox').fill(meeting.number)
    await guest.page.keyboard.press('Enter')
    await expect(guest.page.getByText(refusal)).toBeVisible()
  }
})

const rounds = {
  'zh-CN': { start: '现在开会', join: '加入会议', label: '会议号', enter: '加入', off: '取消静音，麦克风已关', on: '静音，麦克风已开', camera: '停止视频，摄像头已开', noCamera: '开启视频，摄像头已关', say: '说点什么', end: '主持人结束了会议' },
  'en-US': { start: 'Start now', join: 'Join a meeting', label: 'Meeting number', enter: 'Join', off: 'Unmute, microphone off', on: 'Mute, microphone on', camera: 'Stop video, camera on', noCamera: 'Start video, camera off', say: 'Say something', end: 'The host ended the meeting' },
}

for (const { what, locale, viewport, touch } of [
  { what: 'in English, in the dark', locale: 'en-US', viewport: { width: 1280, height: 800 }, touch: false },
  { what: 'on phones', locale: 'zh-CN', viewport: { width: 390, height: 844 }, touch: true },
] as const) {
  test(`a whole meeting ${what}: start, join by number, microphone, camera, chat, people, leave`, async ({ member }) => {
    test.setTimeout(360_000)
    const say = rounds[locale]
    const how = { locale, viewport, touch, theme: touch ? 'light' : 'dark' } as const
    const host = await member('anna.schmidt', { look: 'red', ...how })
    await host.page.goto('/meetings')
    await host.page.getByRole('button', { name: say.start }).click()
    await host.page.waitForURL(/\/m\/\d{9}/)
    const number = /\d{9}/.exec(host.page.url())?.[0] ?? ''
    await join(host)
    const second = await member('david.chen', { look: 'lime', ...how })
    await second.page.goto('/meetings')
    await second.page.getByRole('button', { name: say.join }).click()
    await second.page.getByLabel(say.label).fill(number)
    await second.page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${[...say.enter].join('\\s?')}$`) }).click()
    await join(second)
    await sees(host).toEqual(['lime', 'red'])
    await hears(host).toEqual(['lime'])

    await second.page.getByRole('button', { name: say.on }).click()
    await expect(second.page.getByRole('button', { name: say.off })).toBeVisible()
    await hears(host).toEqual([])
    await second.page.getByRole('button', { name: say.off }).click()
    await second.page.getByRole('button', { name: say.camera }).click()
    await expect(second.page.getByRole('button', { name: say.noCamera })).toBeVisible()
    await sees(host).toEqual(['red'])
    await second.page.getByRole('button', { name: say.noCamera }).click()
    await sees(host).toEqual(['lime', 'red'])
    await hears(host).toEqual(['lime'])

    await second.page.keyboard.press('c')
    await second.page.getByRole('textbox', { name: say.say }).fill('hello from here')
    await second.page.keyboard.press('Enter')
    await host.page.keyboard.press('c')
    await expect(host.page.getByText('hello from here').first()).toBeVisible()
    await host.page.keyboard.press('Escape')
    await host.page.keyboard.press('p')
    await expect(host.page.locator('[data-panel=people]').getByText('David Chen')).toBeVisible()
    await host.page.keyboard.press('Escape')
    for (const person of [host, second]) await expect.poll(() => overflow(person.page)).toBeLessThanOrEqual(0)
    await second.page.keyboard.press('Escape')
    await second.page.getByRole('button', { name: words[locale].leave, exact: true }).click()
    await expect(tile(host, 'David Chen')).toBeHidden()
  })
}

test('how long joining takes, from the click to the first frame of somebody else', async ({ member }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  await enter(host, meeting)
  const second = await member('na.li', { look: 'lime' })
  const firstFrames: number[] = []
  for (let round = 0; round < 5; round += 1) {
    await second.page.goto(`/m/${meeting.number}`)
    // People look at themselves before they go in: the clock starts at a page that is ready.
    await second.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0)
    await second.page.getByRole('button', { name: words[second.locale].join }).click()
    const timings = () => second.page.evaluate(() => (window as unknown as { __hutong?: { call?: { timings: Record<string, number> } } }).__hutong?.call?.timings ?? {})
    await expect.poll(async () => (await timings()).first_frame ?? 0).toBeGreaterThan(0)
    const all = await timings()
    console.log('from the click on "join", in milliseconds:', JSON.stringify(all))
    firstFrames.push(all.first_frame ?? 0)
    await second.page.getByRole('button', { name: '离开会议', exact: true }).click()
    await expect(second.page.getByText('你离开了会议')).toBeVisible()
  }
  console.log(`join to first frame: median ${firstFrames.sort((one, other) => one - other)[2]} ms of ${firstFrames.length} joins`)
})
