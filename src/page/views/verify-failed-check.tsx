// A failed check in full: requirement, what was sent, expected and seen, how to repeat it, and where it is documented.
import { useEffect, useRef } from 'preact/hooks'
import type { Verdict } from '../../api/verification.js'
import type { Json, JsonObject } from '../../core/json.js'
import { BodyView } from '../components/body-view.js'
import { CopyButton } from '../components/copy-button.js'
import { HeaderTable } from '../components/header-table.js'
import { PlainText } from '../components/plain-text.js'
import { base64Length, utf8Length } from '../components/sizes.js'

const objectOf = (value: Json): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

const named = (headers: readonly (readonly [string, string])[]) => headers.map(([name, value]) => ({ name, value }))

function Sent({ sent }: { sent: NonNullable<Verdict['sent']> }) {
  const { method, url, headers, body, bodyBase64, signedString } = objectOf(sent.request)
  const lines = Array.isArray(headers) ? (headers as unknown as [string, string][]) : []
  const { answer } = sent
  return (
    <details>
      <summary>The request and its response</summary>
      <div class="columns">
        <div class="stack">
          <h4>Request</h4>
          <p class="mono">{`${method} ${url}`}</p>
          <HeaderTable caption="Request headers" headers={named(lines)} />
          {typeof bodyBase64 === 'string' ? (
            <BodyView label="Request body, as base64" text={bodyBase64} bytes={base64Length(bodyBase64)} />
          ) : (
            <BodyView label="Request body" text={String(body ?? '')} bytes={utf8Length(String(body ?? ''))} />
          )}
          {typeof signedString === 'string' && (
            <details>
              <summary>The string that the signature covers</summary>
              <pre>{signedString}</pre>
            </details>
          )}
        </div>
        <div class="stack">
          <h4>Response</h4>
          {answer === null ? (
            <p>
              None: {sent.outcome.kind.replace('_', ' ')}
              {sent.outcome.detail ? `. ${sent.outcome.detail}` : ''}
            </p>
          ) : (
            <>
              <p class="mono">{answer.status}</p>
              <HeaderTable caption="Response headers" headers={named(answer.headers)} />
              <BodyView label="Response body" text={answer.body} bytes={answer.bodyBytes} />
            </>
          )}
        </div>
      </div>
    </details>
  )
}

function Signature({ signature }: { signature: NonNullable<Verdict['signature']> }) {
  const { steps, computed } = signature
  return (
    <details>
      <summary>How the signature is made</summary>
      <ol class="signature-steps">
        {steps.map(({ name, about, value }) => (
          <li key={name}>
            <strong>{name}</strong>: {about}
            <pre>{value}</pre>
          </li>
        ))}
      </ol>
      {computed && (
        <div class="stack">
          <p>
            The response shows{' '}
            <code>
              <PlainText text={computed.value} />
            </code>
            . {computed.summary}
          </p>
          <ul>
            {computed.causes.map(({ id, sentence, fix }) => (
              <li key={id}>
                {sentence} {fix}
              </li>
            ))}
          </ul>
        </div>
      )}
    </details>
  )
}

function Command({ title, text }: { title: string; text: string }) {
  return (
    <div class="stack">
      <div class="row spread">
        <span>{title}</span>
        <CopyButton text={() => text}>{`Copy ${title}`}</CopyButton>
      </div>
      <pre>{text}</pre>
    </div>
  )
}

function Lines({ texts }: { texts: readonly string[] }) {
  return (
    <ul class="plain">
      {texts.map(text => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}

/** Where a requirement comes from: the provider's documents, or an assumption. */
function Source({ verdict: { documented, assumption } }: { verdict: Verdict }) {
  if (documented.length > 0) return <Lines texts={documented} />
  if (assumption === null) return <>good practice; the provider's documents say nothing of it</>
  return (
    <>
      the assumption <code>{assumption}</code>: the provider's documents leave it open
    </>
  )
}

/** A failed check. `isCurrent`: the address names it, so it is brought into view. */
export function FailedCheck({ verdict, isCurrent }: { verdict: Verdict; isCurrent: boolean }) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!isCurrent) return
    ref.current?.scrollIntoView({ block: 'start' })
    ref.current?.focus()
  }, [isCurrent])
  const { id, title, expected, seen, sent, signature, again, why } = verdict
  const heading = `failed-${id.replaceAll('/', '-')}`
  return (
    <article ref={ref} class="panel stack failed-check" tabIndex={-1} aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      <dl class="verdict-facts">
        <dt>Check</dt>
        <dd class="mono">{id}</dd>
        <dt>Sent</dt>
        <dd>
          {sent?.what ?? 'several requests'}
          {verdict.requests > 1 && ` (one of ${verdict.requests} requests)`}
        </dd>
        <dt>Expected</dt>
        <dd>{expected}</dd>
        <dt>Seen</dt>
        <dd class="seen">
          <PlainText text={seen ?? ''} />
        </dd>
        <dt>Source</dt>
        <dd>
          <Source verdict={verdict} />
        </dd>
        {why.length > 0 && (
          <>
            <dt>Why</dt>
            <dd>
              <Lines texts={why} />
            </dd>
          </>
        )}
      </dl>
      {sent && <Sent sent={sent} />}
      {signature && <Signature signature={signature} />}
      {again && (
        <details>
          <summary>How to repeat it</summary>
          <div class="stack">
            <Command title="command" text={again.standin} />
            {again.curl !== null && <Command title="curl" text={again.curl} />}
            {/* Stored by an earlier version, it may have none. */}
            {again.script && <Command title="script" text={again.script} />}
            {again.note !== null && <p class="quiet-text">{again.note}</p>}
          </div>
        </details>
      )}
    </article>
  )
}
