// What a story of one provider must have beyond the rules for all.
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../src/core/json.js'
import { type Rule, steady } from './rules.js'
import { type Found, place, type Sight, type Story } from './story.js'

const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
const at = (value: Json, path: string) => valueAt(value, path)

/** Every value at keys of this form is of this shape, where it is a text. */
const shaped =
  (keys: RegExp, shape: RegExp, where: (found: Found) => boolean = () => true): Rule =>
  (_, found) =>
    found
      .filter(one => keys.test(one.key) && where(one) && typeof one.value === 'string' && !shape.test(one.value))
      .map(place)

const isEvent = ({ where }: { where: string }) => !where.includes(' GET ')

/** The payloads of a story with their types and times. */
const payloadsOf = ({ events, sights }: Story) =>
  sights.filter(isEvent).map((sight, i) => ({ ...sight, type: events[i]?.type ?? '', variant: events[i]?.variant }))

/** What the API showed of an object after each event: the answers to GETs that end with its id. */
const shownAfter = ({ sights }: Story, nth: number, id: string): Sight[] =>
  sights.filter(({ where }) => where.startsWith(`${nth} GET `) && where.replace(/\/$/, '').endsWith(`/${id}`))

/** Each event has an id of its own. */
const ownEventIds =
  (path: string): Rule =>
  story => {
    const ids = payloadsOf(story).map(({ value }) => text(at(value, path)))
    return ids.filter((id, i) => ids.indexOf(id) < i).map(id => `two events have the id ${id}`)
  }

/** Dates of later events are not earlier. */
const eventsInOrder =
  (path: string): Rule =>
  story => {
    const times = payloadsOf(story).map(({ value }) => at(value, path) ?? '')
    return times.flatMap((time, i) => {
      const before = times[i - 1]
      return before !== undefined && before > time
        ? [`event ${i + 1} is of ${time}, and the one before of ${before}`]
        : []
    })
  }

/** After each event the API shows an object in the state that the event gives it. */
const apiShowsTheState =
  (id: (payload: Json) => string, state: (payload: Json) => unknown, shown: (body: Json) => unknown): Rule =>
  story =>
    payloadsOf(story).flatMap(({ value, type }, i) =>
      shownAfter(story, i + 1, id(value))
        .filter(sight => id(value) !== '' && ![undefined, state(value)].includes(shown(sight.value) as undefined))
        .map(
          ({ where, value: body }) =>
            `${where} shows ${String(shown(body))} after ${type} said ${String(state(value))}`,
        ),
    )

const ageAt = (birth: string, now: number) => {
  const today = new Date(now).toISOString().slice(0, 10)
  return Number(today.slice(0, 4)) - Number(birth.slice(0, 4)) - (today.slice(5) < birth.slice(5) ? 1 : 0)
}

/** An extracted document says of itself what its dates say, and what the reason of a rejection says; an identity keeps its document. */
const documentsFitTheirReasons: Rule = story => {
  const known = new Set<string>()
  return payloadsOf(story).flatMap(({ value, where, now }) => {
    const data = at(value, 'data.identity.data')
    if (!isJsonObject(data)) return []
    const identity = text(at(value, 'data.identity_id'))
    const isFirst = !known.has(identity)
    known.add(identity)
    const reason = text(at(value, 'data.errors.0.code'))
    const age = ageAt(text(data.birth_date), now)
    const expired = text(data.expiry_date) < new Date(now).toISOString().slice(0, 10)
    /** What a document is for this reason, and for no other unless it was so before. */
    const unlike = (is: boolean, code: string) => is !== (reason === code) && (isFirst || reason === code)
    const wrong: [boolean, string][] = [
      [data.age !== age, `age ${data.age}, born ${data.birth_date}`],
      [data.is_expired !== expired, `is_expired ${data.is_expired}, expiry date ${data.expiry_date}`],
      [unlike(expired, 'DOCUMENT_EXPIRED'), `${reason || 'no reason'}, expiry date ${data.expiry_date}`],
      [unlike(age < 18, 'UNDERAGE'), `${reason || 'no reason'}, age ${age}`],
      [unlike(data.country !== 'CHL', 'COUNTRY_MISMATCH'), `${reason || 'no reason'}, country ${data.country}`],
      [
        /PASS/.test(text(data.document_type)) && /-[\dK]$/.test(text(data.document_number)),
        `a passport with the RUT ${data.document_number}`,
      ],
      [
        /^AR-DNI/.test(text(data.document_type)) && !/^\d{7,8}$/.test(text(data.document_number)),
        `an Argentine DNI ${data.document_number}`,
      ],
    ]
    return wrong.filter(([is]) => is).map(([, what]) => `${where}: ${what}`)
  })
}

