// An error: what happened, where, and what to do next.
import { ApiError } from '../api.js'

/** An error of the control API, with its hint and the places in the input. */
export function ErrorNote({ error }: { error: unknown }) {
  if (error === undefined || error === null) return null
  const problem = error instanceof ApiError ? error.problem : undefined
  const message = error instanceof Error ? error.message : String(error)
  return (
    <div class="error-note" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      {/* The message of a single one names it already. */}
      {problem?.errors && problem.errors.length > 1 && (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== '' && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {problem?.hint && <p>{problem.hint}</p>}
    </div>
  )
}
