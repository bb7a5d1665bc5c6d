// How a fault changes the writing of a request to its connection.

/** Changes to how a request is written; they can be combined. Each needs a connection of its own. */
export interface Wire {
  /** Chunked transfer encoding instead of a content length. */
  chunked?: boolean
  /** The body is spread over this many real milliseconds. */
  slowBodyMs?: number
  /** The request is written in packets of at most this many bytes. */
  packetBytes?: number
  /** The content length is this many bytes longer than what is sent; then the sender closes its side of the connection. */
  missingBytes?: number
  /**
   * Cuts the connection with a TCP reset: `before` the first byte of the request, `during` its body, `after` its last byte, or
   * `answer` once the first byte of the response has arrived, which is not read (the receiver believes it has answered).
   */
  cut?: 'before' | 'during' | 'after' | 'answer'
}
