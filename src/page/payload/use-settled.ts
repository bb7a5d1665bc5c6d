// What is being written, given out after a pause where it is so long that reading it at each letter would be felt.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { after } from '../timing.js'

/** Longer texts, in UTF-16 units, are read after a pause. */
const LONG_TEXT = 100_000

/** How long nobody writes until a long text is read, ms. */
const PAUSE_MS = 400

/** Reading the text at each letter would be felt. */
export const isLong = (text: string) => text.length > LONG_TEXT

/** The value as it is, or where `waits` holds as it was at the last pause. */
export function useSettled<T>(value: T, waits: boolean): T {
  const settled = useSignal(value)
  useEffect(() => {
    if (waits) return after(PAUSE_MS, () => (settled.value = value))
    settled.value = value
    return undefined
  }, [value, waits])
  return waits ? settled.value : value
}
