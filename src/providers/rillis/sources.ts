// Where Rillis's documents ask a receiver for something; pages of the Flow API's webhooks.

const OVERVIEW = 'Rillis, Flow API webhooks, Overview'

/** Pages by check or family of checks. */
export const receiverSources: Readonly<Record<string, string>> = {
  delivery: `${OVERVIEW}: each event type is sent by POST as JSON.`,
  'delivery/exact-status': `${OVERVIEW}: the endpoint must answer 200, else the event is sent again.`,
  signature: `${OVERVIEW}: x-signature is the HMAC-SHA256 of x-timestamp, a dot and the payload with its keys sorted.`,
  'signature/key-order': `${OVERVIEW}, step 2: sort the keys recursively before the signature is made.`,
  freshness: `${OVERVIEW}, step 4: refuse what is more than five minutes away from the server's clock.`,
  retry: `${OVERVIEW}: without a 200 the event is sent again several times.`,
  secrecy: `${OVERVIEW}, best practices: never show the webhook key in logs or error answers.`,
}
