// Why the server refuses to stream, and what can be done: a space that does not exist can be made.
import { useSignal } from '@preact/signals'
import { ApiError, retrySession, serverRequest, spaceName } from '../api.js'
import { refusal } from '../stream.js'
import { ErrorNote } from './error-note.js'

/** The refusal, with a button to make the missing space. */
export function Refusal() {
  const failed = useSignal<unknown>(undefined)
  const { value } = refusal
  if (value === undefined) return null
  const isMissing = value instanceof ApiError && value.problem.code === 'not_found' && spaceName !== null
  const make = async () => {
    try {
      await serverRequest('PUT', `/spaces/${encodeURIComponent(spaceName ?? '')}`)
      retrySession()
    } catch (error) {
      failed.value = error
    }
  }
  return (
    <>
      <ErrorNote error={failed.value ?? value} />
      {isMissing && (
        <p>
          <button type="button" class="primary" onClick={() => void make()}>
            Make the space {spaceName}
          </button>
        </p>
      )}
    </>
  )
}
