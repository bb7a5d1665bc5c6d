// How a fault changes the writing of a request to its connection.

/** Changes to how a request is written; they can be combined. Each needs a connection of its own. */
export interface Wire {
  /** Chunked transfer encoding instead of a content length. */
  chunked?: boolean
  /** The body is spread over this many real milliseconds. */
  slowBodyMs?: number
  /** Silence in the middle of the body, real ms. */
  pauseBodyMs?: number
  /** The request is written in packets of at most this many bytes, a real millisecond apart (of very many, several share one). */
  packetBytes?: number
  /** The last so many bytes of the body are not sent, though its length is announced; then the sender closes its side of the connection. */
  missingBytes?: number
  /** The head asks for `100 Continue`; the body follows when anything has come back, or after a real second (RFC 9110, 10.1.1). */
  expectContinue?: boolean
  /** The connection is open and silent for this many real milliseconds before anything is written. */
  idleMs?: number
  /**
   * The head asks to keep the connection, and after the response it stays open for this many real milliseconds, unless the receiver has
   * announced to close it. A receiver that closes it meanwhile, or sends more, ends the exchange as a reset.
   */
  keptMs?: number
  /** With `keptMs`: then the same is sent again on the connection; another status than before is a reset too. */
  again?: boolean
  /**
   * Cuts the connection with a TCP reset: `before` the first byte of the request, `during` its body, `after` its last byte, or
   * `answer` once the first byte of the response has arrived, which is not read (the receiver believes it has answered).
   */
  cut?: 'before' | 'during' | 'after' | 'answer'
}
