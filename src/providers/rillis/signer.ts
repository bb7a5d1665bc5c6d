// Rillis's signature: HMAC-SHA256 of "<x-timestamp>.<body as JSON with sorted keys>" under the webhook key.
import { valueAt } from '../../core/json.js'
import type { Signed, SignInput } from '../../provider/channel.js'
import { canonicalJson, hmacSha256 } from '../../provider/signing.js'
import type { FlowSettings, SharedSettings, TransactionSettings } from './settings.js'

/** Without a key both headers are absent, as the overview says they come "when enabled". */
function signed({ value, secret, settings, at }: SignInput, part: FlowSettings['signedPart']): Signed {
  if (secret === null) return { headers: [] }
  const { signatureEncoding, signaturePrefix, canonicalSpacing, sortInsideArrays } = settings as SharedSettings
  const timestamp = String(Math.floor(at / 1000))
  const payload = part === 'data' ? (valueAt(value, ['data']) ?? null) : value
  const indent = canonicalSpacing === 'indent2' ? 2 : 0
  const signedString = `${timestamp}.${canonicalJson(payload, { sortInsideArrays, indent })}`
  return {
    headers: [
      ['x-signature', signaturePrefix + hmacSha256(secret, signedString, signatureEncoding)],
      ['x-timestamp', timestamp],
    ],
    signedString,
  }
}

/** Signs a flow webhook. */
export function signFlow(input: SignInput): Signed {
  return signed(input, (input.settings as FlowSettings).signedPart)
}

/** Signs a transaction webhook where the setting asks for it; the documents describe no signature there. */
export function signTransaction(input: SignInput): Signed {
  return (input.settings as TransactionSettings).transactionSigning === 'flow' ? signed(input, 'body') : { headers: [] }
}
