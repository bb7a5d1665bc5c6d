// What is printed repeats it: the command of a failed check fails the same check again, and scripts show what one request cannot.
import { describe, expect, inject, it, onTestFinished } from 'vitest'
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

const SECRETS: Record<Dialect, string> = { rillis: KEY, kycgenie: WHSEC, unico: BASIC }

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
