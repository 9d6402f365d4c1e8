// One worker: the machine that runs this has two cores and every person is a browser of its own. Deadlines are for what
// hangs, not for what is slow: nobody waits for them unless something is broken, and then the run stops early.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'specs',
  globalSetup: './fixtures/media.ts',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  maxFailures: 8,
  reporter: [['list']],
  forbidOnly: true,
})
