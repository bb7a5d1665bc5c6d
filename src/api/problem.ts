// An error of the control API as a problem document (RFC 9457).
import * as z from 'zod'

/** Schema of `Problem`. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string().optional(),
    where: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'An error, RFC 9457. `code` is stable.' })
/** The body of an error. `code` is stable; `errors` names the places in the input. */
export type Problem = z.output<typeof problem>
