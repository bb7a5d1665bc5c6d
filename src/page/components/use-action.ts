// Something that a button does over the control API: whether it is under way, and why it failed.
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** The state of an action. */
export interface Action {
  isBusy: boolean
  error: unknown
  /** Does it, unless it is under way. */
  run(work: () => Promise<unknown>): void
}

/** An action of a component. */
export function useAction(): Action {
  const isBusy = useSignal(false)
  const error = useSignal<unknown>(undefined)
  const focused = useRef<Element | null>(null)
  // A button that is disabled while it is busy loses the focus; a dialog that opens meanwhile has to give it back to the button too.
  useLayoutEffect(() => {
    if (isBusy.value) return
    if (document.activeElement === document.body && focused.current instanceof HTMLElement) focused.current.focus()
    focused.current = null
  }, [isBusy.value])
  return {
    isBusy: isBusy.value,
    error: error.value,
    run(work) {
      if (isBusy.peek()) return
      focused.current = document.activeElement
      isBusy.value = true
      error.value = undefined
      work()
        .catch((failure: unknown) => {
          error.value = failure
        })
        .finally(() => {
          isBusy.value = false
        })
    },
  }
}
