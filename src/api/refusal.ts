// A refusal: what is known of an attempt that was answered 401 or 403.
import * as z from 'zod'
import { computedSignature } from './signature.js'

/** Schema of `Refusal`. */
export const refusal = z
  .object({
    deliveryId: z.string(),
    attempt: z.int().min(1),
    signedString: z.string().nullable().meta({ description: 'The string that was signed; null if nothing is signed.' }),
    credentials: z
      .array(z.string())
      .meta({ description: 'Names of the headers that were sent, if nothing is signed.' }),
    computed: computedSignature.nullable().meta({
      description: "A signature in the response that looks like the receiver's own, and its likely causes.",
    }),
    hints: z.array(z.string()).meta({ description: 'What to do next.' }),
  })
  .meta({ id: 'Refusal', description: 'The receiver answered 401 or 403: what was signed, and the likely cause.' })
/** What is known of an attempt that was answered 401 or 403. */
export type Refusal = z.output<typeof refusal>
