// What is printed repeats it: the command of a failed check fails the same check again, and scripts show what one request cannot.
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { repeatScript } from '../../src/verify/repeat-script.js'
import { verify } from '../../src/verify/verification.js'
import { runProcess } from '../support/process.js'
import { BASIC, type Dialect, flawedReceiver, KEY, WHSEC } from './flawed-receiver.js'
import { allFlaws } from './flaws/index.js'
import { OPTIONS, PATIENT } from './verified.js'

/** Checks whose commands are run by the tests; with EVERY_FLAW=1 those of every flaw are, which takes minutes. */
const SAMPLE = ['auth/wrong', 'idempotency/duplicate', 'signature/tampered-body']

const cases = allFlaws.filter(({ check, blinds }) =>
  process.env.EVERY_FLAW ? true : SAMPLE.includes(check) && blinds !== 'all',
)

/** Receivers that the check has ended: the same is started anew. */
const ENDED = ['http/reset', 'load/backlog']

const SECRETS: Record<Dialect, string> = { rillis: KEY, transaction: '', kycgenie: WHSEC, unico: BASIC }

/** Runs a text as a user pastes it, with `standin` on the path. */
const paste = (text: string, env: Record<string, string> = {}) =>
  runProcess('sh', ['-c', `standin() { '${process.execPath}' '${inject('built')}/dist/cli/main.js' "$@"; }\n${text}`], {
    env: { ...process.env, ...env },
  })

describe('the printed command', () => {
  it.each(cases.map(one => ({ ...one, name: `${one.check} of a ${one.dialect} receiver that ${one.flaw}` })))(
    'fails $name again',
    async ({ check, dialect, make, options }) => {
      const { url, observe } = await flawedReceiver(dialect, make(), onTestFinished)
      const only = process.env.EVERY_FLAW ? {} : { only: [check] }
      const except = ['http/keep-alive', 'http/slow-body']
      const settings = PATIENT[dialect]
      const asked = {
        ...OPTIONS[dialect],
        settings,
        to: url,
        observe,
        level: 'should' as const,
        except,
        ...options,
        ...only,
      }
      const { shareable } = await verify({ ...asked, seed: 7 })
      const failed = shareable.verdicts.filter(({ status }) => status === 'failed')
      expect(failed).not.toEqual([])
      for (const { id, again, expects } of failed) {
        let command = `${again?.standin} --json`
        if (ENDED.includes(id)) {
          const anew = await flawedReceiver(dialect, make(), onTestFinished)
          command = command.replace(url, anew.url).replace(observe, anew.observe)
        }
        const { stdout, stderr } = await paste(command, { STANDIN_SECRET: SECRETS[dialect] })
        const verdicts = stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
        const of = verdicts.find(verdict => verdict.id === id)
        expect({ id, status: of?.status, note: of?.note, stderr }).toMatchObject({ status: 'failed' })
        if (again?.curl != null && !again.curl.includes('STANDIN_CREDENTIAL') && !ENDED.includes(id)) {
          const { stdout: answer } = await paste(again.curl)
          const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
          expect({ id, status: Math.floor(status / 100) }).not.toEqual({ id, status: expects === 'accept' ? 2 : 4 })
        }
        if (again?.script == null) continue
        const ran = await paste(again.script, { STANDIN_CREDENTIAL: Buffer.from(BASIC).toString('base64') })
        expect({ id, code: ran.code, stderr: ran.stderr, script: again.script }).toMatchObject({ code: 0 })
      }
    },
    300_000,
  )
})

it('of a load no single request is printed: the command sends all of them', async () => {
  const [one] = allFlaws.filter(({ check }) => check === 'load/burst')
  if (one === undefined) throw new Error('No receiver fails load/burst.')
  const { url, observe } = await flawedReceiver(one.dialect, one.make(), onTestFinished)
  const { shareable } = await verify({ ...OPTIONS[one.dialect], to: url, observe, only: [one.check], seed: 7 })
  expect(shareable.verdicts.find(({ id }) => id === one.check)?.again).toMatchObject({
    standin: expect.stringContaining('--only load/burst'),
    curl: null,
    script: null,
    note: expect.stringMatching(/^It takes \d+ requests, many of them at once/),
  })
})

