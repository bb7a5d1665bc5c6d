// Writes of the emulator's state besides deliveries: subscriptions, subjects, timers, counters, settings.
import { EmulatorError } from '../core/errors.js'
import type { LedgerRows } from '../core/ledger.js'
import type { Counters } from './counters.js'
import type { Database, Value } from './database.js'
import { subscriptionValues } from './rows.js'
import type { SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

/** The writes of everything but deliveries. */
export type StateWrites = Pick<
  LedgerRows,
  | 'insertSubscription'
  | 'updateSubscription'
  | 'removeSubscription'
  | 'putSubject'
  | 'setTimer'
  | 'removeTimer'
  | 'count'
  | 'countInStory'
  | 'setMeta'
  | 'setProviderSettings'
  | 'rememberIdempotency'
>

/** Prepares the statements. */
export function writeState(
  db: Database,
  tallies: Tallies,
  counters: Pick<Counters, 'raise'>,
  index: Pick<SubjectIndex, 'find' | 'addSubject'>,
): StateWrites {
  const insertSubscription = db.prepare<Value[]>(
    `INSERT INTO subscriptions (id, provider, channel, url, event_types, active, secret, previous_secret, settings, notes,
      account, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const updateSubscription = db.prepare<Value[]>(
    `UPDATE subscriptions SET provider = ?, channel = ?, url = ?, event_types = ?, active = ?, secret = ?,
      previous_secret = ?, settings = ?, notes = ?, account = ?, created_at = ?, updated_at = ? WHERE id = ?`,
  )
  const removeSubscription = db.prepare<[string]>('DELETE FROM subscriptions WHERE id = ?')
  const updateSubject = db.prepare<Value[]>(
    `UPDATE subjects SET kind = ?, story = ?, state = ?, account = ?, created_at = ?, updated_at = ?, data = ?
      WHERE n = ?`,
  )
  const insertSubject = db.prepare<Value[]>(
    `INSERT INTO subjects (kind, story, state, account, created_at, updated_at, data, id, provider)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const setTimer = db.prepare<Value[]>(
    `INSERT INTO timers (provider, subject, name, at, data) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (provider, subject, name) DO UPDATE SET at = excluded.at, data = excluded.data`,
  )
  const removeTimers = db.prepare<[string, string]>('DELETE FROM timers WHERE provider = ? AND subject = ?')
  const removeTimer = db.prepare<[string, string, string]>(
    'DELETE FROM timers WHERE provider = ? AND subject = ? AND name = ?',
  )
  const countInStory = db.prepare<[string, string, string], { value: number }>(
    `INSERT INTO story_counters VALUES (?, ?, ?, 1)
      ON CONFLICT (provider, story, type) DO UPDATE SET value = value + 1 RETURNING value`,
  )
  const setMeta = db.prepare<[string, string]>('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const setProviderSettings = db.prepare<[string, string]>('INSERT OR REPLACE INTO provider_settings VALUES (?, ?)')
  const rememberIdempotency = db.prepare<[string, string, string]>('INSERT INTO idempotency VALUES (?, ?, ?)')

  /** Keeps the URL by which a subscription's deliveries are found, also after it is removed. */
  const noteUrl = (id: string, url: string): void => {
    tallies.changeLane(tallies.openLane(id).n).url = url
  }

  return {
    insertSubscription: subscription => {
      insertSubscription.run(subscription.id, ...subscriptionValues(subscription))
      noteUrl(subscription.id, subscription.url)
    },
    updateSubscription: subscription => {
      const { changes } = updateSubscription.run(...subscriptionValues(subscription), subscription.id)
      // It was removed beside this write.
      if (changes === 0)
        throw new EmulatorError(`There is no subscription ${subscription.id}.`, {
          code: 'not_found',
          hint: 'It may have just been deleted.',
        })
      noteUrl(subscription.id, subscription.url)
    },
    removeSubscription: id => {
      removeSubscription.run(id)
    },
    putSubject: (
      { id, provider, kind, story, state, account, createdAt, updatedAt, data },
      text = JSON.stringify(data),
    ) => {
      const values = [kind, story, state, account, createdAt, updatedAt, text]
      const n = index.find(provider, id)
      if (n === undefined)
        index.addSubject(provider, id, Number(insertSubject.run(...values, id, provider).lastInsertRowid))
      else updateSubject.run(...values, n)
    },
    setTimer: ({ provider, subject, name, at, data }) => {
      setTimer.run(provider, subject, name, at, JSON.stringify(data))
    },
    removeTimer: (provider, subject, name) => {
      if (name === undefined) removeTimers.run(provider, subject)
      else removeTimer.run(provider, subject, name)
    },
    count: counters.raise,
    countInStory: (provider, story, type) => {
      const row = countInStory.get(provider, story, type)
      if (row === undefined) throw new Error(`The events of story ${story} could not be counted.`)
      return row.value
    },
    setMeta: (key, value) => {
      setMeta.run(key, value)
    },
    setProviderSettings: (provider, settings) => {
      setProviderSettings.run(provider, JSON.stringify(settings))
    },
    rememberIdempotency: (id, digest, answer) => {
      rememberIdempotency.run(id, digest, JSON.stringify(answer))
    },
  }
}
