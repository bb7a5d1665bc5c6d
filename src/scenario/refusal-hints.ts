// What to do about an answer 401 or 403, in sentences.
import type { Headers } from '../core/message.js'
import { shellQuote } from '../report/request-text.js'

/** Of an attempt that faults have changed. */
export const faultHint = (faults: readonly string[]): string[] =>
  faults.length === 0
    ? []
    : [`this attempt was sent with the fault ${faults.join(', ')}, which may be what the receiver rejects`]

/** Of a secret that nobody gave. */
export const GENERATED_HINT =
  'the secret was generated, and your receiver may have another: pass the secret of your receiver with --secret'

/** How to find the cause where the answer shows none: the secret comes from the environment, since screens are shared. */
export function unknownCauseHint(
  { provider, channel }: { provider: string; channel: string },
  headers: Headers,
): string[] {
  const given = headers.map(([name, value]) => `--header ${shellQuote(`${name}: ${value}`)}`)
  const command = `standin explain-signature ${provider} --channel ${channel} --secret "$STANDIN_SECRET" --body body.json ${given.join(' ')}`
  return [
    `does your receiver have the same secret? If so, save the request body to a file and pass the signature it computed:\n${command}`,
  ]
}
