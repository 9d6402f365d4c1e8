// One worker: the machine that runs this has two cores and every person is a browser of its own.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'specs',
  globalSetup: './fixtures/media.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: true,
})
