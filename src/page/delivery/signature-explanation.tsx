// An explained signature: whether it is valid, the likely causes of a mismatch with their fixes, and how it is computed step by step.
import type { ComputedSignature, SignatureAnswer } from '../../api/signature.js'
import { Badge } from '../components/badge.js'
import { LongText } from '../components/body-view.js'
import { CopyButton } from '../components/copy-button.js'
import { PlainText } from '../components/plain-text.js'
import { bytesText } from '../components/sizes.js'

/** What fixes each cause that the summary names, and what is equally likely. */
function Causes({ causes, alternatives }: Pick<ComputedSignature, 'causes' | 'alternatives'>) {
  return (
    <>
      {causes.length > 0 && (
        <ul class="causes">
          {causes.map(({ id, fix }) => (
            <li key={id}>
              <strong>Fix:</strong> <PlainText text={fix} />
            </li>
          ))}
        </ul>
      )}
      {alternatives.map(other => (
        <p key={other.map(({ id }) => id).join()}>
          Equally likely: <PlainText text={other.map(({ sentence }) => sentence).join(' ')} />
        </p>
      ))}
    </>
  )
}

/** The steps from the body to the header; keys are named, never shown. */
export function SignatureSteps({ steps }: Pick<SignatureAnswer, 'steps'>) {
  return (
    <ol class="steps">
      {steps.map(({ name, about, bytes, value }) => (
        <li key={`${name} ${about}`}>
          <div class="row">
            <strong>{name}</strong>
            <span>
              <PlainText text={about} />
            </span>
            <span class="quiet-text">{bytesText(bytes)}</span>
            {name !== 'key' && <CopyButton text={() => value}>{`Copy ${name}`}</CopyButton>}
          </div>
          <LongText text={value} />
        </li>
      ))}
    </ol>
  )
}

/** The headers as they should be, and those that came where they differ. */
export function SignatureHeaders({ expected, received }: Pick<SignatureAnswer, 'expected' | 'received'>) {
  return (
    <ul class="expected-headers">
      {expected.map(({ name, value }, i) => {
        const came = received[i]?.value ?? null
        const isSame = came === value
        return (
          <li key={name}>
            <strong>{name}</strong> {isSame ? <Badge tone="good">same</Badge> : <Badge tone="bad">differs</Badge>}
            <div class="mono">
              expected <PlainText text={value ?? ''} />
            </div>
            {!isSame && <div class="mono">received {came === null ? 'nothing' : <PlainText text={came} />}</div>}
          </li>
        )
      })}
    </ul>
  )
}

/** Verdict, causes and remarks. */
export function Verdict({ answer }: { answer: SignatureAnswer }) {
  const { verdict, summary, causes, alternatives, notes, computed } = answer
  return (
    <div class="stack">
      <p>
        <Badge tone={verdict === 'valid' ? 'good' : 'bad'}>{verdict}</Badge> <PlainText text={summary} />
      </p>
      <Causes causes={causes} alternatives={alternatives} />
      {computed && (
        <div class="panel stack">
          <p>
            The receiver's response shows <code>{computed.value}</code>. If that is the signature it computed:{' '}
            <PlainText text={computed.summary} />
          </p>
          <Causes causes={computed.causes} alternatives={computed.alternatives} />
        </div>
      )}
      {notes.map(note => (
        <p key={note}>
          <PlainText text={note} />
        </p>
      ))}
    </div>
  )
}
