// Entities made over the API: the root of a story that no event has begun.

import { micros } from '../../core/instant-text.js'
import type { JsonObject } from '../../core/json.js'
import type { Subject } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { type Facts, facts } from './facts.js'

/** The facts of an entity's story. */
export function factsOf(entity: Subject): Facts {
  return entity.data as Facts
}

/** The entity of a story; undefined where there is none. */
export function entityOf(port: ProviderPort, story: string): Subject | undefined {
  return port.subjects({ kind: 'entity', story }, { limit: 1 })[0]
}

/** The emulator's time as the API writes it, but never before the last event of the story. */
export function timestamp(port: ProviderPort, { last_at: last }: { last_at: string | null }): string {
  const now = micros(port.now(), '+00:00')
  return last !== null && last > now ? last : now
}

/** The name of an entity: a company's trading or legal name, a person's first, middle and last one. Source: Entities (old), name. */
export function nameOf(given: JsonObject): string | undefined {
  const text = (key: string) => (typeof given[key] === 'string' ? given[key].trim() : '')
  const company = text('trading_name') || text('legal_name')
  const person = ['first_name', 'middle_name', 'last_name'].map(text).filter(part => part !== '')
  return company || person.join(' ') || undefined
}

/** Makes an entity of an account; `given` are the fields of the API. */
export async function createEntity(
  port: ProviderPort,
  account: string | null,
  { entity_type, ...given }: JsonObject,
): Promise<Subject> {
  const fake = await port.fake('entity', await port.count('entity'))
  const name = nameOf(given)
  const made = facts(fake, {
    given: { entity_type: entity_type ?? 'company', ...(name === undefined ? {} : { entity_name: name }) },
    id: undefined,
  })
  const email = typeof given.email === 'string' && given.email !== '' ? given.email : made.entity_email
  const at = timestamp(port, made)
  return port.putSubject({
    id: made.entity_id,
    kind: 'entity',
    state: 'not_screened',
    story: made.entity_id,
    account,
    data: {
      ...made,
      given,
      entity_email: email,
      contact: { ...made.contact, email },
      entity_created_at: at,
      last_at: at,
    },
  })
}

/** Changes the facts of an entity without an event. */
export async function changeFacts(port: ProviderPort, entity: Subject, changed: Partial<Facts>): Promise<Subject> {
  const { id, kind, story, state } = entity
  return port.putSubject({ id, kind, story, state: changed.screening_status ?? state, data: changed })
}
