// Flaws of receivers that act on events: twice, too late, or in the order in which they come.
import type { Json, JsonObject } from '../../../src/core/json.js'
import type { FlawCase } from './flaw-case.js'

export const storyFlaws: FlawCase[] = [
  {
    check: 'idempotency/duplicate',
    flaw: 'never looks whether it knows a message',
    dialect: 'rillis',
    make: () => ({ again: true }),
    follows: ['idempotency/concurrent', 'idempotency/lost-ack'],
  },
  {
    check: 'idempotency/concurrent',
    flaw: 'looks first and acts later',
    dialect: 'unico',
    make: () => ({ racy: true }),
    // On a busy machine it may still be acting when the event whose response was lost comes again.
    options: { except: ['idempotency/lost-ack', 'http/keep-alive', 'http/slow-body'] },
  },
  {
    check: 'idempotency/lost-ack',
    flaw: 'forgets what it did when the connection breaks',
    dialect: 'rillis',
    make: () => ({ forgetful: true }),
    options: { except: ['load', 'http/keep-alive', 'http/slow-body'] },
  },
  {
    check: 'idempotency/same-id-other-body',
    flaw: 'fails with an error where a known id has other content',
    dialect: 'rillis',
    make: () => {
      const seen = new Map<Json | undefined, string>()
      return {
        understand: event => {
          const text = JSON.stringify(event)
          if ((seen.get(event.id) ?? text) !== text) throw new Error('unique constraint')
          seen.set(event.id, text)
        },
      }
    },
  },
  {
    check: 'ordering/reversed',
    flaw: 'lets the last message win',
    dialect: 'kycgenie',
    make: () => ({ stands: () => true }),
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'puts a known event down as the state again',
    dialect: 'rillis',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets an expiry undo a result',
    dialect: 'unico',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/before-response',
    flaw: 'has no state for a subject that it has not made itself',
    dialect: 'kycgenie',
    make: () => ({ onlyKnownSubjects: true }),
    blinds: ['ordering/reversed', 'ordering/late-after-final'],
  },
  {
    check: 'retry/recovers',
    flaw: 'judges the age of the event instead of the signature',
    dialect: 'rillis',
    make: () => ({ understand: tooOld }),
  },
]

function tooOld({ timestamp }: JsonObject): void {
  if (typeof timestamp === 'number' && Date.now() - timestamp > 300_000) throw new Error('too old')
}
