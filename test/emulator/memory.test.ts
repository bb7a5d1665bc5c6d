// What an emulator holds in memory stays small, however large its events are.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/emulator.js'
import { runProcess } from '../support/process.js'

it('the journal keeps a thousand events of 200 KB within a heap of 96 MB, and loses none of them', async () => {
  const script = fileURLToPath(new URL('../support/large-events.ts', import.meta.url))
  const ledger = join(temporaryFolder(), 'large.db')
  const { code, stdout, stderr } = await runProcess(process.execPath, [
    '--max-old-space-size=96',
    '--import',
    'tsx',
    script,
    ledger,
    '1000',
    '200000',
  ])
  expect(stderr).toBe('')
  expect({ code, read: stdout.trim() }).toEqual({ code: 0, read: '2000' })
})
