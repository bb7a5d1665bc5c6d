// Kinds of events: a provider, a channel and a type under one small number, which rows keep in place of three texts.
import type { EmulatorEvent } from '../core/event.js'
import type { Database } from './database.js'

/** What the events of a kind have in common; rows keep its number. */
export interface Kind extends Pick<EmulatorEvent, 'provider' | 'channel' | 'type'> {
  n: number
}

/** The kinds of a ledger. They stay when their events are deleted. */
export interface Kinds {
  numbered(n: number): Kind
  /** The number of a kind, which is inserted where it is new: inside a writer. */
  numberOf(kind: Omit<Kind, 'n'>): number
  /** The numbers of the kinds that pass, as a JSON list. */
  which(passes: (kind: Kind) => boolean): string
  /** Rows were rolled back: what is cached of them may be wrong. */
  forget(): void
}

/** Each kind is read once, when the first is needed. */
export function keepKinds(db: Database): Kinds {
  const all = db.prepare<[], Kind>('SELECT n, provider, channel, type FROM kinds ORDER BY n')
  const insert = db.prepare<[provider: string, channel: string, type: string]>(
    'INSERT INTO kinds (provider, channel, type) VALUES (?, ?, ?)',
  )
  let cached: Kind[] | undefined
  let byType = new Map<string, Kind[]>()

  const add = (kind: Kind): void => {
    const ofType = byType.get(kind.type)
    if (ofType === undefined) byType.set(kind.type, [kind])
    else ofType.push(kind)
  }

  const kinds = (): Kind[] => {
    if (cached !== undefined) return cached
    cached = all.all()
    byType = new Map()
    cached.forEach(add)
    return cached
  }

  return {
    numbered: n => {
      // None is ever deleted, so that they are numbered from 1 on.
      const kind = kinds()[n - 1]
      if (kind === undefined) throw new Error(`The ledger has no kind ${n} of events.`)
      return kind
    },
    numberOf: ({ provider, channel, type }) => {
      const known = kinds()
      const found = byType.get(type)?.find(kind => kind.channel === channel && kind.provider === provider)
      if (found !== undefined) return found.n
      const kind = { n: Number(insert.run(provider, channel, type).lastInsertRowid), provider, channel, type }
      known.push(kind)
      add(kind)
      return kind.n
    },
    which: passes =>
      JSON.stringify(
        kinds()
          .filter(passes)
          .map(({ n }) => n),
      ),
    forget: () => {
      cached = undefined
    },
  }
}
