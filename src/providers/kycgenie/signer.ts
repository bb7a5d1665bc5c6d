// How KYC Genie's deliveries are signed: Standard Webhooks unless set otherwise. The documents name a secret and no scheme.
import type { Signed, SignInput } from '../../provider/channel.js'
import { hmacSha256 } from '../../provider/signing.js'
import { standardKey } from './secret.js'
import { asSubscriptionSettings } from './settings.js'

/** The event's id on the wire: the envelope's own, whatever a fault made of the body. */
function wireId({ event }: Pick<SignInput, 'event'>): string {
  return typeof event.payload.id === 'string' ? event.payload.id : event.id
}

/** What is signed: a text, and the body's own bytes where a fault made them none. */
function signedBytes(before: string, { body, bytes }: SignInput): string | Uint8Array {
  return bytes === undefined ? before + body : Buffer.concat([Buffer.from(before), bytes])
}

/** Signature headers of one attempt, in the subscription's scheme; stamped with whole seconds of the attempt. */
export function sign(input: SignInput): Signed {
  const { body, secret, previousSecret } = input
  const seconds = String(Math.floor(input.at / 1000))
  const { signatureScheme } = asSubscriptionSettings(input.settings)
  if (secret === null) return { headers: [] }
  if (signatureScheme === 'hex-body')
    return {
      headers: [['X-Webhook-Signature', `sha256=${hmacSha256(secret, signedBytes('', input), 'hex')}`]],
      signedString: body,
    }
  if (signatureScheme === 'stripe') {
    const signedString = `${seconds}.${body}`
    const signature = hmacSha256(secret, signedBytes(`${seconds}.`, input), 'hex')
    return {
      headers: [['X-Webhook-Signature', `t=${seconds},v1=${signature}`]],
      signedString,
    }
  }
  const id = wireId(input)
  const signedString = `${id}.${seconds}.${body}`
  const signed = signedBytes(`${id}.${seconds}.`, input)
  const signatures = [secret, ...(previousSecret === null ? [] : [previousSecret])].map(
    one => `v1,${hmacSha256(standardKey(one), signed, 'base64')}`,
  )
  return {
    headers: [
      ['webhook-id', id],
      ['webhook-timestamp', seconds],
      ['webhook-signature', signatures.join(' ')],
    ],
    signedString,
  }
}
