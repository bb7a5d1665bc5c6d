// A JSON value as a tree that folds, with every text shown as text.
import { useSignal } from '@preact/signals'
import type { Json } from '../../core/json.js'
import { PlainText } from './plain-text.js'

const isBranch = (value: Json): value is Json[] | { [key: string]: Json } => typeof value === 'object' && value !== null

const sizeOf = (value: Json[] | { [key: string]: Json }) =>
  Array.isArray(value)
    ? `${value.length} ${value.length === 1 ? 'item' : 'items'}`
    : `${Object.keys(value).length} ${Object.keys(value).length === 1 ? 'member' : 'members'}`

/** Members of one level that are shown at once: more would freeze the page. */
const MOST_SHOWN = 200

/** Characters of one value that are shown; the raw text has all. */
const LONGEST_SHOWN = 2000

function Leaf({ name, value }: { name: string | undefined; value: Json }) {
  const text = JSON.stringify(value)
  const more = text.length - LONGEST_SHOWN
  return (
    <div class="json-leaf">
      {name !== undefined && (
        <span class="json-key">
          <PlainText text={name} />:{' '}
        </span>
      )}
      <span class={`json-${value === null ? 'null' : typeof value}`}>
        <PlainText text={text.slice(0, LONGEST_SHOWN)} />
      </span>
      {more > 0 && <span class="quiet-text">… {more.toLocaleString('en')} more characters</span>}
    </div>
  )
}

/** A JSON value; levels below `open` are folded, and made when they are first opened. */
export function JsonTree({ value, name, open = 3 }: { value: Json; name?: string | undefined; open?: number }) {
  const isOpen = useSignal(open > 0)
  if (!isBranch(value)) return <Leaf name={name} value={value} />
  const members: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(value)
  if (members.length === 0) return <Leaf name={name} value={value} />
  return (
    <details
      class="json"
      open={isOpen.value}
      onToggle={event => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>
        {name !== undefined && (
          <span class="json-key">
            <PlainText text={name} />{' '}
          </span>
        )}
        <span class="quiet-text">{sizeOf(value)}</span>
      </summary>
      {isOpen.value &&
        members
          .slice(0, MOST_SHOWN)
          .map(([key, item]) => <JsonTree key={key} name={key} value={item} open={open - 1} />)}
      {isOpen.value && members.length > MOST_SHOWN && <p class="quiet-text">… {members.length - MOST_SHOWN} more</p>}
    </details>
  )
}
