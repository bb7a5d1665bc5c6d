// From Node 24.19 on, collecting an object of better-sqlite3 12 aborted the process.
import { expect, it } from 'vitest'
import { startScript } from '../support/child.js'

it('a process lives on when its garbage is collected after ledgers were opened and closed', async () => {
  const child = startScript('collect-garbage.ts')
  await child.said(1)
  expect(child.lines).toEqual(['alive'])
})
