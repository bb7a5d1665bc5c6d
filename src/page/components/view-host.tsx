// Shows the view that the address names, loaded when it is first shown.
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { hrefOf } from '../address.js'
import type { View, ViewProps } from '../view.js'
import { ErrorNote } from './error-note.js'

const loaded = new Map<string, ComponentType<ViewProps>>()

/** The component of a view with its part of the address. */
export function ViewHost({ view, ids, query }: ViewProps & { view: View }) {
  const arrived = useSignal(0)
  const failed = useSignal<unknown>(undefined)
  useEffect(() => {
    document.title = `${view.title} · Standin`
    if (loaded.has(view.name)) return
    view.load().then(
      module => {
        loaded.set(view.name, module.default)
        arrived.value++
      },
      (error: unknown) => {
        failed.value = error
      },
    )
  }, [view])
  arrived.value
  const Shown = loaded.get(view.name)
  if (failed.value) return <ErrorNote error={failed.value} />
  if (Shown === undefined) return null
  // Another delivery is another view: nothing of the one before stays.
  return <Shown key={hrefOf(view.name, { ids })} ids={ids} query={query} />
}
