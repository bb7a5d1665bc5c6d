// One attempt: its exact request and response, its signature, and its request as text to copy.
import { useEffect, useMemo } from 'preact/hooks'
import type { Attempt } from '../../api/attempt.js'
import type { AttemptDetail, DeliveryLife } from '../../api/delivery-life.js'
import { go, hrefOf } from '../address.js'
import { BodyComparison } from '../compare/body-comparison.js'
import { BodyView } from '../components/body-view.js'
import { ErrorNote } from '../components/error-note.js'
import { HeaderTable } from '../components/header-table.js'
import { OutcomeBadge, outcomeText } from '../components/outcome.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'
import { base64Length, bytesText, tookText, utf8Length } from '../components/sizes.js'
import { Time } from '../components/time.js'
import { liveAttempt } from '../state/delivery.js'
import { CopyRequest } from './copy-request.js'
import { SignatureDebugger } from './signature-debugger.js'
import { SignaturePanel } from './signature-panel.js'

function RequestPart({ attempt: { request, faults, ownBody } }: { attempt: AttemptDetail }) {
  const { method, url, headers, body, bodyBase64 } = request
  const bytes = bodyBase64 === null ? utf8Length(body) : base64Length(bodyBase64)
  const isText = bodyBase64 === null || utf8Length(body) === bytes
  const note = [
    ...(bodyBase64 === null ? [] : [`A fault changed these bytes: ${faults.join(', ')}.`]),
    ...(isText
      ? []
      : ['They are not all text: what cannot be read is shown as �. The curl command has the exact bytes.']),
  ].join(' ')
  return (
    <section class="panel stack" aria-label="Request">
      <h3>Request</h3>
      <p class="mono">
        {method} <PlainText text={url} />
      </p>
      <HeaderTable caption="Request headers" headers={headers} />
      <p class="quiet-text">On the wire come host, content-length and connection.</p>
      <BodyView label="Request body" text={body} bytes={bytes} note={note === '' ? undefined : note} />
      {ownBody !== null && (
        <Section title="What the fault changed">
          {() => <BodyComparison level="h4" caption="Left its own, right as sent" left={ownBody} right={body} />}
        </Section>
      )}
    </section>
  )
}

function ResponsePart({ attempt }: { attempt: Attempt }) {
  const { response, outcome, durationMs } = attempt
  const took = durationMs === null ? '' : ` in ${tookText(durationMs)}`
  if (response === null)
    return (
      <section class="panel stack" aria-label="Response">
        <h3>Response</h3>
        <p>
          {outcome === null ? 'None yet: the attempt is in flight.' : `None: ${outcomeText(attempt)}${took}.`}{' '}
          {outcome?.detail && <PlainText text={outcome.detail} />} {outcome?.code && <code>{outcome.code}</code>}
        </p>
      </section>
    )
  const { status, headers, body, bodyBytes } = response
  const stored = utf8Length(body)
  return (
    <section class="panel stack" aria-label="Response">
      <h3>Response</h3>
      <p>
        <OutcomeBadge attempt={attempt} /> {status}
        {took}. {attempt.accepted ? 'The provider counts it as success.' : 'The provider does not count it as success.'}{' '}
        {outcome?.detail && <PlainText text={outcome.detail} />}
      </p>
      <HeaderTable caption="Response headers" headers={headers} />
      <BodyView
        label="Response body"
        text={body}
        bytes={bodyBytes}
        note={stored < bodyBytes ? `Stored are the first ${bytesText(stored)}.` : undefined}
      />
    </section>
  )
}

/** Chooses another attempt to compare with. */
function CompareWith({ life, number }: { life: DeliveryLife; number: number }) {
  const others = life.attempts.filter(attempt => attempt.number !== number)
  if (others.length === 0) return null
  return (
    <label class="inline">
      Compare with
      <select
        value=""
        onChange={event => {
          const other = event.currentTarget.value
          if (other !== '') go(hrefOf('compare', { ids: ['attempts', life.id, String(number), life.id, other] }))
        }}
      >
        <option value="">another attempt …</option>
        {others.map(attempt => (
          <option key={attempt.number} value={attempt.number}>
            attempt {attempt.number}, {outcomeText(attempt)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** One attempt of a delivery. */
export function AttemptPanel({ life, number }: { life: DeliveryLife; number: number }) {
  const { value, failure, follow } = useMemo(() => liveAttempt(life.id, number), [life.id, number])
  useEffect(follow, [follow])
  const attempt = value.value
  return (
    <section class="stack" aria-label={`Attempt ${number}`}>
      <div class="row spread">
        <h2>
          Attempt {number} {attempt && <OutcomeBadge attempt={attempt} />}
        </h2>
        <CompareWith life={life} number={number} />
      </div>
      {attempt === undefined && <ErrorNote error={failure.value} />}
      {attempt && (
        <>
          <p class="quiet-text">
            Started <Time at={attempt.startedAt} today={Date.parse(life.now)} />, signed with the time{' '}
            <Time at={attempt.stampedAt} today={Date.parse(life.now)} />, due because:{' '}
            <PlainText text={attempt.dueReason} />.
          </p>
          <div class="columns">
            <RequestPart attempt={attempt} />
            <ResponsePart attempt={attempt} />
          </div>
          <Section
            title="Signature, step by step"
            isOpen={attempt.outcome?.status === 401 || attempt.outcome?.status === 403}
          >
            {() => <SignaturePanel id={life.id} number={number} />}
          </Section>
          <Section title="Signature debugger">{() => <SignatureDebugger id={life.id} number={number} />}</Section>
          <Section title="Copy as curl, HTTP or test code">
            {() => <CopyRequest id={life.id} number={number} />}
          </Section>
        </>
      )}
    </section>
  )
}
