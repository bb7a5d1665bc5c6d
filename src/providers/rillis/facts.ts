// The facts of a story: the people, the company, the transaction and the ids that all its events share.
import type { Faker } from '@faker-js/faker'
import { isoDate } from '../../core/instant-text.js'
import type { JsonObject } from '../../core/json.js'
import type { Settings } from '../../provider/channel.js'
import { hexText } from '../../provider/fake.js'
import type { LateFacts } from '../../provider/provider.js'
import * as chile from './chile.js'
import { argentineDni, idAt, isObjectId, passportNumber, rut, yearsBefore } from './ids.js'

/** The flow id used when no flow is named. Source: Flow, "Example Webhook Payloads". */
const DOCUMENTED_FLOW = '67a3af4ca59af345d61f4f9c'
const MINUTE_MS = 60_000

/** A person, with the values of form and identity document; dates are `YYYY-MM-DD`. */
export type Person = {
  first_name: string
  middle_name: string
  last_name: string
  rut: string
  birth_date: string
  issue_date: string
  expiry_date: string
  email: string
  address: string
  apartment: string
  city: string
  province: string
  postal_code: string
}

/** A Chilean company. */
export type Company = {
  name: string
  nif: string
  city: string
  email: string
  phone: string
  website: string
  date_of_incorporation: string
  legal_address: string
  income: number
  total_assets: number
  source_of_funds: string
  /** Percentage held by the shareholder whose identity is verified with the form. */
  shares: number
}

/** What a person's documents show where a check fails, and the numbers of other documents; dates are `YYYY-MM-DD`. */
export type Papers = {
  /** Chilean passport. */
  passport: string
  /** Argentine identity document. */
  dni: string
  expired: { issue_date: string; expiry_date: string }
  minor: { birth_date: string; issue_date: string; expiry_date: string }
}

/** A transaction's own values, from its submission on; instants in ms, null until they are known. */
export type TransactionFacts = {
  id: string
  external_transaction_id: string
  request_at: number
  transaction_type: string
  sending_dollar_amount: number | null
  asset: string | null
  sending_amount: number
  sending_currency: string
  network: string | null
  sending_wallet: string | null
  receiving_amount: number
  receiving_currency: string | null
  receiving_wallet: string | null
  analyzed_at: number | null
  /** The newest event's payload, once there is one. */
  sent?: JsonObject
}

/** What a story begins with. */
type Begun = Omit<Facts, keyof typeof lateFacts>

/** What all events of a story share; also the data of its flow instance. */
export type Facts = {
  flow_instance_id: string
  flow_id: string
  user_id: string
  company_onboarding_id: string
  identity_id: string
  /** Identity verification of the shareholder, which belongs to the company's form. */
  shareholder_identity_id: string
  person: Person
  shareholder: Person
  company: Company
  transaction: TransactionFacts
  /** A person's form is an onboarding of its own: the examples of Onboarding Individual and Onboarding Organizations share flow and user, not the id. */
  individual_onboarding_id: string
  papers: Papers
  shareholder_papers: Papers
  /** Checks that an identity verification has failed and that still show in its document, by its id. */
  failed?: Record<string, string[]>
  /** The flow's status, once an event has reported one. */
  status?: string
}

/** The father's and the mother's surname, always different. */
function surnames(fake: Faker): [string, string] {
  const all = chile.SURNAMES
  const first = fake.number.int({ max: all.length - 1 })
  const second = (first + fake.number.int({ min: 1, max: all.length - 1 })) % all.length
  return [all[first] ?? '', all[second] ?? '']
}

function person(fake: Faker, now: number): Person {
  const pick = fake.helpers.arrayElement
  const [city, province, postal_code] = pick(chile.CITIES)
  const given = pick(chile.GIVEN_NAMES)
  const first_name = pick(given.first)
  const [last_name, mother] = surnames(fake)
  const issued = yearsBefore(now, fake.number.float({ min: 0.5, max: 7 }))
  return {
    first_name,
    middle_name: pick(given.middle),
    last_name: `${last_name} ${mother}`,
    rut: rut(fake.number.int({ min: 7_000_000, max: 19_999_999 })),
    birth_date: isoDate(yearsBefore(now, fake.number.float({ min: 24, max: 66 }))),
    issue_date: isoDate(issued),
    expiry_date: isoDate(yearsBefore(issued, -10)),
    email: `${chile.ascii(first_name)}.${chile.ascii(last_name)}@correo.example`,
    address: `${pick(chile.STREETS)} ${fake.number.int({ min: 101, max: 4999 })}`,
    apartment: `Depto. ${fake.number.int({ min: 11, max: 1904 })}`,
    city,
    province,
    postal_code,
  }
}