const isForm = (kind: 'COMPANY' | 'INDIVIDUAL') => (type: string) => type.startsWith(`ONBOARDING_FORM_${kind}`)

/** A company's form and an individual's are two things, each with one kind of data wherever it is shown. */
const formsAreTwoThings: Rule = (story, found) => {
  const ids = (kind: 'COMPANY' | 'INDIVIDUAL') =>
    new Set(
      payloadsOf(story)
        .filter(({ type }) => isForm(kind)(type))
        .map(({ value }) => text(at(value, 'data.onboarding_id'))),
    )
  const [companies, individuals] = [ids('COMPANY'), ids('INDIVIDUAL')]
  return [
    ...[...companies]
      .filter(id => individuals.has(id))
      .map(id => `${id} is the form of a company and of an individual`),
    ...(companies.size > 1 || individuals.size > 1 ? ['a form has two ids in one story'] : []),
    ...found
      .filter(
        ({ value }) => isJsonObject(value) && value.data_company !== undefined && value.data_individual !== undefined,
      )
      .map(({ where, path }) => `${where}: ${path} is of a company and of an individual`),
  ]
}

const flowsEndOnce: Rule = (_, found) =>
  found
    .filter(
      ({ key, parent }) => key === 'completed_at' && parent.flow_instance_id !== undefined && parent.url !== undefined,
    )
    .filter(({ value, parent }) => (value === null) !== (parent.status === 'IN_PROGRESS'))
    .map(one => `${place(one)}, status ${text(one.parent.status)}`)

/** The user has one name: in the form of a person, as a company's representative, and on the document. */
const oneName: Rule = (story, found) => {
  // That document has other names.
  if (story.events.some(({ variant }) => variant === 'NAME_MISMATCH')) return []
  const names = found.flatMap(one => {
    const { value, path, where } = one
    if (!isJsonObject(value)) return []
    const full = (given: string, family: string) => [
      { name: `${text(value[given])} ${text(value[family])}`, place: `${where}: ${path}` },
    ]
    if (path.endsWith('data_individual')) return full('first_name', 'last_name')
    if (path.endsWith('identity.data') && !where.includes('BY_ONBOARDING'))
      return [
        { name: `${text(value.given_names).split(' ')[0]} ${text(value.family_names)}`, place: `${where}: ${path}` },
      ]
    const [representative] = Array.isArray(value.legal_representatives) ? value.legal_representatives : []
    return isJsonObject(representative)
      ? [{ name: `${text(representative.first_name)} ${text(representative.last_name)}`, place: `${where}: ${path}` }]
      : []
  })
  return names
    .filter(({ name }) => name !== names[0]?.name)
    .map(({ name, place: at }) => `${at} is of ${name}, ${names[0]?.place} of ${names[0]?.name}`)
}

const OBJECT_ID = /^[0-9a-f]{24}$/

/** The person or company that a name or date belongs to: by the id of its object. */
const ofIdentity = (key: string) => (one: Found) => {
  const { path, parent } = one
  return one.key === key && /(^|\.)identity\.data\./.test(path) && parent.document_type === 'CL-CI'
    ? `${key} of ${parent.document_number}`
    : undefined
}

