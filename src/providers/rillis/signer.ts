// Rillis's signature: HMAC-SHA256 of "<x-timestamp>.<body as JSON with sorted keys>" with the webhook key.
// Source: Webhooks Overview, "Securing Your Webhooks" and "How to Validate the Signature", steps 1 to 3.

import type { Signed } from '../../core/signature.js'
import type { Settings, SignInput } from '../../provider/channel.js'
import { type SignatureScheme, signBy } from '../../provider/signature-scheme.js'
import type { FlowSettings, SharedSettings, TransactionSettings } from './settings.js'

const KEY = { prefix: '', decoding: 'utf8' } as const
const SIGNED = [{ slot: 'timestamp' }, '.', { slot: 'payload' }] as const
const TIMESTAMP = { name: 'x-timestamp', value: [{ slot: 'timestamp' }] } as const
const SIGNATURE = { slot: 'signature' } as const

function scheme(settings: Settings, part: FlowSettings['signedPart']): SignatureScheme {
  const { signatureEncoding, signaturePrefix, canonicalSpacing, sortInsideArrays } = settings as SharedSettings
  const indent = canonicalSpacing === 'indent2' ? 2 : 0
  return {
    key: KEY,
    payload: { form: 'canonical', ...(part === 'data' ? { part } : {}), options: { sortInsideArrays, indent } },
    signed: SIGNED,
    encoding: signatureEncoding,
    headers: [{ name: 'x-signature', value: [signaturePrefix, SIGNATURE] }, TIMESTAMP],
  }
}

/** How flow webhooks are signed. */
export function flowScheme(settings: Settings): SignatureScheme {
  return scheme(settings, (settings as FlowSettings).signedPart)
}

/** How transaction webhooks are signed if the setting asks for it; undefined otherwise. No signature is documented for them. */
export function transactionScheme(settings: Settings): SignatureScheme | undefined {
  return (settings as TransactionSettings).transactionSigning === 'flow' ? scheme(settings, 'body') : undefined
}

/** Signs a flow webhook. Without a key both headers are absent. Source: Webhooks Overview, "Securing Your Webhooks" ("when enabled"). */
export function signFlow(input: SignInput): Signed {
  return signBy(flowScheme(input.settings), input)
}

/** Signs a transaction webhook if the setting asks for it. */
export function signTransaction(input: SignInput): Signed {
  const how = transactionScheme(input.settings)
  return how === undefined ? { headers: [] } : signBy(how, input)
}
