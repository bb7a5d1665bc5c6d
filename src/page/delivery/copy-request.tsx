// The request of an attempt as a curl command, raw HTTP or a test, to read and to copy.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RequestText } from '../../api/delivery-life.js'
import { get, segment } from '../api.js'
import { LongText } from '../components/body-view.js'
import { CopyButton } from '../components/copy-button.js'
import { ErrorNote } from '../components/error-note.js'

const FORMS = [
  { as: 'curl', title: 'curl' },
  { as: 'http', title: 'HTTP' },
  { as: 'test', title: 'Test code' },
] as const

/** What is to be known before the text is used. */
function notesOf({ as, masked, exact }: RequestText): string[] {
  const shown = masked.length > 0 ? `Masked here, put yours in: ${masked.join(', ')}.` : undefined
  const fromEnvironment = 'The test reads secrets from the environment: WEBHOOK_SECRET, and SETTING_… for settings.'
  return [
    ...(as === 'test' && masked.length > 0 ? [fromEnvironment] : shown === undefined ? [] : [shown]),
    ...(exact ? [] : ['The body is not text: these are not its exact bytes. The curl command has them.']),
    ...(as === 'test' ? ['It sends the same payload with a fresh signature.'] : []),
  ]
}

/** The texts of one attempt, each asked for when it is chosen. */
export function CopyRequest({ id, number }: { id: string; number: number }) {
  const form = useSignal<RequestText['as']>('curl')
  const text = useSignal<RequestText | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const as = form.value
  useEffect(() => {
    const control = new AbortController()
    failure.value = undefined
    get<RequestText>(`/deliveries/${segment(id)}/attempts/${number}/text`, { as }, control.signal).then(
      got => {
        text.value = got
      },
      (error: unknown) => {
        if (!control.signal.aborted) failure.value = error
      },
    )
    return () => control.abort()
  }, [id, number, as])
  const shown = text.value
  return (
    <div class="stack">
      <div class="row">
        <fieldset class="choice">
          <legend class="visually-hidden">Copy as</legend>
          {FORMS.map(({ as: other, title }) => (
            <button
              key={other}
              type="button"
              aria-pressed={as === other}
              onClick={() => {
                form.value = other
              }}
            >
              {title}
            </button>
          ))}
        </fieldset>
        {shown && (
          <CopyButton text={() => shown.text}>{`Copy ${FORMS.find(one => one.as === shown.as)?.title}`}</CopyButton>
        )}
      </div>
      <ErrorNote error={failure.value} />
      {shown && (
        <>
          {notesOf(shown).map(note => (
            <p key={note} class="quiet-text">
              {note}
            </p>
          ))}
          <LongText key={shown.as} text={shown.text} />
        </>
      )}
    </div>
  )
}
