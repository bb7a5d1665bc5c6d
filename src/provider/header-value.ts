// The value of a header that a setting holds.
import * as z from 'zod'

/** A header's value, at most 1,000 characters: what no HTTP client can send is refused when it is set. */
export const headerValue = () =>
  z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
