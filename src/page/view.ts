// What a view of the page is, and what it gets.
import type { ComponentType } from 'preact'

/** A view of the page. */
export interface View {
  /** What the address names it: `#/inbox`. */
  name: string
  title: string
  /** False for those that are reached from others only. */
  inNavigation: boolean
  /** Its component is the default export; `ids` are the segments of the address after its name. */
  load(): Promise<{ default: ComponentType<ViewProps> }>
}

/** What a view gets from the address. */
export interface ViewProps {
  ids: readonly string[]
  query: Readonly<Record<string, string>>
}
