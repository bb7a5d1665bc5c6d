// The signature debugger: what a receiver computed, or the secret and the body that it used, against what was sent.
import { useSignal } from '@preact/signals'
import type { SignatureAnswer } from '../../api/signature.js'
import { send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { useAction } from '../components/use-action.js'
import { SignatureHeaders, SignatureSteps, Verdict } from './signature-explanation.js'

/** The question of the form; what is left empty is that of the attempt. */
const question = (id: string, number: number, form: HTMLFormElement) => {
  const data = new FormData(form)
  const given = (name: string) => String(data.get(name) ?? '')
  const [signature, secret, body] = [given('signature').trim(), given('secret'), given('body')]
  return {
    delivery: id,
    attempt: number,
    whole: true,
    ...(signature === '' ? {} : { signature }),
    ...(secret === '' ? {} : { secret }),
    ...(body === '' ? {} : { body }),
  }
}

/** A form for one attempt, and what comes of it. */
export function SignatureDebugger({ id, number }: { id: string; number: number }) {
  const answer = useSignal<SignatureAnswer | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  return (
    <div class="stack">
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault()
          const asked = question(id, number, event.currentTarget)
          answer.value = undefined
          run(async () => {
            answer.value = await send<SignatureAnswer>('POST', '/explain-signature', asked)
          })
        }}
      >
        <p class="quiet-text">Say what your receiver has; what you leave empty is as it was sent.</p>
        <label>
          The signature your receiver computed
          <input name="signature" class="mono" autocomplete="off" spellcheck={false} />
        </label>
        <label>
          The secret your receiver uses
          <input name="secret" type="password" autocomplete="off" />
        </label>
        <label>
          The body your receiver read
          <textarea name="body" class="mono" rows={3} spellcheck={false} />
        </label>
        <div class="row">
          <button type="submit" class="primary" disabled={isBusy}>
            Explain
          </button>
        </div>
      </form>
      <div role="status" class="stack">
        <ErrorNote error={error} />
        {answer.value && <Verdict answer={answer.value} />}
      </div>
      {answer.value && (
        <>
          <SignatureHeaders expected={answer.value.expected} received={answer.value.received} />
          <details>
            <summary>
              How <PlainText text={answer.value.provider} /> computes it from what you gave
            </summary>
            <SignatureSteps steps={answer.value.steps} />
          </details>
        </>
      )}
    </div>
  )
}
