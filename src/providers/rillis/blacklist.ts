// An account's blacklist: its records and settings, kept in the ledger as one subject of the account.
import type { JsonObject } from '../../core/json.js'
import type { ProviderPort } from '../../provider/port.js'
import { LEAST_SCORE } from './screening-settings.js'
import { BLACKLIST_STATES } from './subjects.js'

/** A blacklisted person, company or wallet; what does not apply is null. Instants in ms. */
export type BlacklistRecord = {
  id: string
  entity_type: 'PERSON' | 'COMPANY' | 'WALLET'
  first_name: string | null
  middle_name: string | null
  last_name: string | null
  birth_date: string | null
  nationality: string | null
  name: string | null
  country: string | null
  document_number: string | null
  wallet: string | null
  network: string | null
  reason: string | null
  status: 'ACTIVE' | 'INACTIVE'
  created_at: number
  updated_at: number
}

/** How matches of an account's blacklist are handled. */
export type BlacklistSettings = {
  enabled: boolean
  minimum_match_percentage: number
  risk_level: 'HIGH' | 'MEDIUM' | 'LOW'
}

/** Records, oldest first, and settings. */
export type Blacklist = { records: BlacklistRecord[]; settings: BlacklistSettings }

/** Most records of one account: every screening compares them all. Assumption: screeningLimits. */
export const MOST_RECORDS = 500

const UNCHANGED: BlacklistSettings = {
  enabled: true,
  minimum_match_percentage: LEAST_SCORE,
  risk_level: 'HIGH',
}

const idOf = (account: string, port: ProviderPort) => port.random('blacklist', account).hex(24)

/** The blacklist of an account; an empty one where it has made none. */
export function blacklistOf(account: string, port: ProviderPort): Blacklist {
  const data = port.subject(idOf(account, port))?.data
  return data === undefined ? { records: [], settings: UNCHANGED } : (data as unknown as Blacklist)
}

/**
 * Changes the blacklist of an account, one change at a time: `change` gets it as it is then, and returns it changed with what the caller
 * wants to know, or undefined to leave it.
 */
export async function changeBlacklist<Result>(
  account: string,
  port: ProviderPort,
  change: (blacklist: Blacklist) => Promise<{ changed?: Blacklist; result: Result }>,
): Promise<Result> {
  const key = `changing the blacklist of ${account}`
  const before = (port.memory.get(key) ?? Promise.resolve()) as Promise<unknown>
  const mine = before.then(async () => {
    const { changed, result } = await change(blacklistOf(account, port))
    if (changed !== undefined)
      await port.putSubject({
        id: idOf(account, port),
        kind: 'blacklist',
        state: BLACKLIST_STATES[changed.settings.enabled ? 0 : 1],
        data: { ...changed } as unknown as JsonObject,
        account,
      })
    return result
  })
  const over = mine.catch(() => undefined)
  port.memory.set(key, over)
  await over
  if (port.memory.get(key) === over) port.memory.delete(key)
  return mine
}
