// Every kind of mistake that Python makes with its standard library alone is named, and nothing else is.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { explained, named } from './crypto.js'

interface Kind {
  provider: string
  name: string
  /** Names of the causes, joined by " + "; empty where there is none to find. */
  causes: string
  secret: string
  headers: [string, string][]
  body: string
}

const script = join(import.meta.dirname, 'kinds.py')
const kinds = JSON.parse(execFileSync('python3', [script], { encoding: 'utf8' })) as Kind[]

const inOrder = (causes: string) => [...new Set(causes.split(' + '))].sort().join(' + ')

it.each([
  ['rillis', 100],
  ['standard', 60],
])('of the kinds of %s, at least %i, each has its own cause', async (provider, least) => {
  const own = kinds.filter(kind => kind.provider === provider)
  expect(own.length).toBeGreaterThanOrEqual(least)
  const wrong: object[] = []
  for (const { name, causes, secret, headers, body } of own) {
    const explanation = await explained(provider, { secret, headers, body, now: 1_738_784_290_000 })
    const got = inOrder(named(explanation))
    if (got !== inOrder(causes)) wrong.push({ name, causes, got })
  }
  expect(wrong).toEqual([])
})

it('the advice on a canonical body does not say to sign the raw bytes, and U+2028 alone says nothing of Go', async () => {
  const advice = async (name: string) => {
    const kind = kinds.find(one => one.provider === 'rillis' && one.name === name)
    if (kind === undefined) throw new Error(`no kind ${name}`)
    const { secret, headers, body } = kind
    const { causes, alternatives } = await explained('rillis', { secret, headers, body, now: 1_738_784_290_000 })
    return [...causes, ...alternatives.flat()].map(({ fix }) => fix).join(' ')
  }
  expect(await advice('[object Object]')).toContain('sort its keys at every depth')
  expect(await advice('a newline at the end')).toContain('exactly as it is written again')
  expect(await advice('only U+2028 escaped')).not.toContain('SetEscapeHTML')
})
