// What the receiver did with the events of a run: each accepted one has exactly one effect.
import type { LoadEffects } from '../api/load-report.js'
import type { Clock } from '../core/clock.js'
import { countOf, createSettling } from '../observe/settling.js'
import type { Session } from './session.js'

/** So many events are looked for. */
const MOST_KEYS = 200_000

/** Shortest wait for an effect too many, real ms. */
const QUIET_MS = 1000

/** So many keys are named. */
const MOST_EXAMPLES = 10

/** Remembers which events were accepted, and looks what became of them. */
export interface Effects {
  /** An accepted event; undefined where its request has no key. */
  accepted(key: string | undefined): void
  /** Waits for the effects. Undefined where nothing is observed. */
  judge(): Promise<LoadEffects | null>
}

/** The effects of one run. */
export function createEffects(
  { observe, before }: Pick<Session, 'observe' | 'before'>,
  { clock, settleMs }: { clock: Pick<Clock, 'alarm' | 'monotonic'>; settleMs: number | undefined },
): Effects {
  const keys = new Set<string>()
  let withoutKey = 0
  let beyond = 0

  return {
    accepted(key) {
      if (observe === undefined) return
      if (key === undefined) withoutKey++
      else if (keys.size < MOST_KEYS) keys.add(key)
      else beyond++
    },
    async judge() {
      if (observe === undefined) return null
      const { monotonic, alarm } = clock
      const pause = (ms: number) => new Promise<void>(resolve => void alarm(ms, resolve))
      const settling = createSettling({
        observe,
        settleMs,
        probe: () => Promise.reject(new Error('A load run sends no request to learn from.')),
        pause,
        monotonic,
        lateSince: () => 0,
      })
      const all = [...keys]
      const first = await settling.until(seen => all.every(key => countOf(seen, key) > 0))
      // One too many may take as long as the last one took.
      await pause(settleMs ?? Math.max(QUIET_MS, settling.waited.effectMs))
      const then = 'why' in first ? first : await observe()
      const none = { events: all.length, once: 0, missing: 0, doubled: 0, knownBefore: 0, examples: [] }
      if ('why' in then) return { ...none, unseen: then.why }
      if (withoutKey > 0) return { ...none, unseen: `${withoutKey} events have no idempotency key.` }
      const missing = all.filter(key => countOf(then, key) === 0)
      const doubled = all.filter(key => countOf(then, key) > 1)
      const knownBefore = all.filter(key => countOf(before, key) > 0).length
      const unseen = [
        beyond > 0 && `${beyond} more events were accepted than are looked for (${MOST_KEYS}).`,
        knownBefore > 0 && `${knownBefore} of the events were known before the run: take another seed.`,
      ].filter(one => one !== false)
      return {
        events: all.length,
        once: all.length - missing.length - doubled.length,
        missing: missing.length,
        doubled: doubled.length,
        knownBefore,
        examples: [...missing, ...doubled].slice(0, MOST_EXAMPLES),
        unseen: unseen.length === 0 ? null : unseen.join(' '),
      }
    },
  }
}
