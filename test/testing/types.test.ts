// Types per provider and event: the compiler itself says that right uses pass and typos do not.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the compiler says of a project, leaving out what it says of the sources themselves: those have their own check. */
function compile(project: string): Promise<string[]> {
  const args = [`${root}node_modules/typescript/bin/tsc`, '--noEmit', '-p', project]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
      if (stderr !== '' || typeof error?.code === 'string') return reject(error ?? new Error(stderr))
      resolve(stdout.split('\n').filter(line => line !== '' && !/^( |src\/)/.test(line)))
    })
  })
}

describe('types of trigger and subscribe', () => {
  it('complete names, variants and payloads, refuse typos, and let providers of one’s own pass', async () => {
    expect(await compile('test/testing/types/tsconfig.json')).toEqual([])
  }, 60_000)
})
