// The changes that faults and verify make: what they change, and that nothing else does.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Json } from '../../../src/core/json.js'
import {
  corruptedCredential,
  nearCredentials,
  partialCredentials,
  underOtherHeader,
  underOtherScheme,
  urlWithCredential,
} from '../../../src/core/mutate/credential.js'
import { declaredFields } from '../../../src/core/mutate/declared-fields.js'
import {
  escaped,
  leaves,
  malformed,
  paddedWithField,
  paddedWithSpaces,
  reversedKeys,
  similarText,
  similarValue,
  tamperableLeaves,
  unknownValue,
  withIgnoredByte,
  withInvalidUtf8,
  withRawField,
  withText,
  withUnknownFields,
} from '../../../src/core/mutate/payload.js'
import { changedHeaders, withContentType, withMethod, withoutHeaders } from '../../../src/core/mutate/request.js'
import {
  behindPadding,
  extendedSignatures,
  looselyExtended,
  nearSignatures,
  reencoded,
  signatureIn,
  underOtherTags,
} from '../../../src/core/mutate/signature.js'

const encode = (value: Json) => JSON.stringify(value)
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

describe('values', () => {
  it.each([
    ['2024-01-09', '2024-01-00'],
    ['a1b2', 'a1b3'],
    ['order', 'ordea'],
    ['aa', 'ab'],
    ['', 'x'],
    ['…', '…x'],
  ])('a text similar to %j has its form', (text, similar) => {
    expect(similarText(text)).toBe(similar)
  })

  it.each([1, true, null, 'a', [], {}, [1], { a: 1 }] as Json[])('a value similar to %j never equals it', value => {
    expect(similarValue(value)).not.toEqual(value)
  })

  it.each([
    ['PENDING', 'SOMETHING_NEW'],
    ['screening.done', 'something.new'],
    ['done', 'something_new'],
    [3, 987_654],
    [undefined, 'something_new'],
  ] as const)('a value unknown beside %j has its style', (like, unknown) => {
    expect(unknownValue(like)).toBe(unknown)
  })

  it('leaves are texts, numbers and booleans at every depth, but no null', () => {
    expect(leaves({ a: 1, b: [true, { c: 'x' }], d: null }).map(({ path }) => path.join('.'))).toEqual([
      'a',
      'b.0',
      'b.1.c',
    ])
  })

  it('leaves to tamper with exclude type, key and enums, unless there are no others', () => {
    const value = { id: 'e1', type: 'PAID', again: 'PAID', data: { status: 'OK', name: 'Ann' } }
    const fields = { typePath: 'type', idempotencyKey: 'id', enumPaths: ['data.status'] }
    expect(tamperableLeaves(value, fields, 'PAID')).toEqual([{ path: ['data', 'name'], value: 'Ann' }])
    expect(tamperableLeaves({ id: 'e1' }, fields, 'PAID')).toEqual([{ path: ['id'], value: 'e1' }])
  })
})

describe('fields', () => {
  it('unknown ones are in every object, and known ones are unchanged', () => {
    const changed = withUnknownFields({ a: [{ b: 1 }], c: 'x' })
    expect(changed).toMatchObject({ a: [{ b: 1, somethingNew: 'added later' }], c: 'x', somethingNew: 'added later' })
  })

  it('one can be added as it is written, or as text at a path', () => {
    expect(withRawField('{"a":1}\n', '1.0')).toBe('{"a":1,"somethingNew":1.0}')
    expect(withText({ a: { b: 1 } }, 'a.b', 'x')).toEqual({ a: { b: 'x' } })
    expect(withText({ a: 1 }, undefined, 'x')).toEqual({ a: 1, somethingNew: 'x' })
  })

  it('declared ones are optional, nullable or of known values as their schema says', () => {
    const schema = z.object({
      a: z.string().optional(),
      b: z.enum(['x', 'y']).nullable(),
      c: z.array(z.object({ d: z.int() })),
    })
    const fields = declaredFields(schema, { a: 'k', b: 'x', c: [{ d: 1 }], undeclared: true })
    expect(fields.map(({ path, ...rest }) => [path.join('.'), rest])).toEqual([
      ['a', { optional: true, nullable: false, known: undefined }],
      ['b', { optional: false, nullable: true, known: ['x', 'y'] }],
      ['c', { optional: false, nullable: false, known: undefined }],
      ['c.0.d', { optional: false, nullable: false, known: undefined }],
    ])
  })
})

