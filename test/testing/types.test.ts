// Types per provider and event: the compiler accepts valid uses and rejects typos.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { runProcess } from '../support/process.js'

/** What the compiler says of a project, leaving out what it says of the sources themselves: those have their own check. */
async function compile(project: string): Promise<string[]> {
  const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', project]
  const { stdout, stderr } = await runProcess(process.execPath, args, { cwd: ROOT })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(line => line !== '' && !/^( |src\/)/.test(line))
}

describe('types', () => {
  it('of trigger and subscribe complete names and reject typos; those of rows and of their JSON keep step', async () => {
    expect(await compile('test/testing/types/tsconfig.json')).toEqual([])
  })
})