it('the command repeats the other check too whose answer shows the failure', async () => {
  const { url, observe } = await flawedReceiver(
    'rillis',
    {
      first({ bytes, response }) {
        if (!bytes.includes(':null')) return false
        response.writeHead(500).end('Traceback (most recent call last):\n  File "/srv/app.py", line 3')
        return true
      },
    },
    onTestFinished,
  )
  const only = ['tolerance/null', 'secrecy/no-leak']
  const { shareable } = await verify({ ...OPTIONS.rillis, to: url, observe, only, seed: 7 })
  const leaky = shareable.verdicts.find(({ id }) => id === 'secrecy/no-leak')
  expect(leaky).toMatchObject({ status: 'failed' })
  expect(leaky?.again?.standin).toMatch(/--only secrecy\/no-leak --only tolerance\/null$/)
})

describe('the printed script', () => {
  it('shows the answer of a receiver that refuses before it has read the body', async () => {
    const { url } = await flawedReceiver(
      'rillis',
      {
        onServer: server =>
          void server.prependListener('request', ({ headers, socket }) => {
            if (headers['transfer-encoding'] === undefined) return
            socket.end('HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\n\r\n', () => socket.destroy())
          }),
      },
      onTestFinished,
    )
    const { shareable } = await verify({ ...OPTIONS.rillis, to: url, only: ['http/chunked'], seed: 7 })
    const { stdout, stderr } = await paste(shareable.verdicts[0]?.again?.script ?? 'false')
    expect({ stderr, stdout }).toEqual({ stderr: '', stdout: expect.stringContaining('HTTP/1.1 411') })
  })

  it('is not printed of a duplicate that comes after hundreds of others: the command sends them', async () => {
    const { url, observe } = await flawedReceiver('rillis', { again: true }, onTestFinished)
    const only = ['idempotency/late-duplicate']
    const { shareable } = await verify({ ...OPTIONS.rillis, to: url, observe, only, seed: 7 })
    expect(shareable.verdicts.find(({ id }) => id === only[0])?.again).toMatchObject({
      standin: expect.stringContaining('--only idempotency/late-duplicate'),
      curl: null,
      script: null,
      note: expect.stringMatching(/^It takes all the requests before it/),
    })
  })

  it('sends a duplicate and shows what the receiver did', async () => {
    const { url, observe } = await flawedReceiver('unico', { again: true }, onTestFinished)
    const asked = { ...OPTIONS.unico, to: url, observe, only: ['idempotency/duplicate'], seed: 7 }
    const { shareable } = await verify(asked)
    const again = shareable.verdicts[0]?.again
    expect(again).toMatchObject({ curl: null, note: expect.stringContaining('restart it') })
    const anew = await flawedReceiver('unico', { again: true }, onTestFinished)
    const script = again?.script?.replaceAll(new URL(url).origin, new URL(anew.url).origin) ?? 'false'
    const { stdout, stderr } = await paste(script, { STANDIN_CREDENTIAL: Buffer.from(BASIC).toString('base64') })
    expect(stderr).toBe('')
    expect(stdout.match(/^HTTP\/1.1 200/gm)?.length).toBeGreaterThan(1)
    expect(stdout).toMatch(/"effects":\{.*:[2-9]/)
  })

  it('breaks a connection as the check did', async () => {
    const { url } = await flawedReceiver('rillis', {}, onTestFinished)
    let broken = 0
    const receiver = await flawedReceiver(
      'rillis',
      {
        onServer: server => void server.on('clientError', () => broken++),
        hasty: true,
        malformed: 200,
        trusted: () => true,
      },
      onTestFinished,
    )
    const { shareable } = await verify({ ...OPTIONS.rillis, to: url, only: ['http/reset'], seed: 7, evidence: true })
    const { exchanges = [] } = shareable.verdicts[0] ?? {}
    const made = repeatScript(
      exchanges.map(one => ({ ...one, message: { ...one.message, url: receiver.url } })),
      { observe: undefined, tls: { insecure: false } },
    )
    if (!('script' in made)) throw new Error(made.why)
    const { code, stderr } = await paste(made.script)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(broken).toBeGreaterThan(0)
  })
})