describe('JSON text', () => {
  it('keeps its value with reversed keys and with escapes', () => {
    const value = { a: { b: 'Zoë 👍 a/b', c: [1] }, d: null }
    expect(reversedKeys(value)).toEqual(value)
    expect(encode(reversedKeys(value))).toBe('{"d":null,"a":{"c":[1],"b":"Zoë 👍 a/b"}}')
    const text = escaped(encode(value))
    expect(JSON.parse(text)).toEqual(value)
    expect(text).toMatch(/^[\x20-\x7e]*$/)
    expect(text).not.toMatch(/[^\\]\//)
  })

  it('is padded to exactly so many bytes, whatever its characters', () => {
    const value = { name: 'Zoë 東京' }
    const field = paddedWithField(value, 500, encode)
    expect(Buffer.byteLength(field)).toBe(500)
    expect(JSON.parse(field)).toMatchObject(value)
    const spaces = paddedWithSpaces(encode(value), 500)
    expect(Buffer.byteLength(spaces)).toBe(500)
    expect(spaces.trim()).toBe(spaces)
    expect(JSON.parse(spaces)).toEqual(value)
  })

  it('is malformed in the way asked for', () => {
    const body = '{"id":"e1","n":2}'
    expect(() => JSON.parse(String(malformed(body, 'truncated')))).toThrow()
    expect(malformed(body, 'array')).toBe(`[${body}]`)
    expect(malformed(body, 'empty')).toBe('')
    expect(malformed(body, 'bom')).toBe(`\ufeff${body}`)
    expect(malformed(body, 'duplicateKeys')).toBe('{"id":"e1","n":2,"id":"e2"}')
    expect(malformed('{}', 'duplicateKeys')).toBeUndefined()
    for (const bytes of [malformed(body, 'invalidUtf8'), withInvalidUtf8(body, 1)])
      expect(() => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes ?? ''))).toThrow()
  })
})

