// A button that copies a text, and says that it did.
import { useSignal } from '@preact/signals'
import { after } from '../timing.js'

/** How long it says so, real ms. */
const SAID_MS = 2000

/** Copies what `text` returns when it is pressed. `children` is the label. */
export function CopyButton({ text, children = 'Copy' }: { text: () => string; children?: string }) {
  const said = useSignal<'copied' | 'failed' | undefined>(undefined)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      said.value = 'copied'
    } catch {
      // Browsers refuse it where the page is not focused, or not on a secure origin.
      said.value = 'failed'
    }
    after(SAID_MS, () => {
      said.value = undefined
    })
  }
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      {children}
      <span class="said" role="status">
        {said.value === 'copied' ? ' ✓ copied' : said.value === 'failed' ? ' ✕ select and copy it by hand' : ''}
      </span>
    </button>
  )
}
