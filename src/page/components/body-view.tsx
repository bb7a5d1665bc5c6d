// A body: raw, and as a tree where it is JSON.
import { useSignal } from '@preact/signals'
import type { Json } from '../../core/json.js'
import { CopyButton } from './copy-button.js'
import { JsonTree } from './json-tree.js'
import { PlainText } from './plain-text.js'
import { bytesText } from './sizes.js'

/** Characters that are shown at once: more make the page slow, and what follows hard to find on a small screen. */
const SHOWN = 10_000

function jsonOf(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** A text, of a long one its beginning until the rest is asked for. */
export function LongText({ text }: { text: string }) {
  const isWhole = useSignal(text.length <= SHOWN)
  return (
    <>
      <pre class="body-text">
        <PlainText text={isWhole.value ? text : text.slice(0, SHOWN)} />
      </pre>
      {!isWhole.value && (
        <button
          type="button"
          onClick={() => {
            isWhole.value = true
          }}
        >
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  )
}

/** A body of `bytes` bytes; of one that is stored in part, `text` is its beginning. */
export function BodyView({
  label,
  text,
  bytes,
  note,
}: {
  label: string
  text: string
  bytes: number
  note?: string | undefined
}) {
  const json = jsonOf(text)
  const isRaw = useSignal(json === undefined)
  const show = (raw: boolean) => {
    isRaw.value = raw
  }
  if (bytes === 0) return <p class="quiet-text">{label}: empty.</p>
  return (
    <div class="stack body-view">
      <div class="row spread">
        <p>
          <strong>{label}</strong> <span class="quiet-text">{bytesText(bytes)}</span>
        </p>
        <div class="row">
          {json !== undefined && (
            <fieldset class="choice">
              <legend class="visually-hidden">{label} shown as</legend>
              <button type="button" aria-pressed={!isRaw.value} onClick={() => show(false)}>
                Tree
              </button>
              <button type="button" aria-pressed={isRaw.value} onClick={() => show(true)}>
                Raw
              </button>
            </fieldset>
          )}
          <CopyButton text={() => text} />
        </div>
      </div>
      {note !== undefined && <p class="quiet-text">{note}</p>}
      {json === undefined || isRaw.value ? (
        <LongText text={text} />
      ) : (
        <div class="panel">
          <JsonTree value={json.value} />
        </div>
      )}
    </div>
  )
}
