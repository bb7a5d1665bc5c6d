// The OpenAPI document before a public linter.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { runProcess } from '../support/process.js'
import { testServer } from '../support/server.js'

const LINTER = join(import.meta.dirname, '../../node_modules/.bin/redocly')

it('the OpenAPI document of all providers passes the linter without an error', async () => {
  const server = await testServer({ providers: builtInProviders }, { token: 'the-token' })
  const folder = await mkdtemp(join(tmpdir(), 'standin-openapi-'))
  try {
    const file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(await server.document()))
    // One provider documents its paths with a slash at the end; that is not ours to tidy.
    const { stdout } = await runProcess(
      LINTER,
      ['lint', file, '--skip-rule', 'no-path-trailing-slash', '--format', 'json'],
      { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    )
    const { totals, problems } = JSON.parse(stdout.replace(/^[^{]*/, ''))
    expect({
      errors: totals.errors,
      problems: problems.filter((one: { severity: string }) => one.severity === 'error'),
    }).toEqual({
      errors: 0,
      problems: [],
    })
  } finally {
    await server.end()
    await rm(folder, { recursive: true })
  }
})
