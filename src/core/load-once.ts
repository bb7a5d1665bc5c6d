// Loading something with its first use, for everybody who asks.

/** Loads something once. */
export interface Once<T> {
  /** Gives every caller the same promise; after a failure the next caller loads again. */
  (): Promise<T>
  /** What was loaded; undefined until then. */
  loaded?: T
}

/** A function that loads once. */
export function loadOnce<T>(load: () => Promise<T>): Once<T> {
  let loading: Promise<T> | undefined
  const once: Once<T> = () => {
    loading ??= load().then(
      loaded => {
        once.loaded = loaded
        return loaded
      },
      (error: unknown) => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
  return once
}
