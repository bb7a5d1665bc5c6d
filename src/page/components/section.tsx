// A part of a view that opens and closes; what is inside is made when it is first opened.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

/** A part with a title. `children` is called once it is open. */
export function Section({
  title,
  isOpen = false,
  children,
}: {
  title: string
  isOpen?: boolean
  children: () => ComponentChildren
}) {
  const open = useSignal(isOpen)
  return (
    <details
      class="section panel"
      open={open.value}
      onToggle={event => {
        open.value = event.currentTarget.open
      }}
    >
      <summary>
        <h3>{title}</h3>
      </summary>
      {open.value && <div class="stack">{children()}</div>}
    </details>
  )
}
