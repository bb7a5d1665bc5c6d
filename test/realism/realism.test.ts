// Realism by rules: stories of every event type in every order, over many seeds. What is played is the same in each run; STANDIN_TEST_SEED plays others.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { isCnh, isCnpj, isCpf, isNit, isRfc, isRut } from './check-digits.js'
import { kycgenie, rillis, standard, unico } from './provider-rules.js'
import { broken, type Rule } from './rules.js'
import { play, type Step, type Story } from './story.js'

const SEED = Number(process.env.STANDIN_TEST_SEED ?? 20260211)

const SECOND = 1000
const HOUR = 3600 * SECOND
const GAPS = [0, 1, 3 * SECOND, 90 * SECOND, HOUR, 50 * HOUR, 9 * 24 * HOUR]

/** An event type in one of its forms, or a move by hand. */
type Form = { type: string; variant?: string } | { move: number }

/** Every event type of a provider in each of its forms, by the kind of subject it is about. */
const familiesOf = (provider: (typeof builtInProviders)[number]): Form[][] => {
  const byKind = new Map<string, Form[]>()
  for (const { name, subject, variants } of provider.channels.flatMap(({ eventTypes }) => eventTypes)) {
    // Without a variant a type keeps what its story has.
    const forms = [{ type: name }, ...variants.slice(1).map(variant => ({ type: name, variant: variant.name }))]
    byKind.set(subject, [...(byKind.get(subject) ?? []), ...forms])
  }
  return [...byKind.values()]
}

const after = fc.constantFrom(...GAPS)
const stepsOf = (forms: readonly Form[], maxLength: number): fc.Arbitrary<Step[]> => {
  const trigger = fc.constantFrom(...forms)
  const move = fc.nat(1000).map((number): Form => ({ move: number }))
  const form = fc.oneof({ weight: 4, arbitrary: trigger }, { weight: 1, arbitrary: move })
  return fc.array(
    fc.record({ form, afterMs: after }).map(({ form: one, afterMs }) => ({ ...one, afterMs })),
    { minLength: 1, maxLength },
  )
}

const PROVIDER_RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = { rillis, kycgenie, unico, standard }
const rulesOf = (provider: string) => PROVIDER_RULES[provider] ?? {}

describe.each(builtInProviders.map(provider => [provider.name, provider] as const))(
  'stories of %s',
  (name, provider) => {
    const families = familiesOf(provider)

    it('are whole with each event type alone, in each form', async () => {
      for (const [i, form] of families.flat().entries())
        expect(
          broken(await play(name, SEED + i, [{ ...form, afterMs: 0 }]), rulesOf(name)),
          JSON.stringify(form),
        ).toEqual([])
    })

    it('are whole in any order', async () => {
      const steps = fc.oneof(stepsOf(families.flat(), 6), ...families.map(forms => stepsOf(forms, 5)))
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), steps, async (seed, order) => {
          expect(broken(await play(name, seed, order), rulesOf(name))).toEqual([])
        }),
        { seed: SEED, numRuns: Number(process.env.STANDIN_TEST_RUNS ?? 60) },
      )
    })
  },
)

/** A story with a value changed in its payloads and answers. */
const tampered = (story: Story, from: RegExp, to: string): Story => ({
  ...story,
  sights: JSON.parse(JSON.stringify(story.sights).replace(from, to)) as Story['sights'],
})

it.each([
  ['a wrong RUT', /"document_number":"(\d+)-[\dK]"/, '"document_number":"$1-X"', 'check digits'],
  ['a date that is none', /"birth_date":"(\d{4})-\d\d-\d\d"/, '"birth_date":"$1-02-30"', 'dates exist'],
  ['a document that expires before it is issued', /"expiry_date":"\d{4}/, '"expiry_date":"1999', 'dates are in order'],
  ['an event from the future', /"timestamp":1/, '"timestamp":2', 'nothing has happened in the future'],
  ['an id of another form', /"identity_id":"[0-9a-f]{24}"/, '"identity_id":"42"', 'ids are object ids'],
  ['another user', /"user_id":"[0-9a-f]/, '"user_id":"x', 'one flow, one user'],
  ['an age that does not fit', /"age":\d+/, '"age":7', 'documents fit their reasons'],
  [
    'another status in the API',
    /("_id":"[0-9a-f]{24}"[^{}]*"status":)"APPROVED"/g,
    '$1"REJECTED"',
    'the API shows the state',
  ],
])('%s breaks a rule', async (_, from, to, rule) => {
  const type = 'VERIFICATION_IDENTITY_COMPLETED'
  const story = await play('rillis', 3, [
    { type, afterMs: 0 },
    { type: 'FLOW_COMPLETED', afterMs: 1000 },
  ])
  expect(broken(story, rulesOf('rillis'))).toEqual([])
  expect(broken(tampered(story, from, to), rulesOf('rillis'))).toContainEqual(expect.stringContaining(rule))
})

it.each([
  ['RUT', isRut, ['76.543.210-3', '12345678-5', '11111111-1'], ['12345678-9', '1-9']],
  ['CPF', isCpf, ['12345678909', '529.982.247-25'], ['12345678900', '11111111111']],
  ['CNPJ', isCnpj, ['11.222.333/0001-81', '11444777000161'], ['11222333000180', '00000000000000']],
  ['CNH', isCnh, ['02650306461'], ['02650306460']],
  ['NIT', isNit, ['800197268-4', '899999068-1'], ['800197268-5']],
  ['RFC', isRfc, ['GODE561231GR8'], ['GODE561231GR9']],
])('the check digits of a %s are told right from wrong', (_, is, right, wrong) => {
  expect([right.filter(text => !is(text)), wrong.filter(is)]).toEqual([[], []])
})
