// Asks for the access token, once for each tab.
import { useSignal } from '@preact/signals'
import { enterToken, isTokenWrong } from '../api.js'

/** The form that a server beyond loopback makes necessary. */
export function TokenForm() {
  const text = useSignal('')
  return (
    <main class="narrow" id="main">
      <h1>Access token</h1>
      <p>
        This server requires the token that <code>standin serve</code> printed, or was given as STANDIN_TOKEN.
      </p>
      {isTokenWrong() && <p role="alert">The server did not take that token.</p>}
      <form
        onSubmit={event => {
          event.preventDefault()
          if (text.value.trim() !== '') enterToken(text.value.trim())
        }}
      >
        <label>
          Token
          <input
            type="password"
            autocomplete="off"
            required
            value={text}
            onInput={event => {
              text.value = event.currentTarget.value
            }}
          />
        </label>
        <button type="submit" class="primary">
          Open
        </button>
      </form>
      <p class="quiet-text">It is kept for this tab only, and sent in a header only.</p>
    </main>
  )
}
