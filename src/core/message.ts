// The exact request of one attempt, as it is sent.

/** Header names keep their spelling and order. */
export type Headers = [name: string, value: string][]

/** Method, URL, headers and bytes of one attempt. `host`, `content-length` and `connection` are added on the wire. */
export interface Message {
  method: string
  url: string
  headers: Headers
  body: string | Uint8Array
}
