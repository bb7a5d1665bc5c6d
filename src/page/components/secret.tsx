// A secret that the API shows: masked until somebody asks to see it.
import { useSignal } from '@preact/signals'
import { CopyButton } from './copy-button.js'

/** A secret with buttons to show and to copy it; `label` names it for the buttons. */
export function Secret({ value, label }: { value: string; label: string }) {
  const isShown = useSignal(false)
  return (
    <span class="row">
      <code class="secret">{isShown.value ? value : '••••••••'}</code>
      <button
        type="button"
        class="quiet"
        aria-pressed={isShown}
        aria-label={`Show ${label}`}
        onClick={() => {
          isShown.value = !isShown.value
        }}
      >
        {isShown.value ? 'Hide' : 'Show'}
      </button>
      <CopyButton text={() => value}>Copy</CopyButton>
    </span>
  )
}
