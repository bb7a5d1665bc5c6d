// Loading something with its first use, for everybody who asks.

/** A function that loads once and gives every caller the same promise; after a failure the next caller loads again. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
