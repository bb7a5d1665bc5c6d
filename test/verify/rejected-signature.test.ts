// A receiver that signs wrongly and shows what it computed: the failure says how the signature is made and names the mistake, in every form.
import { describe, expect, it, onTestFinished } from 'vitest'
import { reporterOf } from '../../src/verify/reporters/index.js'
import { verify } from '../../src/verify/verification.js'
import { standin } from '../support/cli.js'
import { type Flaw, flawedReceiver, hmac, KEY, stampHeader, type Visit } from './flawed-receiver.js'
import { OPTIONS } from './verified.js'

/** Signs the raw body where JSON with sorted keys is signed. */
const overRawBody = (visit: Visit) => hmac('rillis', `${visit.header(stampHeader('rillis'))}.${visit.text}`)

const RAW: Flaw = {
  trusted: visit => visit.header('x-signature') === overRawBody(visit),
  says: visit => JSON.stringify({ error: 'bad signature', computed: overRawBody(visit) }),
}

const CAUSE = 'It was computed over the raw body instead of its JSON with sorted keys.'
const FIX = 'Parse the body, sort its keys at every depth, write it again without whitespace, and sign that text.'

async function refusing(flaw: Flaw, dialect: 'rillis' | 'kycgenie' = 'rillis') {
  const { url } = await flawedReceiver(dialect, flaw, onTestFinished)
  return verify({ ...OPTIONS[dialect], to: url, only: ['delivery/accepts'], seed: 7 })
}

const computedBy = async (flaw: Flaw, dialect?: 'rillis' | 'kycgenie') => {
  const { report } = await refusing(flaw, dialect)
  return report.verdicts[0]?.signature?.computed
}

describe('a receiver that signs the raw body', () => {
  it.each(['junit', 'json', 'markdown', 'html'])(
    'is explained in %s, with the steps and without the secret',
    async form => {
      const { shareable } = await refusing(RAW)
      const text = reporterOf(form)(shareable)
      expect(text).toContain(CAUSE)
      expect(text).toContain(FIX)
      for (const step of ['timestamp', 'payload', 'signed string', 'key', 'hmac', 'signature', 'header'])
        expect(text).toMatch(form === 'json' ? `"name": "${step}"` : new RegExp(`\\d\\. ${step} \\(`))
      expect(text).toContain('as JSON without whitespace, keys sorted')
      expect(text).not.toContain(KEY)
      // Of the key not even the beginning.
      expect(text).not.toContain(`${KEY.slice(0, 4)}…`)
      expect(text).not.toContain(`${Buffer.from(KEY).toString('hex').slice(0, 4)}…`)
    },
  )

  it('is explained on the terminal', async () => {
    const { url } = await flawedReceiver('rillis', RAW, onTestFinished)
    const { code, stdout } = await standin([
      'verify',
      'rillis',
      '--to',
      url,
      '--secret',
      KEY,
      '--only',
      'delivery/accepts',
    ])
    expect(code).toBe(1)
    expect(stdout).toContain(CAUSE)
    expect(stdout).toContain(`fix: ${FIX}`)
    expect(stdout).toMatch(/\d\. signed string \(/)
    expect(stdout).not.toContain(KEY)
  })

  it('has exactly that cause', async () => {
    expect(await computedBy(RAW)).toMatchObject({
      causes: [{ id: 'raw-body' }],
      value: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })
})

describe('the signature in a response', () => {
  const never = { trusted: () => false }

  it('is found with a prefix, in base64, and escaped as JSON writes it', async () => {
    const base64 = (visit: Visit) => Buffer.from(overRawBody(visit), 'hex').toString('base64')
    for (const says of [
      (visit: Visit) => `expected sha256=${overRawBody(visit)}, got ${visit.header('x-signature')}`,
      (visit: Visit) => `computed=${Buffer.from(overRawBody(visit), 'hex').toString('base64url')}`,
      (visit: Visit) => `"${base64(visit).replaceAll('/', '\\/').replaceAll('+', '\\u002B')}"`,
    ]) {
      const computed = await computedBy({ ...never, says })
      expect(computed?.causes.map(({ id }) => id)).toContain('raw-body')
    }
  })

  it('is explained within a header that has the scheme around it', async () => {
    const says = (visit: Visit) => `computed ${hmac('kycgenie', `${visit.header('webhook-id')}.${visit.text}`)}`
    const computed = await computedBy({ ...never, says }, 'kycgenie')
    expect(computed?.causes.map(({ id }) => id)).toEqual(['timestamp-left-out'])
  })

  it('is named as another prefix where only that is wrong', async () => {
    const says = (visit: Visit) => `sha256=${visit.header('x-signature')}`
    expect((await computedBy({ ...never, says }))?.causes.map(({ id }) => id)).toEqual(['prefix-added'])
  })

  it('is the one with a known cause among several', async () => {
    const says = (visit: Visit) => `trace ${'0123456789'.repeat(4)}, computed ${overRawBody(visit)}`
    expect(await computedBy({ ...never, says })).toMatchObject({ causes: [{ id: 'raw-body' }] })
  })

  it('is neither the one sent, nor the secret, nor any other text', async () => {
    const nothing: ((visit: Visit) => string)[] = [
      () => 'no',
      visit => String(visit.header('x-signature')),
      () => 'ab'.repeat(33),
      () => `id ${'abc-1'.repeat(9).slice(0, 43)}`,
    ]
    for (const says of nothing) {
      const { report } = await refusing({ ...never, says })
      expect(report.verdicts[0]?.signature).toMatchObject({ computed: null, steps: expect.any(Array) })
    }
    const key = Buffer.alloc(32, 7).toString('base64')
    const { url } = await flawedReceiver('kycgenie', { ...never, says: () => `the key is ${key}` }, onTestFinished)
    const only = ['delivery/accepts']
    const { report } = await verify({ provider: 'kycgenie', secret: `whsec_${key}`, to: url, only, seed: 7 })
    expect(report.verdicts[0]?.signature).toMatchObject({ computed: null })
  })

  it('is ignored where the receiver refuses with another status', async () => {
    const { report } = await refusing({
      ...RAW,
      first: visit => {
        visit.response.writeHead(422).end(RAW.says?.(visit))
        return true
      },
    })
    expect(report.verdicts[0]).toMatchObject({ status: 'failed', signature: null })
  })
})
