// The deliveries that the inbox shows, newest first: read from the control API, kept up to date by the journal.
import { signal } from '@preact/signals'
import type { Delivery } from '../../api/delivery.js'
import type { Page } from '../../api/page.js'
import { get } from '../api.js'
import { listen } from '../stream.js'

/** The rows, newest first; undefined until they were read. */
export const rows = signal<readonly Delivery[] | undefined>(undefined)

/** Why they could not be read. */
export const failure = signal<unknown>(undefined)

/** Reads the newest again. */
export async function readInbox(): Promise<void> {
  try {
    const page = await get<Page<Delivery>>('/deliveries', { limit: 100 })
    rows.value = page.items
    failure.value = undefined
  } catch (error) {
    failure.value = error
  }
}

/** Keeps the rows up to date until the returned function is called. */
export function followInbox(): () => void {
  void readInbox()
  return listen({ entries: () => void readInbox(), missed: () => void readInbox() })
}
