// What events are about, and what the provider knows of it now.
import type { JsonObject } from './json.js'

export interface Subject {
  /** As the provider spells it on the wire (a process id, a flow instance id). Unique per provider. */
  id: string
  provider: string
  kind: string
  /** Label of the story it belongs to: subjects of one story share ids, names and dates. */
  story: string
  /** One of the kind's states. */
  state: string
  /** What the provider's API shows. Of the root kind: the facts of the whole story. */
  data: JsonObject
  account: string | null
  createdAt: number
  updatedAt: number
}

/** What an event or an API call makes of a subject: made when new, merged into its data (top level) when known. */
export interface SubjectChange {
  id: string
  kind: string
  state: string
  data?: JsonObject
  /** What it has besides when it is new; nothing of it is taken by one that is known. */
  start?: JsonObject
}

/** Something a subject will do by itself at a time. One per provider, subject and name; setting it again moves it. */
export interface Timer {
  provider: string
  subject: string
  name: string
  /** Emulator time, ms. */
  at: number
  data: JsonObject
}
