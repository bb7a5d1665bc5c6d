// The entry point for tests, `standin/testing`: starting Standin and receivers, matchers and plain assertions.

export type { AnswerLike, WrittenAnswer } from '../receiver/answers.js'
export type { ReceivedRequest, SignatureVerdict } from '../receiver/received.js'
export {
  assertAttempts,
  assertDelivered,
  assertSignedFor,
  type DeliveryLike,
  matchers,
  type RequestLike,
} from './assertions.js'
export { type ConnectedStandin, type ConnectOptions, connectStandin } from './connect.js'
export type { DeliveryHandle } from './delivery-handle.js'
export type { Duration, Instant } from './durations.js'
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
