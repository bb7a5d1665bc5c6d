// What events are about, and its present state.
import type { JsonObject } from './json.js'

/**
 * What events are about, in its present state, which the provider's API shows.
 * @example const subject = await emulator.move('inv_1', 'paid')
 */
export interface Subject {
  /** As the provider spells it on the wire (a process id, a flow instance id). Unique per provider. */
  id: string
  provider: string
  kind: string
  /** Label of the story it belongs to: subjects of one story share ids, names and dates. */
  story: string
  /** One of the kind's states. */
  state: string
  /** What the provider's API shows. For the root kind: the facts of the whole story, as far as something has shown them. */
  data: JsonObject
  account: string | null
  /** Emulator ms. */
  createdAt: number
  /** Emulator ms. */
  updatedAt: number
}

/** How an event or an API call changes a subject: a new one is created, a known one gets `data` merged (top level). */
export interface SubjectChange {
  id: string
  kind: string
  state: string
  data?: JsonObject
  /** Further data of a new subject; ignored for a known one. */
  start?: JsonObject
  /** States of a known subject that the change can follow; an event after another one is sent with a warning. Default: any. */
  after?: readonly string[]
}

/** Something that a subject does by itself at an instant. One per provider, subject and name; setting it again moves it. */
export interface Timer {
  provider: string
  subject: string
  name: string
  /** Emulator time, ms since 1970. */
  at: number
  data: JsonObject
}
