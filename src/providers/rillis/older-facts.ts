// Facts of stories that an earlier version stored: one onboarding id for both forms, and no further documents.

import { isoDate } from '../../core/instant-text.js'
import type { JsonObject } from '../../core/json.js'
import { stream } from '../../core/seed.js'
import type { Facts, Papers, Person } from './facts.js'
import { argentineDni, yearsBefore } from './ids.js'

/** Documents that belong to a person's own, the same at every call. */
function papersOf({ rut, birth_date, issue_date }: Person): Papers {
  const digits = stream(rut, 'documents')
  const issued = Date.parse(issue_date)
  return {
    passport: `P${digits.text(8, '123456789')}`,
    dni: argentineDni(Number(birth_date.slice(0, 4)), digits.int(700_000)),
    expired: { issue_date: isoDate(yearsBefore(issued, 10.5)), expiry_date: isoDate(yearsBefore(issued, 0.5)) },
    minor: {
      birth_date: isoDate(yearsBefore(issued, 10)),
      issue_date,
      expiry_date: isoDate(yearsBefore(issued, -5)),
    },
  }
}

/** A story's facts, complete whichever version stored them. */
export function completeFacts(stored: JsonObject): Facts {
  const facts = stored as Facts
  if (stored.onboarding_id === undefined) return facts
  const first = String(stored.onboarding_id)
  return {
    ...facts,
    company_onboarding_id: first,
    individual_onboarding_id: first.slice(0, 8) + stream(first, 'individual').hex(16),
    papers: papersOf(facts.person),
    shareholder_papers: papersOf(facts.shareholder),
  }
}
