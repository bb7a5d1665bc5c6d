// How a message is put on the wire when a fault wants it otherwise than a well-behaved client would.

/** Departures from a plain request; several may be combined. Any of them needs a connection of its own. */
export interface Wire {
  /** Chunked transfer encoding instead of a content length. */
  chunked?: boolean
  /** The body is spread over this many real milliseconds. */
  slowBodyMs?: number
  /** The request is written in packets of at most this many bytes. */
  packetBytes?: number
  /** The content length promises this many bytes more than are sent; then our side of the connection is closed. */
  missingBytes?: number
  /**
   * Cuts the connection with a TCP reset: `before` the first byte of the request, `during` its body, `after` its last byte, or
   * with `answer` once the first byte of the answer is there, which is not read (the receiver believes it was heard).
   */
  cut?: 'before' | 'during' | 'after' | 'answer'
}
