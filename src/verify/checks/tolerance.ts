// Tolerance: a provider's messages grow; what is new must not break what is known.
import { isJsonObject, type Json, type JsonObject, valueAt, withoutValueAt, withValueAt } from '../../core/json.js'
import type { Bench, Letter, Situation } from '../bench.js'
import { leaves, unheardOf, withExtras } from '../bend.js'
import type { Check } from '../check.js'
import { allOf, notJudged, type Trial } from '../judging.js'
import { spared } from './signature.js'

/** Event types looked at for optional fields, and fields left out of each. */
const TYPES_LOOKED_AT = 6
const FIELDS_LOOKED_AT = 12

/** The first letter that has a value at each of the paths. */
async function lettersWith(bench: Bench, paths: readonly string[]): Promise<{ path: string; letter: Letter }[]> {
  const found = new Map<string, Letter>()
  for (const { name, variants } of bench.situation.types)
    for (const variant of [undefined, ...variants.slice(0, 1)]) {
      if (found.size === paths.length) break
      const letter = await bench.letter(variant === undefined ? { type: name } : { type: name, variant })
      for (const path of paths)
        if (!found.has(path) && valueAt(letter.value, path) !== undefined) found.set(path, letter)
    }
  return [...found].map(([path, letter]) => ({ path, letter }))
}

/** Dotted paths of an object's fields at every level, arrays apart. */
function fieldsOf(value: JsonObject, path = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`
    return isJsonObject(inner) ? [own, ...fieldsOf(inner, own)] : [own]
  })
}

/** Fields that may be absent: those the provider's schema says so of; where it says so of none, plain values of no special meaning. */
function dispensable(letter: Letter, situation: Situation): string[] {
  const optional = fieldsOf(letter.value).filter(path => letter.mayLack(path))
  if (optional.length > 0) return optional
  const kept = new Set(spared(situation))
  return leaves(letter.value)
    .map(({ path }) => path.join('.'))
    .filter(path => !kept.has(path) && !/\.\d+(\.|$)/.test(path) && valueAt(letter.value, path) !== letter.subject)
}

async function survivesWithout(bench: Bench, words: string, change: (value: JsonObject, path: string) => Json) {
  const trials: Trial[] = []
  for (const { name } of bench.situation.types.slice(0, TYPES_LOOKED_AT)) {
    const paths = dispensable(await bench.letter({ type: name }), bench.situation)
    for (const path of paths.slice(0, FIELDS_LOOKED_AT)) {
      const letter = await bench.letter({ type: name })
      const body = JSON.stringify(change(letter.value, path))
      trials.push({ what: `a ${name} ${words} ${path}`, sealed: await letter.seal({ body }) })
    }
  }
  return allOf(bench, 'survive', trials)
}

export const toleranceChecks: readonly Check[] = [
  {
    id: 'tolerance/unknown-type',
    title: 'Accepts an event type that does not exist yet.',
    level: 'must',
    expects: 'accept',
    why: ['The set of events may grow; StrongGrid #491: one new type broke the whole parser.'],
    applies: ({ traits }) => traits.typePath !== undefined,
    async run(bench) {
      const { typePath = '' } = bench.situation.traits
      const letter = await bench.letter()
      const body = JSON.stringify(withValueAt(letter.value, typePath, unheardOf(letter.type)))
      const sealed = await letter.seal({ body })
      return allOf(bench, 'accept', [{ what: `a valid message of the unknown type ${unheardOf(letter.type)}`, sealed }])
    },
  },
  {
    id: 'tolerance/unknown-value',
    title: 'Survives a value that is new in a known field.',
    level: 'must',
    expects: 'survive',
    why: ['workos-kotlin #277: a new value of an enumeration threw in the parser.'],
    applies: ({ traits }) => (traits.enumPaths?.length ?? 0) > 0,
    async run(bench) {
      const trials: Trial[] = []
      for (const { path, letter } of await lettersWith(bench, bench.situation.traits.enumPaths ?? [])) {
        const old = valueAt(letter.value, path)
        const value = unheardOf(typeof old === 'string' ? old : 'value')
        const sealed = await letter.seal({ body: JSON.stringify(withValueAt(letter.value, path, value)) })
        trials.push({ what: `a ${letter.type} with ${path} "${value}"`, sealed })
      }
      if (trials.length === 0) return notJudged('No event holds a field with known values.')
      return allOf(bench, 'survive', trials)
    },
  },
  {
    id: 'tolerance/extra-fields',
    title: 'Accepts fields that it does not know, at every level.',
    level: 'must',
    expects: 'accept',
    why: ['resend-dotnet #118: a new field was refused as unknown.'],
    async run(bench) {
      const letter = await bench.letter()
      const sealed = await letter.seal({ body: JSON.stringify(withExtras(letter.value)) })
      return allOf(bench, 'accept', [{ what: 'a valid message with unknown fields at every level', sealed }])
    },
  },
  {
    id: 'tolerance/optional-absent',
    title: 'Survives messages that lack a field it can do without.',
    level: 'should',
    expects: 'survive',
    why: ['octokit webhooks.net #520: a field that was always there was missing one day.'],
    run: bench => survivesWithout(bench, 'without', (value, path) => withoutValueAt(value, path)),
  },
  {
    id: 'tolerance/null',
    title: 'Survives null where there was a value.',
    level: 'should',
    expects: 'survive',
    why: ['octokit webhooks.net #520: null is not absent, and neither is a value.'],
    run: bench => survivesWithout(bench, 'with null for', (value, path) => withValueAt(value, path, null)),
  },
]
