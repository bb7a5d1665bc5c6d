// The signature of one attempt, explained step by step when it is opened.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SignatureAnswer } from '../../api/signature.js'
import { ApiError, send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { SignatureHeaders, SignatureSteps, Verdict } from './signature-explanation.js'

/** How the signature of a stored attempt was computed, and what the receiver's response says of it. */
export function SignaturePanel({ id, number }: { id: string; number: number }) {
  const answer = useSignal<SignatureAnswer | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  useEffect(() => {
    let isLeft = false
    send<SignatureAnswer>('POST', '/explain-signature', { delivery: id, attempt: number, whole: true }).then(
      got => {
        if (!isLeft) answer.value = got
      },
      (error: unknown) => {
        if (!isLeft) failure.value = error
      },
    )
    return () => {
      isLeft = true
    }
  }, [id, number])
  if (failure.value instanceof ApiError && failure.value.problem.status === 400)
    // That nothing is signed, or that the secret is gone, is an answer.
    return (
      <p>
        {failure.value.message} {failure.value.problem.hint}
      </p>
    )
  if (failure.value) return <ErrorNote error={failure.value} />
  if (answer.value === undefined) return <p class="quiet-text">Reading …</p>
  const { steps, expected, received } = answer.value
  return (
    <div class="stack">
      <Verdict answer={answer.value} />
      <SignatureHeaders expected={expected} received={received} />
      <SignatureSteps steps={steps} />
    </div>
  )
}
