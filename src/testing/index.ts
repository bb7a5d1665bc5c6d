// The door for tests, `standin/testing`: starting Standin and receivers, matchers and plain assertions.

export type { AnswerLike, WrittenAnswer } from '../receiver/answers.js'
export type { ReceivedRequest, SignatureVerdict } from '../receiver/received.js'
export { assertAttempts, assertDelivered, assertSignedFor } from './assertions.js'
export type { Duration, Instant } from './durations.js'
export type { DeliveryHandle } from './handle.js'
export type { DeliveryLike, RequestLike } from './judgements.js'
export { matchers } from './matcher-set.js'
export { type Receiver, type ReceiverOptions, type SignedBy, startReceiver } from './receiver.js'
export {
  type InProcessApp,
  type Standin,
  type StandinOptions,
  startStandin,
  type WrittenExpectation,
} from './standin.js'
export type {
  EventName,
  Payload,
  ProviderName,
  Triggered,
  TypedSubscriptionInput,
  TypedTriggerInput,
  Variant,
} from './typed.js'
