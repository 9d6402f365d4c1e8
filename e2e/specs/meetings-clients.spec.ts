// The stock Python client of LiveKit and a browser in one meeting: each sees and hears the other, and words go both ways.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { enter, meet } from '../fixtures/call.js'
import { expect, test } from '../fixtures/office.js'
import { heardLooks, movingLooks } from '../fixtures/sight.js'

const root = resolve(import.meta.dirname, '../..')
const python = process.env.HUTONG_TEST_PYTHON ?? resolve(root, '.venv/bin/python')

/** How bright the camera's red is, as the Python client measures it, to the nearest ten. */
const RED = 80

test('a stock Python client and a browser see, hear and write to each other', async ({ member, server }) => {
  const host = await member('xiaolan.chen', { look: 'red' })
  const meeting = await meet(host)
  await enter(host, meeting)
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'hutong' }
  const answer = await fetch(`${server.url}/api/meetings/by-number/${meeting.number}/join`, { method: 'POST', headers, body: JSON.stringify({ name: 'Monty' }) })
  const { token } = (await answer.json()) as { token: string }
  const visitor = spawn(python, [resolve(root, 'e2e/livekit/visitor.py'), server.url.replace('http', 'ws'), token])
  let said = ''
  for (const stream of [visitor.stdout, visitor.stderr]) stream.on('data', (text) => { said += text })
  try {
    await expect.poll(() => movingLooks(host.page)).toEqual(['blue', 'red'])
    await expect.poll(() => heardLooks(host.page)).toEqual(['blue'])
    await expect.poll(() => said).toContain(`{"sees": ${RED}}`)
    await expect.poll(() => said).toContain('{"hears": 440}')
    await host.page.getByRole('button', { name: /^打开聊天/ }).click()
    await expect(host.page.getByText('a word from the visitor')).toBeVisible()
    await host.page.getByRole('textbox', { name: '说点什么' }).fill('a word from the browser')
    await host.page.keyboard.press('Enter')
    await expect.poll(() => said).toContain('{"text": "a word from the browser"}')
  } finally {
    console.log(said)
    visitor.stdin.end()
    await new Promise((left) => (visitor.exitCode === null ? visitor.once('exit', left) : left(undefined)))
  }
})