/** Rules of Rillis. */
export const rillis: Readonly<Record<string, Rule>> = {
  'ids are object ids': shaped(
    /^(_id|flow|user|flow_instance|\w+_id)$/,
    OBJECT_ID,
    ({ key }) => key !== 'external_transaction_id',
  ),
  'events have ids of their own': story =>
    story.events.some(({ channel }) => channel === 'transaction') ? [] : ownEventIds('id')(story, []),
  'one flow, one user': steady('id', ({ key }) =>
    /^(flow_id|user_id|flow_instance_id|flow|user|flow_instance)$/.test(key) ? key : undefined,
  ),
  'one form, one company': steady('value', ({ key, parent }) =>
    /^(name|nif|date_of_incorporation|legal_address)$/.test(key) && parent.nif !== undefined ? key : undefined,
  ),
  'one person behind a RUT': steady('value', one =>
    ['first_name', 'last_name', 'email'].includes(one.key) && one.parent.document_number !== undefined
      ? `${one.key} of ${text(one.parent.document_number)}`
      : undefined,
  ),
  'one birth date behind a document': (story, found) =>
    // A minor's document says another date.
    story.events.some(({ variant }) => variant === 'UNDERAGE')
      ? []
      : steady('value', ofIdentity('birth_date'))(story, found),
  'the user has one name': oneName,
  'forms are two things': formsAreTwoThings,
  'documents fit their reasons': documentsFitTheirReasons,
  'a flow that has ended has its time': flowsEndOnce,
  'the API shows the state of the event': apiShowsTheState(
    payload => text(at(payload, 'data.identity_id')) || text(at(payload, 'data.onboarding_id')),
    payload => at(payload, 'data.status'),
    body => at(body, 'status'),
  ),
  'one transaction': steady('value', ({ key, parent }) =>
    /^(request_at|transaction_type|sending_amount|sending_currency|receiving_amount|network|sending_wallet|receiving_wallet)$/.test(
      key,
    ) && parent.external_transaction_id !== undefined
      ? `${key} of ${text(parent.external_transaction_id)}`
      : undefined,
  ),
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The id of the object that a value is a key of. */
const objectId = (parent: JsonObject): string | undefined => {
  for (const key of [
    'workflow_session_id',
    'alert_id',
    'case_id',
    'screening_id',
    'batch_id',
    'check_id',
    'session_id',
    'id',
  ])
    if (typeof parent[key] === 'string') return String(parent[key])
  return undefined
}

const isExpired = (type: string) => type === 'onboarding.expired' || type === 'verification.session_expired'

/** What expires does so no later than the event that says it. */
const expiresInTime: Rule = story =>
  payloadsOf(story)
    .filter(({ type, value }) => isExpired(type) && text(at(value, 'data.expires_at')) > text(at(value, 'created_at')))
    .map(
      ({ where, value }) =>
        `${where}: expires_at ${text(at(value, 'data.expires_at'))} is after the event's ${text(at(value, 'created_at'))}`,
    )

/** An event that begins a thing, which is another one where the story has one already. */
const begins = (type: string) => /\.(created|opened|session_created|check_initiated|check_completed)$/.test(type)

/** Every event of a story names things that its earlier events named, unless it begins another. */
const oneIdForEachThing: Rule = story => {
  const known = new Map<string, Set<string>>()
  return payloadsOf(story).flatMap(({ where, value, type }) => {
    const data = at(value, 'data')
    return Object.entries(isJsonObject(data) ? data : {}).flatMap(([key, id]) => {
      if (!/_id$/.test(key) || typeof id !== 'string') return []
      const thing = key === 'check_id' ? `${key} of ${type.split('.')[0]}` : key
      const ids = known.get(thing) ?? new Set()
      const isNew = ids.size > 0 && !ids.has(id)
      known.set(thing, ids.add(id))
      return isNew && !begins(type) ? [`${where}: ${key} is ${id}, and was ${[...ids][0]}`] : []
    })
  })
}

/** Variants that a story keeps: the outcome of what has ended is the same wherever it is shown, until another event ends it. */
const outcomesAgree: Rule = story => {
  const first = new Map<string, string>()
  return payloadsOf(story).flatMap(({ where, value, type, variant }) => {
    const id = text(at(value, 'data.check_id')) || text(at(value, 'data.session_id'))
    const outcome = text(at(value, 'data.outcome'))
    if (id === '' || outcome === '') return []
    const known = first.get(id)
    const keeps = type === 'non_document.reviewed' && variant === 'as_completed'
    first.set(id, outcome)
    return keeps && known !== undefined && known !== 'pending' && known !== outcome
      ? [`${where}: outcome ${outcome} after ${known}`]
      : []
  })
}

/** Rules of KYC Genie. */
export const kycgenie: Readonly<Record<string, Rule>> = {
  'ids are uuids': shaped(/^(id|\w+_id)$/, UUID, ({ path, key }) => !(path === 'id' && key === 'id') || false),
  'event ids have their form': story =>
    payloadsOf(story)
      .filter(({ value }) => !/^evt_[0-9a-f]{32}$/.test(text(at(value, 'id'))))
      .map(({ where }) => where),
  'events have ids of their own': ownEventIds('id'),
  'events are in order': eventsInOrder('created_at'),
  'one entity': steady('value', ({ key, path, where }) => {
    if (key === 'entity_id' || key === 'entity_name') return key
    const isName = path.endsWith('subject_entity.name') || (path === 'name' && / GET .*\/entities\/.+/.test(where))
    return isName ? 'entity_name' : undefined
  }),
  'one name and address for each person': steady('value', ({ key, parent }) =>
    ['name', 'email'].includes(key) && typeof parent.email === 'string' && typeof parent.id === 'string'
      ? `${key} of ${parent.id}`
      : undefined,
  ),
  'one id for each thing': oneIdForEachThing,
  'what was created stays so': (story, found) =>
    steady('created_at of', ({ key, parent, path }) =>
      key === 'created_at' && path !== 'created_at' ? objectId(parent) : undefined,
    )(
      story,
      found.filter(one => isEvent(one) || one.path !== 'created_at'),
    ),
  'nothing is older than its entity': (_, found) => {
    const made = found.find(one => / GET .*\/entities\//.test(one.where) && one.path === 'created_at')
    return found
      .filter(
        one =>
          one.key === 'created_at' &&
          // Questionnaires are of the account, not of an entity.
          !one.where.includes('questionnaire') &&
          typeof one.value === 'string' &&
          typeof made?.value === 'string' &&
          one.value < made.value,
      )
      .map(one => `${place(one)}, the entity's ${String(made?.value)}`)
  },
  'what expires does so in time': expiresInTime,
  'outcomes agree': outcomesAgree,
  'the API shows the state of the event': apiShowsTheState(
    payload => (text(at(payload, 'event_type')).startsWith('response.') ? text(at(payload, 'data.id')) : ''),
    payload => at(payload, 'data.status'),
    body => at(body, 'status'),
  ),
  'a batch does not go back': story => {
    let done = 0
    return payloadsOf(story).flatMap(({ value, where, type }) => {
      const processed = at(value, 'data.processed')
      if (typeof processed !== 'number') return []
      const back = processed < done && type !== 'batch.progress'
      done = processed
      return back ? [`${where}: ${processed} processed`] : []
    })
  },
}

const RESULTS: Record<string, string> = {
  ok: 'PROCESS_RESULT_OK',
  invalid_identity: 'PROCESS_RESULT_INVALID_IDENTITY',
  expired: 'PROCESS_RESULT_EXPIRED',
}

/** A process is about one person, in its documents too. */
const onePerson: Rule = ({ sights }) =>
  sights.flatMap(({ where, value }) => {
    const person = at(value, 'process.person')
    const data = at(value, 'process.services.0.documents.0.doc.data')
    if (!isJsonObject(person) || !isJsonObject(data)) return []
    const name = text(data.nomeCivil) || text(data.name) || `${text(data.nome)} ${text(data.sobrenome)}`
    const number = text(data.cpfNumero) || text(data.cpf) || text(data.numero)
    return [
      ...(name === text(person.friendlyName)
        ? []
        : [`${where}: ${text(person.friendlyName)} shows a document of ${name}`]),
      ...(number === text(person.duiValue)
        ? []
        : [`${where}: ${text(person.duiValue)} shows a document with ${number}`]),
    ]
  })

const processOf = (story: Story, nth: number, id: string) =>
  shownAfter(story, nth, id).flatMap(sight =>
    isJsonObject(at(sight.value, 'process'))
      ? [{ where: sight.where, process: at(sight.value, 'process') as JsonObject }]
      : [],
  )

/** After each event the process is what the event says: result, flow, time of its end, and when it expires. */
const processesAgree: Rule = story =>
  payloadsOf(story).flatMap(({ value, now, type }, i) =>
    processOf(story, i + 1, text(at(value, 'processId'))).flatMap(({ where, process }) => {
      const ended = Date.parse(text(process.finishedAt))
      const expires = Date.parse(text(process.expiresAt))
      const result = text(at(value, 'result'))
      const wrong: [boolean, string][] = [
        [process.state !== 'PROCESS_STATE_FINISHED', `state ${text(process.state)}`],
        [process.result !== RESULTS[result], `${text(process.result)} after ${type}`],
        [process.flow !== at(value, 'flow'), `flow ${text(process.flow)}, in the event ${text(at(value, 'flow'))}`],
        [!(ended <= now), `finishedAt ${text(process.finishedAt)}`],
        [
          result === 'expired' ? expires > ended : expires < ended,
          `${result}, finished ${text(process.finishedAt)}, expires ${text(process.expiresAt)}`,
        ],
      ]
      return wrong.filter(([is]) => is).map(([, what]) => `${where}: ${what}`)
    }),
  )

/** Rules of Unico. */
export const unico: Readonly<Record<string, Rule>> = {
  'ids are uuids': shaped(
    /^(processId|id|authenticationId|referenceProcessId)$/,
    /^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ),
  'one process': steady('id', ({ key, where }) => (key === 'processId' && isEvent({ where }) ? key : undefined)),
  'one person': onePerson,
  'the person stays': steady('value', ({ key, path }) =>
    /process\.person\.(duiValue|friendlyName|email|phone)$/.test(path) ? key : undefined,
  ),
  'what was created stays so': steady('value', ({ path, key }) => (path === 'process.createdAt' ? key : undefined)),
  'the process agrees with the event': processesAgree,
}

/** Rules of the Standard Webhooks provider. */
export const standard: Readonly<Record<string, Rule>> = {
  'events are in order': eventsInOrder('timestamp'),
}
