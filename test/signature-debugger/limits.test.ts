// What a search for causes may cost: large bodies and headers are bounded by bytes and counts, not by patience.
import { describe, expect, it } from 'vitest'
import { explained } from './crypto.js'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const WRONG = `v1,${Buffer.alloc(32, 7).toString('base64')}`

const ask = (body: string, headers: Record<string, string> = {}) =>
  explained('standard', {
    secret: SECRET,
    headers: Object.entries({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1769069730',
      'webhook-signature': WRONG,
      ...headers,
    }),
    body,
    now: 1_769_069_730_000,
  })

const json = (bytes: number) => JSON.stringify({ type: 'invoice.paid', data: 'x'.repeat(bytes) })

describe('a large question', () => {
  it('has fewer signatures compared the larger its body is, and says so', async () => {
    const [small, medium, large] = [await ask(json(1000)), await ask(json(100_000)), await ask(json(2_000_000))]
    expect(small.notes).toEqual([])
    expect(medium.tried).toBeLessThan(small.tried / 10)
    expect(large.tried).toBeLessThan(medium.tried)
    expect(large.notes.join(' ')).toContain('not written again')
  })

  it.each([
    ['spaces', `{"type":"invoice.paid"${' '.repeat(2_000_000)}}`],
    ['newlines', '\r\n'.repeat(1_000_000)],
    ['text', 'x'.repeat(2_000_000)],
  ])('of two megabytes of %s is answered', async (_, body) => {
    expect((await ask(body)).verdict).toBe('invalid')
  })

  it('with a thousand signatures in one header compares a few of them', async () => {
    const many = await ask(json(10), { 'webhook-signature': Array(300).fill(WRONG).join(' ') })
    expect(many.tried).toBe((await ask(json(10))).tried)
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-other'])(
    'with a %s longer than any request has is refused',
    async name => {
      await expect(ask(json(10), { [name]: '1'.repeat(20_000) })).rejects.toThrow(
        `The header ${name} has more than 16384 characters.`,
      )
    },
  )
})
