// Something that a button does over the control API: whether it is under way, and why it failed.
import { useSignal } from '@preact/signals'

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
  return {
    isBusy: isBusy.value,
    error: error.value,
    run(work) {
      if (isBusy.peek()) return
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
