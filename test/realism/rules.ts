// What every story must have, whoever the provider: shaped ids, dates in order, numbers with their check digits, states that agree.
import { isCnh, isCnpj, isCpf, isNit, isRfc, isRut } from './check-digits.js'
import { everything, type Found, place, type Story } from './story.js'

/** A rule: the sentences about what breaks it in a story. */
export type Rule = (story: Story, found: readonly Found[]) => string[]

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
const DATE = /^\d{4}-\d\d-\d\d$/

/** Keys that are dates of one object, in the order in which they happen; equal is in order. */
const IN_ORDER = [
  ['created_at', 'accessed_at', 'completed_at', 'reviewed_at'],
  ['created_at', 'submitted_at', 'reviewed_at', 'manager_reviewed_at', 'updated_at'],
  ['created_at', 'resolved_at'],
  ['created_at', 'updated_at'],
  ['created_at', 'expires_at'],
  ['createdAt', 'finishedAt'],
  ['createdAt', 'expiresAt'],
  ['request_at', 'analyzed_at'],
  ['request_at', 'rejected_at'],
  ['birth_date', 'issue_date', 'expiry_date'],
  ['dataNascimento', 'data_habilitacao', 'data_emissao', 'data_expiracao'],
  ['data_nascimento', 'data_emissao', 'data_expiracao'],
]