function papers(fake: Faker, now: number, { birth_date }: Person): Papers {
  const expired = yearsBefore(now, fake.number.float({ min: 0.1, max: 2.9 }))
  const issued = yearsBefore(now, fake.number.float({ min: 0.2, max: 3 }))
  return {
    passport: passportNumber(fake),
    dni: argentineDni(Number(birth_date.slice(0, 4)), fake.number.int({ max: 700_000 })),
    expired: { issue_date: isoDate(yearsBefore(expired, 10)), expiry_date: isoDate(expired) },
    minor: {
      birth_date: isoDate(yearsBefore(now, fake.number.float({ min: 13.1, max: 17.4 }))),
      issue_date: isoDate(issued),
      expiry_date: isoDate(yearsBefore(issued, -5)),
    },
  }
}

function company(fake: Faker, now: number): Company {
  const pick = fake.helpers.arrayElement
  const [city] = pick(chile.CITIES)
  const place = pick(chile.PLACES)
  const business = pick(chile.BUSINESSES)
  const domain = `${chile.ascii(business)}-${chile.ascii(place)}.example`
  const income = fake.number.int({ min: 40, max: 4_000 }) * 1_000_000
  return {
    name: `${business} ${place} ${pick(chile.LEGAL_FORMS)}`,
    nif: rut(fake.number.int({ min: 76_000_000, max: 77_999_999 })),
    city,
    email: `contacto@${domain}`,
    phone: `+562${fake.number.int({ min: 21_000_000, max: 29_999_999 })}`,
    website: `https://www.${domain}`,
    date_of_incorporation: isoDate(yearsBefore(now, fake.number.float({ min: 1, max: 22 }))),
    legal_address: `${pick(chile.STREETS)} ${fake.number.int({ min: 101, max: 4999 })}, ${city}`,
    income,
    total_assets: income * fake.number.int({ min: 2, max: 9 }),
    source_of_funds: pick(chile.COMPANY_FUNDS),
    shares: fake.number.int({ min: 25, max: 90 }),
  }
}

function transaction(fake: Faker, requested: number): TransactionFacts {
  const crypto = fake.datatype.boolean()
  const usd = fake.number.int({ min: 2_000, max: 900_000 }) / 100
  const whole = fake.number.int({ min: 900, max: 980 })
  const asset = crypto ? fake.helpers.arrayElement(['USDT', 'USDC']) : null
  return {
    id: idAt(fake, requested),
    external_transaction_id: `TX-${isoDate(requested).replaceAll('-', '')}-${fake.number.int({ min: 100_000_000_000, max: 999_999_999_999 })}`,
    request_at: requested,
    transaction_type: crypto ? 'CRYPTO' : 'FIAT',
    sending_dollar_amount: usd,
    asset,
    sending_amount: crypto ? usd : Math.round(usd * whole),
    sending_currency: asset ?? 'CLP',
    network: crypto ? 'Binance_Smart_Chain' : null,
    sending_wallet: crypto ? `0x${hexText(fake, 40)}` : null,
    receiving_amount: usd,
    receiving_currency: crypto ? null : 'USD',
    receiving_wallet: crypto ? `0x${hexText(fake, 40)}` : null,
    analyzed_at: null,
  }
}

/**
 * A new story's facts at `now` (ms). The user's id is older than the flow instance's, which is older than those of its steps; `flow_id` is
 * the provider-wide setting `flow` if that is an id, otherwise the id of the documented examples.
 */
export function facts(
  fake: Faker,
  { now, settings, given, id }: { now: number; settings: Settings; given: JsonObject; id: string | undefined },
): JsonObject {
  const started = now - fake.number.int({ min: 2 * MINUTE_MS, max: 20 * MINUTE_MS })
  const { flow } = settings
  const generated: Begun = {
    flow_instance_id: id ?? idAt(fake, started),
    flow_id: typeof flow === 'string' && isObjectId(flow) ? flow : DOCUMENTED_FLOW,
    user_id: idAt(fake, started - fake.number.int({ min: 5 * MINUTE_MS, max: 40_000 * MINUTE_MS })),
    company_onboarding_id: idAt(fake, now - MINUTE_MS),
    identity_id: idAt(fake, now - MINUTE_MS / 2),
    shareholder_identity_id: idAt(fake, now - MINUTE_MS / 3),
    individual_onboarding_id: idAt(fake, now - MINUTE_MS),
  }
  return { ...generated, ...given }
}

/** The people, the company and the transaction of a story. */
export const lateFacts = {
  person: (fake, { now }) => person(fake, now),
  shareholder: (fake, { now }) => person(fake, now),
  company: (fake, { now }) => company(fake, now),
  transaction: (fake, { now }) => transaction(fake, now - fake.number.int({ min: 1_000, max: MINUTE_MS })),
  papers: (fake, { now, facts }) => papers(fake, now, (facts as Facts).person),
  shareholder_papers: (fake, { now, facts }) => papers(fake, now, (facts as Facts).shareholder),
} satisfies LateFacts
