// What is read from a person's identity document: it contains the reason of a rejection, and stays the same document in later events.

import { isoDate } from '../../../core/instant-text.js'
import type { JsonObject } from '../../../core/json.js'
import { withoutAccents } from '../../../provider/fake.js'
import type { Papers, Person } from '../facts.js'
import { ageAt } from '../ids.js'

/** Messages by error code; both are ours. Source of the checks: Flow Step: Identity Verification, list of checks. */
export const CHECKS: Readonly<Record<string, string>> = {
  DOCUMENT_EXPIRED: 'The document has expired.',
  COUNTRY_MISMATCH: 'The country of the document is not accepted.',
  DOCUMENT_TYPE_MISMATCH: 'The document is not of the requested type.',
  NAME_MISMATCH: 'The names on the document do not match those of the user.',
  FORGERY_SUSPECTED: 'The document shows signs of forgery.',
  UNDERAGE: 'The person has not reached the minimum age.',
}

/** Years that an Argentine identity document is valid. */
const DNI_YEARS = 15

/** The same day so many years later; 29 February becomes 1 March. */
function yearsAfter(date: string, years: number): string {
  return isoDate(Date.UTC(Number(date.slice(0, 4)) + years, Number(date.slice(5, 7)) - 1, Number(date.slice(8))))
}

interface Document {
  family_names: string
  document_type: string
  document_number: string
  country: string
  birth_date: string
  issue_date: string
  expiry_date: string
}

/** What a document shows that fails a check: only what the check is about differs. */
function failing(document: Document, check: string, { last_name }: Person, papers: Papers): Document {
  const [father = '', mother = ''] = last_name.split(' ')
  switch (check) {
    case 'DOCUMENT_EXPIRED':
      return { ...document, ...papers.expired }
    case 'UNDERAGE':
      return { ...document, ...papers.minor }
    case 'COUNTRY_MISMATCH':
      return {
        ...document,
        document_type: 'AR-DNI',
        document_number: papers.dni,
        country: 'ARG',
        expiry_date: yearsAfter(document.issue_date, DNI_YEARS),
      }
    case 'DOCUMENT_TYPE_MISMATCH':
      return { ...document, document_type: 'CL-PASS', document_number: papers.passport, country: 'CHL' }
    case 'NAME_MISMATCH':
      // Surnames in the wrong order and without accents.
      return { ...document, family_names: withoutAccents(`${mother} ${father}`) }
    default:
      return document
  }
}

/** The data read from a person's document at an instant (ms); `failed` are the checks that show in it, in the order they were made. */
export function extracted(person: Person, papers: Papers, failed: readonly string[], now: number): JsonObject {
  const own: Document = {
    family_names: person.last_name,
    document_type: 'CL-CI',
    document_number: person.rut,
    country: 'CHL',
    birth_date: person.birth_date,
    issue_date: person.issue_date,
    expiry_date: person.expiry_date,
  }
  const shown = failed.reduce((document, check) => failing(document, check, person, papers), own)
  return {
    given_names: `${person.first_name} ${person.middle_name}`,
    ...shown,
    age: ageAt(shown.birth_date, now),
    is_expired: shown.expiry_date < isoDate(now),
  }
}

/** The pictures taken of a document; a passport has one page of data. */
export function pictures(id: string, { document_type }: JsonObject): JsonObject[] {
  const sides = document_type === 'CL-PASS' ? ['document-front'] : ['document-front', 'document-back']
  return [...sides, 'selfie'].map(name => ({
    name: `${name}.jpg`,
    path: `identities/${id}/${name}.jpg`,
    type: 'image/jpeg',
  }))
}
