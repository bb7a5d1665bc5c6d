// The OpenAPI document before a public linter.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { runProcess } from '../support/process.js'
import { testServer } from '../support/server.js'

const LINTER = join(import.meta.dirname, '../../node_modules/.bin/redocly')

const COMPILER = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')

const GENERATORS = join(import.meta.dirname, '../toolchains/generators/node_modules')

it('the OpenAPI document of all providers passes the recommended rules', async () => {
  const server = await testServer({ providers: builtInProviders }, { token: 'the-token' })
  const folder = await mkdtemp(join(tmpdir(), 'standin-openapi-'))
  try {
    const file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(await server.document()))
    // One provider documents its paths with a slash at the end; that is not ours to tidy.
    const { stdout } = await runProcess(
      LINTER,
      ['lint', file, '--extends', 'recommended', '--skip-rule', 'no-path-trailing-slash', '--format', 'json'],
      { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    )
    const { problems }: { problems: { ruleId: string; location: { pointer: string }[] }[] } = JSON.parse(
      stdout.replace(/^[^{]*/, ''),
    )
    // The server of this test has no address. One provider documents that a method is refused, so the operation has no success to describe.
    const found = problems.filter(({ ruleId }) => ruleId !== 'no-server-example.com')
    expect(found.map(({ ruleId, location }) => [ruleId, location[0]?.pointer])).toEqual([
      ['operation-2xx-response', '#/paths/~1kycgenie~1api~1v1~1webhooks~1test/get/responses'],
    ])
  } finally {
    await server.end()
    await rm(folder, { recursive: true })
  }
})

it('clients in TypeScript are generated from it and compile strictly, and its operations keep their ids', async () => {
  const server = await testServer({ providers: builtInProviders })
  const folder = await mkdtemp(join(tmpdir(), 'standin-openapi-'))
  try {
    const file = join(folder, 'openapi.json')
    const document: { paths: Record<string, Record<string, { operationId?: string }>> } = await server.document()
    await writeFile(file, JSON.stringify(document))
    const run = async (program: string, ...args: string[]) => {
      const { code, stdout } = await runProcess(process.execPath, [join(GENERATORS, program), ...args], { cwd: folder })
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.any(String) })
    }
    await run('openapi-typescript/bin/cli.js', file, '-o', 'out/standin.d.ts')
    await run('@hey-api/openapi-ts/bin/run.js', '-i', file, '-o', 'out/client', '--no-log-file')
    const strict = { noEmit: true, strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false, types: [] }
    const compilerOptions = { ...strict, target: 'es2022', module: 'esnext', moduleResolution: 'bundler' }
    await writeFile(join(folder, 'out/tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }))
    const { stdout } = await runProcess(process.execPath, [COMPILER, '-p', 'out', '--checkers', '1'], { cwd: folder })
    expect(stdout).toBe('')
    const ids = Object.entries(document.paths)
      .filter(([path]) => /^(\/_standin|\/spaces)/.test(path))
      .flatMap(([, operations]) => Object.values(operations).map(({ operationId }) => operationId))
    expect(ids.filter(id => id !== undefined).sort()).toMatchInlineSnapshot(`
      [
        "addFault",
        "advanceClock",
        "cancelDelivery",
        "cancelRun",
        "cancelVerification",
        "changeProviderSettings",
        "clearFaults",
        "compareVerifications",
        "createSubscription",
        "deleteSubscription",
        "deleteVerification",
        "drainClock",
        "dropSpace",
        "expectOutcome",
        "explainSignature",
        "followJournal",
        "getAttempt",
        "getAttemptText",
        "getClock",
        "getDelivery",
        "getDeliveryLife",
        "getEvent",
        "getHealth",
        "getMetrics",
        "getOpenApi",
        "getProvider",
        "getProviderSettings",
        "getRecording",
        "getRun",
        "getSamplePayload",
        "getScenario",
        "getSubject",
        "getSubscription",
        "getVerification",
        "listDeliveries",
        "listEvents",
        "listFaults",
        "listProviders",
        "listRuns",
        "listScenarios",
        "listSpaces",
        "listSubjects",
        "listSubscriptions",
        "listVerifications",
        "makeSpace",
        "moveSubject",
        "removeFault",
        "reportRun",
        "reportVerification",
        "resendDelivery",
        "reset",
        "rotateSecret",
        "runScenario",
        "startRun",
        "testSubscription",
        "triggerEvent",
        "updateSubscription",
        "verifyReceiver",
        "waitForDelivery",
      ]
    `)
  } finally {
    await server.end()
    await rm(folder, { recursive: true })
  }
})
