// What the library, the ledger and the JSON of the API must have in common; compiled by types.test.ts and never run.
import type * as api from '../../../src/api/active-fault.js'
import type { Attempt, AttemptSummary } from '../../../src/api/attempt.js'
import type { Counts } from '../../../src/api/clock.js'
import type { Delivery, DeliveryDetail } from '../../../src/api/delivery.js'
import type { Event } from '../../../src/api/event.js'
import type { ExpectationResult } from '../../../src/api/expectation-result.js'
import type { JournalEntry } from '../../../src/api/journal-entry.js'
import type { SignatureExplanation } from '../../../src/api/signature.js'
import type { Subject } from '../../../src/api/subject.js'
import type { Subscription } from '../../../src/api/subscription.js'
import type { TriggerResult } from '../../../src/api/trigger-result.js'
import type { Verdict } from '../../../src/api/verification.js'
import type * as deliveries from '../../../src/core/delivery.js'
import type { EmulatorEvent } from '../../../src/core/event.js'
import type * as expectations from '../../../src/core/expectation.js'
import type { ActiveFault } from '../../../src/core/fault.js'
import type * as journal from '../../../src/core/journal.js'
import type { Answer } from '../../../src/core/outcome.js'
import type * as subjects from '../../../src/core/subject.js'
import type * as subscriptions from '../../../src/core/subscription.js'
import type { Wire } from '../../../src/core/wire.js'
import type * as emulator from '../../../src/emulator/contract.js'
import type { TriggerResult as StoredResult } from '../../../src/provider/port.js'
import type * as signatures from '../../../src/signature-debugger/explain-signature.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <Claim extends true>(): Claim | undefined => undefined

/** Keys whose value is an instant. */
type Instant = `${string}At` | 'until'
/** A stored row as JSON: its instants, ms in the row, are texts. */
type JsonView<Row> = {
  [Key in keyof Row]: Key extends Instant
    ? Exclude<Row[Key], number> | (number extends Row[Key] ? string : never)
    : Row[Key]
}
type Both<A, B> = Same<{ [K in keyof A]: A[K] }, { [K in keyof B]: B[K] }>

/** A row and its JSON have the same keys, but for what is named here. */
export function rows() {
  // Warnings are shown with the detail only; whether its order was checked is internal.
  holds<Both<JsonView<Omit<EmulatorEvent, 'warnings' | 'anyState'>>, Event>>()
  holds<Both<JsonView<subjects.Subject>, Subject>>()
  // The body is shown with the detail only; what the retry policy counts is internal.
  holds<
    Both<JsonView<Omit<deliveries.Delivery, 'attempts' | 'counted' | 'body'>> & { attemptCount: number }, Delivery>
  >()
  holds<Same<keyof DeliveryDetail, keyof Delivery | 'url' | 'body' | 'attempts'>>()
  // An old secret is never shown, only until when it signs.
  holds<
    Both<
      JsonView<Omit<subscriptions.Subscription, 'previousSecret'>> & {
        previousSecretUntil: string | null
        secretGroup: string | null
      },
      Subscription
    >
  >()
  holds<Same<keyof ActiveFault, keyof api.ActiveFault>>()
  holds<Both<JsonView<Omit<ActiveFault, 'fault'>>, Omit<api.ActiveFault, 'fault'>>>()
  holds<Both<emulator.Counts & { now: string }, Counts>>()
}

type RequestKey = 'method' | 'url' | 'headers' | 'bodyBase64'

/** An attempt's request and response are nested in its JSON. */
export function attempts() {
  type Own = Omit<deliveries.Attempt, RequestKey | 'answer'>
  holds<Same<keyof Attempt, keyof Own | 'request' | 'response'>>()
  holds<Same<keyof AttemptSummary, Exclude<keyof Own, 'stampedAt'> | 'method' | 'url'>>()
  holds<Both<JsonView<Omit<Own, 'outcome'>>, Omit<Attempt, 'outcome' | 'request' | 'response'>>>()
  holds<Same<keyof NonNullable<deliveries.Attempt['outcome']>, keyof NonNullable<Attempt['outcome']>>>()
  holds<Same<keyof Attempt['request'], RequestKey | 'body'>>()
  holds<Same<keyof NonNullable<Attempt['response']>, Exclude<keyof Answer, 'bodyBase64'>>>()
  holds<Both<Required<NonNullable<NonNullable<Verdict['sent']>['wire']>>, Required<Wire>>>()
}

type Kind = journal.JournalEntry['kind']
type Keys<Entry, K extends Kind> = keyof Extract<Entry, { kind: K }>

/** Entries of the journal and results. */
export function results() {
  holds<Same<Kind, JournalEntry['kind']>>()
  holds<Same<{ [K in Kind]: Keys<journal.JournalEntry, K> }, { [K in Kind]: Keys<JournalEntry, K> }>>()
  // A repeated trigger is told by its status.
  holds<Same<keyof TriggerResult, Exclude<keyof StoredResult, 'repeated' | 'payloadJson'>>>()
  holds<Same<keyof ExpectationResult, keyof expectations.ExpectationResult>>()
  holds<Same<keyof SignatureExplanation, keyof signatures.SignatureExplanation>>()
}
