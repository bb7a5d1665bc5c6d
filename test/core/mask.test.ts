// What is masked, and what is not.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  maskedBy,
  maskedHeaders,
  maskedText,
  maskedUrl,
  secretTexts,
  shortened,
  spellings,
  withoutMasks,
} from '../../src/core/mask.js'

const secret = { secret: true }
const schema = z.strictObject({
  plain: z.string().default('x'),
  key: z.string().optional().meta(secret).describe('described after it was marked'),
  list: z.array(z.strictObject({ token: z.string().meta(secret), name: z.string() })).default([]),
  keys: z.array(z.string()).meta(secret).optional(),
  map: z.record(z.string(), z.string().meta(secret)).optional(),
  auth: z
    .union([
      z.strictObject({ kind: z.literal('a'), pass: z.string().meta(secret) }),
      z.strictObject({ pass: z.null() }),
    ])
    .optional(),
})

describe('masking by schema', () => {
  const value = {
    plain: 'seen',
    key: 'k1',
    list: [{ token: 't1', name: 'n' }],
    keys: ['k2', 'k3'],
    map: { a: 'm1' },
    auth: { kind: 'a', pass: 'p1' },
  }

  it('reaches into objects, lists, records, unions and wrappers', () => {
    expect(maskedBy(value, [schema])).toEqual({
      plain: 'seen',
      key: '***',
      list: [{ token: '***', name: 'n' }],
      keys: '***',
      map: { a: '***' },
      auth: { kind: 'a', pass: '***' },
    })
    expect(maskedBy({ key: null, auth: { pass: null } }, [schema])).toEqual({ key: null, auth: { pass: null } })
  })

  it('knows the texts it hides', () => {
    expect(secretTexts(value, [schema]).sort()).toEqual(['k1', 'k2', 'k3', 'm1', 'p1', 't1'])
  })

  it('puts the present values in place of masks that are sent back, and leaves out masks of nothing', () => {
    const change = {
      key: '***',
      plain: 'new',
      none: '***',
      auth: { kind: 'a', pass: '***', other: '***' },
      toString: '***',
    }
    expect(withoutMasks(change, { key: 'k1', auth: { kind: 'b', pass: 'p1' } })).toEqual({
      key: 'k1',
      plain: 'new',
      auth: { kind: 'a', pass: 'p1' },
    })
  })
})

describe('masking of headers', () => {
  const masked = (name: string, value: string, secrets: string[] = []) =>
    maskedHeaders([[name, value]], secrets)[0]?.value

  it('hides credentials and keeps their scheme', () => {
    expect(masked('Authorization', 'Bearer abc.def')).toBe('Bearer ***')
    expect(masked('authorization', 'raw-key-alone')).toBe('***')
    expect(masked('Cookie', 'a=b; c=d')).not.toContain('b')
    expect(masked('X-Api-Key', 'abc')).toBe('***')
  })

  it('hides a secret wherever it stands, also one given as name:value', () => {
    const secrets = ['X-Own:hidden-value'].flatMap(spellings)
    expect(masked('X-Own', 'hidden-value', secrets)).toBe('***')
    expect(masked('X-Other', 'v1,hidden-value', secrets)).toBe('v1,***')
  })

  it('shows signatures, and does not blot out what a short secret happens to be part of', () => {
    expect(masked('X-Signature', 'abcdef0123', ['a'])).toBe('abcdef0123')
    expect(masked('X-Whole', 'a', ['a'])).toBe('***')
  })
})

describe('masking of addresses and accounts', () => {
  it('hides user information', () => {
    expect(maskedUrl('https://ann:pass@host/x?y=a@b')).toBe('https://***@host/x?y=a@b')
    expect(maskedUrl('https://host/x?y=a@b')).toBe('https://host/x?y=a@b')
  })

  it('leaves less than half of a key', () => {
    expect(shortened('live_key_0123456789')).toBe('live_key***')
    expect(shortened('abc')).toBe('a***')
  })
})

describe('masking of texts', () => {
  const secrets = ['correct "horse" päss', 'whsec_abc123'].flatMap(spellings)
  const hides = (text: string) => {
    const shown = maskedText(text, secrets)
    expect(shown).toContain('***')
    return shown
  }

  it.each(['', 'user:', 'xx', 'x:'])('hides what holds a secret in base64 after "%s"', before => {
    const encoded = Buffer.from(`${before}correct "horse" päss, and more`)
    expect(hides(`got Basic ${encoded.toString('base64')}.`)).toBe('got Basic ***.')
    expect(hides(`{"got":"${encoded.toString('base64url')}"}`)).toBe('{"got":"***"}')
  })

  it.each(['', 'user:'])('hides what holds a secret in hex after "%s"', before => {
    const encoded = Buffer.from(`${before}correct "horse" päss`).toString('hex')
    expect(hides(`got ${encoded}.`)).toBe('got ***.')
    expect(hides(`{"got":"${encoded.toUpperCase()}"}`)).toBe('{"got":"***"}')
    expect(hides(`0x0${encoded}`)).not.toContain(encoded.slice(-10))
  })

  it('leaves other hex as it is', () => {
    const text = `sha256=${Buffer.from('nothing of interest').toString('hex')}`
    expect(maskedText(text, secrets)).toBe(text)
  })

  it('hides a secret that is escaped', () => {
    expect(hides(JSON.stringify({ got: 'correct "horse" päss' }))).toBe('{"got":"***"}')
    expect(hides(`key=${encodeURIComponent('correct "horse" päss')}&a=1`)).toBe('key=***&a=1')
  })

  it('hides a wrong secret that resembles one', () => {
    expect(hides('whsec_abc124')).toBe('***')
    expect(hides(Buffer.from('user:whsec_abc124').toString('base64'))).toBe('***')
  })

  it('leaves other base64 as it is', () => {
    const text = `v1,${Buffer.from('nothing of interest').toString('base64')}`
    expect(maskedText(text, secrets)).toBe(text)
  })
})
