// A field of a form: its label, its control, what it is for, and what is wrong with it.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { PlainText } from '../components/plain-text.js'

/** What a control needs to belong to its field. */
export interface FieldProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': 'true' | undefined
}

/** A field; `children` makes its control. `messages` say what is wrong with its value. */
export function Field({
  label,
  help,
  messages = [],
  children,
}: {
  label: ComponentChildren
  help?: ComponentChildren
  messages?: readonly string[]
  children: (props: FieldProps) => ComponentChildren
}) {
  const id = useId()
  const helpId = help === undefined ? undefined : `${id}-help`
  const wrongId = messages.length === 0 ? undefined : `${id}-wrong`
  const describedBy = [helpId, wrongId].filter(one => one !== undefined).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': wrongId === undefined ? undefined : 'true',
      })}
      {wrongId !== undefined && (
        <p id={wrongId} class="field-wrong">
          {messages.map(message => (
            <span key={message}>
              ✕ <PlainText text={message} />
            </span>
          ))}
        </p>
      )}
      {helpId !== undefined && (
        <p id={helpId} class="quiet-text">
          {help}
        </p>
      )}
    </div>
  )
}
