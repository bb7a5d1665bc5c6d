// The front door of the library: only these exports are public.

export type { LoadReport } from './api/load-report.js'
export type { Attempt, Delivery, DeliveryStatus } from './core/delivery.js'
export { EmulatorError, type ErrorCode, type Issue } from './core/errors.js'
export type { EmulatorEvent } from './core/event.js'
export type { Evidence, ExpectationResult } from './core/expectation.js'
export type { ActiveFault, Fault, FaultInput, FaultKind } from './core/fault.js'
export type { Journal, JournalEntry } from './core/journal.js'
export type { Json, JsonObject } from './core/json.js'
export type { Message } from './core/message.js'
export type { Answer, Outcome } from './core/outcome.js'
export { exponential, type RetryPlan, type RetryPolicy, scheduled } from './core/retry.js'
export type { Signed } from './core/signature.js'
export type { Subject } from './core/subject.js'
export type { Subscription } from './core/subscription.js'
export type {
  Counts,
  DeliveryView,
  Emulator,
  EmulatorOptions,
  Expectation,
  MovedSubject,
  Preview,
} from './emulator/contract.js'
export { createEmulator } from './emulator/index.js'
export type { Faults } from './faults/faults.js'
export { loadReceiver } from './load/load-receiver.js'
export type { LoadOptions, LoadProgress } from './load/options.js'
export type { Observation } from './observe/observer.js'
export type { Assumption } from './provider/assumptions.js'
export {
  type Channel,
  type ChannelBehaviour,
  type ChannelTraits,
  defineChannel,
  type EventDefinition,
  type EventType,
  type MakeContext,
  type SecretRules,
  type Settings,
  type SignInput,
} from './provider/channel.js'
export type { NotDelivered, ProviderPort, SubscriptionInput, TriggerInput, TriggerResult } from './provider/port.js'
export { defineProvider, type Provider, type ProviderBehaviour, type SubjectKind } from './provider/provider.js'
export type { Route, RouteAnswer, RouteCall, RouteSet } from './provider/routes.js'
export { type SignatureScheme, signBy } from './provider/signature-scheme.js'
export { canonicalJson, hmacSha256 } from './provider/signing.js'
export { checkProvider } from './provider-check/check-provider.js'
export { builtInProviders } from './providers/index.js'
export {
  explainSignature,
  type SignatureExplanation,
  type SignatureQuestion,
} from './signature-debugger/explain-signature.js'
export type { Report, Verdict } from './verify/report.js'
export { type VerifyOptions, verifyReceiver } from './verify/verification.js'