describe('signatures and credentials', () => {
  const hex = 'ab'.repeat(32)
  const base64 = Buffer.from(hex, 'hex').toString('base64')

  it('a signature is found in its header and written in the other encoding', () => {
    expect(signatureIn(`t=1700000000,v1=${hex}`)).toBe(hex)
    expect(reencoded(`sha256=${hex}`)).toBe(`sha256=${base64}`)
    expect(reencoded(`v1,${base64}`)).toBe(`v1,${hex}`)
  })

  it('a corrupted credential has the form of the valid one; of Basic only the password changes', () => {
    expect(corruptedCredential('Bearer abc9')).toBe('Bearer abc0')
    expect(corruptedCredential(basic('user1:pass'))).toBe(basic('user1:pasa'))
    expect(corruptedCredential(basic('user1:'))).toBe(basic('user1:x'))
  })

  it('a near signature has the length of the valid one and decodes to other bytes', () => {
    for (const header of [hex, `v1,${base64}`, `t=1,v1=${hex}`]) {
      const near = nearSignatures(header)
      expect(near.length).toBeGreaterThan(2)
      for (const [what, wrong] of near) {
        expect(wrong.length, what).toBe(header.length)
        const [valid, other] = [header, wrong].map(value => {
          const code = signatureIn(value) ?? ''
          return Buffer.from(code, code.length === 64 ? 'hex' : 'base64')
        })
        expect(other, what).toHaveLength(32)
        expect(other, what).not.toEqual(valid)
      }
    }
  })

  it('an extended signature contains the valid one and decodes to more bytes', () => {
    expect(extendedSignatures(hex).map(([, value]) => value)).toEqual([`00${hex}`, `${hex}00`])
    expect(extendedSignatures(`v1,${base64}`).map(([, value]) => value)).toEqual([`v1,AAAA${base64}`])
  })

  it('a signature has characters around it that are no part of it', () => {
    const [of, half] = [(header: string) => looselyExtended(header).map(([, value]) => value), 'ab'.repeat(16)]
    const loose = [`${hex}xyz`, `${hex},xyz`, `${hex},`, `"${hex}"`, `${hex}"`, `${half}\t${half}`]
    expect(of(hex)).toEqual(loose)
    expect(of(`v1,${base64}`)).toEqual([`"v1,${base64}"`, `,v1,${base64}`])
    expect(of('short')).toEqual([])
    expect(behindPadding(`v1,${base64}`).map(([, value]) => value)).toEqual([`v1,${base64}AAAA`, `v1,${base64},AAAA`])
  })

  it('a byte that is not UTF-8 is put into the first text', () => {
    expect(Buffer.from(withIgnoredByte('{"a":"b"}')).toString('latin1')).toBe('{"a":"\u00ffb"}')
  })

  it('a signature is put under other tags, or under one where there is none', () => {
    const valuesOf = (header: string) => underOtherTags(header).map(([, value]) => value)
    const tagged = (tags: readonly string[]) => tags.map(tag => `t=1,${tag}=${hex}`)
    expect(valuesOf(`v1,${base64}`)).toEqual([...['v2', 'v1a', 'sha1', 'xv1'].map(tag => `${tag},${base64}`), base64])
    expect(valuesOf(`t=1,v1=${hex}`)).toEqual([...tagged(['v2', 'v1a', 'sha1', 'xv1']), `t=1,${hex}`])
    expect(valuesOf(`sha256=${hex}`)).toEqual([`sha1=${hex}`, `md5=${hex}`, `xsha256=${hex}`, hex])
    expect(valuesOf(hex)).toEqual([`sha1=${hex}`, `v2,${hex}`])
  })

  it('near credentials are cut, extended, in quotes or in other case; of Basic the user too', () => {
    const valuesOf = (value: string) => nearCredentials(value).map(([, wrong]) => wrong)
    expect(valuesOf('Bearer aBc9')).toEqual(['Bearer aBc', 'Bearer aBc9x', 'Bearer AbC9', 'Bearer "aBc9"'])
    expect(valuesOf('123')).toEqual(['12', '123x', '"123"'])
    const near = [
      ...['User:pa:s', 'User:pa:ssx', 'User:PA:SS', 'User:"pa:ss"', 'User: pa:ss ', 'uSER:pa:ss'].map(basic),
      ...['Userp:a:ss', 'Userpa:ss:', ':Userpa:ss', 'User:pa:ss:x'].map(basic),
      'Basic vxnLCJPWytPZCW==',
    ]
    expect(basic('User:pa:ss')).toBe('Basic VXNlcjpwYTpzcw==')
    expect(valuesOf(basic('User:pa:ss'))).toEqual(near)
  })

  it('partial credentials lack the user, the password or half a key', () => {
    const valuesOf = (value: string) => partialCredentials(value).map(([, wrong]) => wrong)
    expect(valuesOf('Bearer abcd')).toEqual(['Bearer ab', 'Bearer '])
    expect(valuesOf(basic('user1:pass'))).toEqual([
      basic('user2:pass'),
      basic(':pass'),
      basic('user1:'),
      basic('user1'),
    ])
  })

  it('a credential is moved to another header, and to the query', () => {
    expect(underOtherHeader(['X-Api-Key', 'abc'])).toEqual(['X-Auth-Token', 'abc'])
    expect(underOtherHeader(['X-Auth-Token', 'abc'])).toEqual(['X-Token', 'abc'])
    const { searchParams } = new URL(urlWithCredential('http://a/b?c=1', [['X-Api-Key', 'a b']]))
    expect(Object.fromEntries(searchParams)).toMatchObject({ c: '1', 'X-Api-Key': 'a b', api_key: 'a b' })
  })

  it('a credential is moved to another scheme', () => {
    expect(underOtherScheme(['Authorization', 'Basic abc'])).toEqual(['Authorization', 'Bearer abc'])
    expect(underOtherScheme(['Authorization', 'Bearer abc'])).toEqual(['Authorization', 'Basic abc'])
    expect(underOtherScheme(['X-Api-Key', 'abc'])).toEqual(['Authorization', 'Bearer abc'])
  })
})

describe('requests', () => {
  const headers: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['X-Sig', 'a'],
  ]

  it('headers are removed and changed by name, whatever its case', () => {
    expect(withoutHeaders(headers, ['x-sig'])).toEqual([['Content-Type', 'application/json']])
    expect(changedHeaders(headers, ['x-sig'], value => `${value}b`)).toEqual([headers[0], ['X-Sig', 'ab']])
  })

  it('the content type is replaced, added or removed', () => {
    expect(withContentType(headers, 'text/plain')).toEqual([['Content-Type', 'text/plain'], headers[1]])
    expect(withContentType([], 'text/plain')).toEqual([['Content-Type', 'text/plain']])
    expect(withContentType(headers, null)).toEqual([headers[1]])
  })

  it('GET has no body, other methods keep it', () => {
    const message = { method: 'POST', url: 'http://127.0.0.1/', headers, body: '{}' }
    expect(withMethod(message, 'GET')).toEqual({ ...message, method: 'GET', body: '' })
    expect(withMethod(message, 'PUT')).toEqual({ ...message, method: 'PUT' })
  })
})
