// Compares what is screened with the made-up watchlists and with the account's blacklist.
// Source of the percentage from 0 to 100 and of several matches for one entity: Blacklist Matching Logic, "Matching Logic".
import type { ProviderPort } from '../../provider/port.js'
import type { BlacklistRecord } from './blacklist.js'
import { LIST_ENTRIES, type ListEntry, type ListName } from './screening-lists.js'
import { companyWordsOf, nameScore, wordsOf } from './screening-names.js'

/** A person or company to be screened; what is not known is null. */
export interface Screened {
  entity_type: 'PERSON' | 'COMPANY'
  name: string | null
  birth_date: string | null
  country: string | null
  document_number: string | null
}

/** An entry of a watchlist that is like the screened entity. */
export type ListMatch = {
  list: ListName
  entry_id: string
  name: string
  matched_name: string
  match_percentage: number
  birth_date: string | null
  country: string
  document_number: string | null
}

/** A record of the blacklist that is like the screened entity or wallet. */
export type BlacklistMatch = {
  blacklist_id: string
  match_percentage: number
  matched_fields: string[]
  reason: string | null
}

/** What is taken off where both sides have another value. */
const OTHER = { birth_date: 25, birth_day: 10, country: 10, network: 10 } as const
const byScore = (a: { match_percentage: number }, b: { match_percentage: number }) =>
  b.match_percentage - a.match_percentage

/** Most blacklist matches of one screening: they are part of what is kept of it. */
const MOST_MATCHES = 50

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

const same = (a: string | null, b: string | null) =>
  a !== null && b !== null && plain(a) !== '' && plain(a) === plain(b)

/** What is taken off for dates of birth: less where the year agrees. */
function dateLoss(a: string | null, b: string | null): number {
  if (a === null || b === null || a === b) return 0
  return a.slice(0, 4) === b.slice(0, 4) ? OTHER.birth_day : OTHER.birth_date
}

const loss = (a: string | null, b: string | null, points: number) =>
  a === null || b === null || same(a, b) ? 0 : points

/** A person's whole name; null without any part. */
export function wholeName(parts: readonly (string | null | undefined)[]): string | null {
  const given = parts.filter(part => part !== null && part !== undefined)
  return given.length > 0 ? given.join(' ') : null
}

function asScreened(record: BlacklistRecord): Screened {
  const { entity_type, birth_date, document_number } = record
  return entity_type === 'PERSON'
    ? {
        entity_type,
        name: wholeName([record.first_name, record.middle_name, record.last_name]),
        birth_date,
        country: record.nationality,
        document_number,
      }
    : { entity_type: 'COMPANY', name: record.name, birth_date: null, country: record.country, document_number }
}

/** A comparison of one screened entity, its words taken apart once: how alike the names are, and the whole percentage. */
function comparison(screened: Screened) {
  const split = screened.entity_type === 'PERSON' ? wordsOf : companyWordsOf
  const words = screened.name === null ? [] : split(screened.name)
  return (other: Omit<Screened, 'name' | 'entity_type'>, name: string | null) => {
    const alike = name === null ? 0 : nameScore(words, split(name))
    if (same(screened.document_number, other.document_number)) return { alike, score: 100 }
    const off = dateLoss(screened.birth_date, other.birth_date) + loss(screened.country, other.country, OTHER.country)
    return { alike, score: Math.max(0, alike - off) }
  }
}

/** The id of a list's entry, which differs between seeds. */
const entryId = (entry: ListEntry, port: ProviderPort) => port.random('watchlist entry', entry.list, entry.name).hex(24)

/** Entries of the watchlists that score at least `least`, the best first. */
export function listMatches(screened: Screened, least: number, port: ProviderPort): ListMatch[] {
  const scoreOf = comparison(screened)
  return LIST_ENTRIES.filter(({ entity_type }) => entity_type === screened.entity_type)
    .map(entry => {
      const scores = [entry.name, ...entry.aliases].map(name => ({ name, score: scoreOf(entry, name).score }))
      const best = scores.reduce((a, b) => (b.score > a.score ? b : a))
      return {
        list: entry.list,
        entry_id: entryId(entry, port),
        name: entry.name,
        matched_name: best.name,
        match_percentage: best.score,
        birth_date: entry.birth_date,
        country: entry.country,
        document_number: entry.document_number,
      }
    })
    .filter(({ match_percentage }) => match_percentage >= least)
    .sort(byScore)
}

/** Active records of persons or companies that score at least `least`, the best 50 first. */
export function blacklistMatches(
  screened: Screened,
  records: readonly BlacklistRecord[],
  least: number,
): BlacklistMatch[] {
  const scoreOf = comparison(screened)
  return records
    .filter(({ status, entity_type }) => status === 'ACTIVE' && entity_type === screened.entity_type)
    .map(record => ({ record, other: asScreened(record) }))
    .map(({ record, other }) => ({ record, other, ...scoreOf(other, other.name) }))
    .filter(({ score }) => score >= least)
    .map(({ record, other, alike, score }) => {
      const isNamed = other.name !== null && alike >= least
      const fields: [string, boolean][] = [
        [other.entity_type === 'PERSON' ? 'first_name, last_name' : 'name', isNamed],
        ['document_number', same(screened.document_number, other.document_number)],
        ['birth_date', same(screened.birth_date, other.birth_date)],
        [other.entity_type === 'PERSON' ? 'nationality' : 'country', same(screened.country, other.country)],
      ]
      return {
        blacklist_id: record.id,
        match_percentage: score,
        matched_fields: fields.flatMap(([names, is]) => (is ? names.split(', ') : [])),
        reason: record.reason,
      }
    })
    .sort(byScore)
    .slice(0, MOST_MATCHES)
}

/** True for one address in two spellings: hexadecimal ones differ in case only by their checksum. */
export function isSameWallet(a: string, b: string): boolean {
  return a === b || (/^0x[0-9a-f]+$/i.test(a) && a.toLowerCase() === b.toLowerCase())
}

/** Active records of this wallet that score at least `least`, at most 50. */
export function walletMatches(
  { wallet, network }: { wallet: string; network: string },
  records: readonly BlacklistRecord[],
  least: number,
): BlacklistMatch[] {
  return records
    .filter(({ status, wallet: own }) => status === 'ACTIVE' && own !== null && isSameWallet(own, wallet))
    .map(record => ({
      blacklist_id: record.id,
      match_percentage: 100 - loss(network, record.network, OTHER.network),
      matched_fields: ['wallet', ...(same(network, record.network) ? ['network'] : [])],
      reason: record.reason,
    }))
    .filter(({ match_percentage }) => match_percentage >= least)
    .sort(byScore)
    .slice(0, MOST_MATCHES)
}
