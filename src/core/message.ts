// The exact request of one attempt, as it is sent.

/** Header names keep their spelling and order. */
export type Headers = [name: string, value: string][]

/**
 * Method, URL, headers and bytes of one attempt; a text is sent as UTF-8. `host`, `content-length` and `connection` are added on the wire.
 * @example
 * {
 *   method: 'POST',
 *   url: 'http://127.0.0.1:3000/webhooks',
 *   headers: [['content-type', 'application/json']],
 *   body: '{"type":"invoice.paid"}',
 * }
 */
export interface Message {
  method: string
  url: string
  headers: Headers
  body: string | Uint8Array
}
