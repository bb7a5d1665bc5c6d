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
  const compiled = compile('test/testing/types/tsconfig.json')
  const saidOf = async (file: string) => (await compiled).filter(line => line.startsWith(file))

  it('of trigger and subscribe complete names, variants and payloads, reject typos, and accept providers of your own', async () => {
    expect(await saidOf('test/testing/types/uses.ts')).toEqual([])
  })

  it('of the stored rows and of their JSON in the API keep step', async () => {
    expect(await saidOf('test/testing/types/shapes.ts')).toEqual([])
  })

  it('compile without any other error', async () => {
    expect(await compiled).toEqual([])
  })
})
