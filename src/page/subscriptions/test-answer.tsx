// What a receiver answered to the test call of its provider.
import type { TestCall } from '../../api/subscription.js'
import { BodyView } from '../components/body-view.js'
import { HeaderTable } from '../components/header-table.js'
import { OutcomeBadge } from '../components/outcome.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'

/** The answer, its headers and body on request. */
export function TestAnswer({ call }: { call: TestCall }) {
  const { outcome, accepted, durationMs, request, response } = call
  return (
    <div class="stack">
      <p role="status">
        Test call: <OutcomeBadge attempt={call} /> {accepted ? 'accepted' : 'not accepted'}
        {durationMs !== null && ` after ${Math.round(durationMs)} ms`}.{' '}
        {outcome?.detail !== undefined && <PlainText text={outcome.detail} />}
      </p>
      <Section title="Its request and answer">
        {() => (
          <>
            <HeaderTable caption="Headers of the request" headers={request.headers} />
            {response === null ? (
              <p>There was no answer.</p>
            ) : (
              <>
                <HeaderTable caption="Headers of the answer" headers={response.headers} />
                <BodyView label="Body of the answer" text={response.body} bytes={response.bodyBytes} />
              </>
            )}
          </>
        )}
      </Section>
    </div>
  )
}