const millis = (value: unknown): number | undefined => {
  if (typeof value === 'number' && value > 1e11) return value
  const at = typeof value === 'string' && (INSTANT.test(value) || DATE.test(value)) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

const datesInOrder: Rule = (_, found) =>
  [...new Map(found.map(one => [one.parent, one])).values()].flatMap(one =>
    IN_ORDER.flatMap(keys => {
      const dates = keys.flatMap(key => {
        const at = millis(one.parent[key])
        return at === undefined ? [] : [{ key, at }]
      })
      return dates.flatMap(({ key, at }, i) => {
        const before = dates[i - 1]
        return before && before.at > at
          ? `${one.where}: beside ${one.path}, ${before.key} ${String(one.parent[before.key])} is after ${key} ${String(one.parent[key])}`
          : []
      })
    }),
  )

/** Keys of instants that have already been when they are seen. */
const PAST =
  /^(created_at|createdAt|accessed_at|completed_at|submitted_at|reviewed_at|manager_reviewed_at|resolved_at|updated_at|finishedAt|request_at|rejected_at|analyzed_at|timestamp|birth_date|issue_date|date_of_incorporation|data_emissao|dataNascimento|data_nascimento|data_habilitacao)$/

const nothingFromTheFuture: Rule = (_, found) =>
  found
    // The last digits of a timestamp are generated: it can be as late as the end of its millisecond.
    .filter(({ key, value, now }) => PAST.test(key) && (millis(value) ?? 0) > now)
    .map(one => `${place(one)}, later than now (${new Date(one.now).toISOString()})`)

const realDates: Rule = (_, found) =>
  found
    .filter(({ value }) => typeof value === 'string' && (INSTANT.test(value) || DATE.test(value)))
    .filter(({ value }) => {
      const at = Date.parse(String(value))
      return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== String(value).slice(0, 10)
    })
    .map(place)

/** Which numbers have check digits, by key or by the type that stands beside them. */
const NUMBERS: readonly { name: string; is: (text: string) => boolean; applies: (found: Found) => boolean }[] = [
  {
    name: 'RUT',
    is: isRut,
    applies: ({ key, parent }) =>
      /^(rut|run)$/i.test(key) || (key === 'nif' && [undefined, 'CHL', 'CL'].includes(parent.country as string)),
  },
  {
    name: 'RUT',
    is: isRut,
    applies: ({ key, parent }) => key === 'document_number' && parent.document_type === 'CL-CI',
  },
  { name: 'CPF', is: isCpf, applies: ({ key }) => /^cpf(Numero)?$/i.test(key) },
  { name: 'CPF', is: isCpf, applies: ({ key, parent }) => key === 'duiValue' && parent.duiType === 'DUI_TYPE_BR_CPF' },
  { name: 'CNPJ', is: isCnpj, applies: ({ key }) => /^cnpj$/i.test(key) },
  { name: 'NIT', is: isNit, applies: ({ key }) => /^nit$/i.test(key) },
  { name: 'RFC', is: isRfc, applies: ({ key }) => /^rfc$/i.test(key) },
  { name: 'CNH', is: isCnh, applies: ({ key, parent }) => key === 'numero' && parent.renachNumero !== undefined },
]

const checkDigits: Rule = (_, found) =>
  found.flatMap(one =>
    NUMBERS.filter(
      ({ applies, is }) => applies(one) && typeof one.value === 'string' && one.value !== '' && !is(one.value),
    ).map(({ name }) => `${place(one)}, no ${name}`),
  )

/** Every id of an object keeps its form through the story, and each event has an id of its own. */
const subjectsKeepTheirIds: Rule = ({ subjects, loaded }) => {
  const kinds = new Map<string, string>()
  return subjects.flatMap((all, i) =>
    all.flatMap(({ id, kind, state }) => {
      const known = kinds.get(id)
      kinds.set(id, kind)
      const states = loaded.provider.subjects[kind]?.states ?? []
      return [
        ...(known !== undefined && known !== kind ? [`${i + 1}: ${id} was a ${known} and is a ${kind}`] : []),
        ...(states.includes(state) ? [] : [`${i + 1}: ${kind} ${id} is ${state}, which is no state of it`]),
      ]
    }),
  )
}

const payloadsFitTheirSchemas: Rule = ({ events, loaded }) =>
  events.flatMap((event, i) => {
    const channel = loaded.channels.find(({ name }) => name === event.channel)
    const settings = Object.assign({}, channel?.behaviour.settings.parse({}), loaded.behaviour.settings.parse({}))
    const result = channel?.behaviour.definition(event.type, settings)?.schema.safeParse(event.payload)
    return result?.success === true ? [] : [`${i + 1} ${event.type} does not fit its schema: ${result?.error.message}`]
  })

/** Counts that are parts of another: of each object that has all of them. */
const SUMS = [
  ['total_deliveries', 'successful_deliveries', 'failed_deliveries'],
  ['processed', 'successful', 'failed'],
] as const

const countsAddUp: Rule = (_, found) =>
  found.flatMap(one => {
    const { parent, key } = one
    const sum = SUMS.find(([total]) => total === key)
    const wrong = (text: string) => [`${place(one)}, ${text}: ${JSON.stringify(parent)}`]
    if (sum && typeof parent[sum[1]] === 'number' && Number(parent[sum[1]]) + Number(parent[sum[2]]) !== one.value)
      return wrong(`not ${sum[1]} and ${sum[2]}`)
    if (key === 'processed' && Number(one.value) > Number(parent.total ?? one.value))
      return wrong('more than the total')
    if (key === 'count' && Array.isArray(parent.results) && parent.results.length > Number(one.value))
      return wrong('less than shown')
    if (
      /(^|_)(count|total|processed|successful|failed)$/.test(key) &&
      typeof one.value === 'number' &&
      (one.value < 0 || !Number.isInteger(one.value))
    )
      return wrong('no count')
    return []
  })

/** The rules for all providers. */
const RULES: Readonly<Record<string, Rule>> = {
  'answers fit their routes': ({ faults }) => [...faults],
  'payloads fit their schemas': payloadsFitTheirSchemas,
  'the first event of a story can be any': ({ events }) => [...(events[0]?.warnings ?? [])],
  'a warning names two states, or the one that cannot be followed': ({ events }) =>
    events
      .flatMap(({ warnings }) => warnings)
      .filter(
        text =>
          !/^\w+ \S+ is .+(and cannot become .+; |, which .+ cannot follow; it )\S*.*is sent anyway\.$/.test(text),
      ),
  'dates exist': realDates,
  'dates are in order': datesInOrder,
  'nothing has happened in the future': nothingFromTheFuture,
  'check digits are right': checkDigits,
  'subjects keep their kinds and have known states': subjectsKeepTheirIds,
  'counts add up': countsAddUp,
}

/** One value for each of these through the whole story: `id` tells the thing, undefined what is none. */
export function steady(name: string, id: (found: Found) => string | undefined): Rule {
  return (_, found) => {
    const first = new Map<string, Found>()
    return found.flatMap(one => {
      const of = id(one)
      if (of === undefined) return []
      const before = first.get(of)
      if (before === undefined) first.set(of, one)
      return before !== undefined && JSON.stringify(before.value) !== JSON.stringify(one.value)
        ? [`${name} ${of}: ${place(one)}, but ${place(before)}`]
        : []
    })
  }
}

/** What a story breaks of the rules for all and of its provider's own, at most three sentences of each. */
export function broken(story: Story, own: Readonly<Record<string, Rule>>): string[] {
  const found = everything(story)
  return Object.entries({ ...RULES, ...own }).flatMap(([name, rule]) =>
    [...new Set(rule(story, found))].slice(0, 3).map(text => `${name}: ${text}`),
  )
}
