// The secrets of a verification: what a shared report must not show.
import type { Json, JsonObject } from '../core/json.js'
import { credentialTexts, maskedBy, secretTexts, spellings } from '../core/mask.js'
import { resemblingCredentials } from '../core/mutate/credential.js'
import type { SignatureScheme } from '../provider/signature-scheme.js'

/** What is secret in a verification. */
export interface KnownSecrets {
  /** The receiver's secret or credentials, in every spelling. */
  secrets: readonly string[]
  /** Texts that a shared report must not show: the secrets, and wrong credentials that resemble them. */
  hidden: readonly string[]
  /** Settings, with those masked that are secret. */
  maskedSettings(given: JsonObject): JsonObject
}

/** The secrets in a receiver's secret, its credentials (header values) and settings; `schemas` tell which settings are secret. */
export function knownSecrets({
  secret,
  credentials,
  settings,
  schemas,
}: {
  secret: string | undefined
  credentials: readonly string[]
  settings: Json
  schemas: Parameters<typeof secretTexts>[1]
}): KnownSecrets {
  const secrets = [...(secret === undefined ? [] : [secret]), ...credentials.flatMap(credentialTexts)]
  return {
    secrets: [...new Set(secrets)],
    hidden: [
      ...new Set([
        ...secrets,
        ...credentials.flatMap(value => resemblingCredentials(value).flatMap(credentialTexts)),
        ...secretTexts(settings, schemas).flatMap(spellings),
      ]),
    ],
    maskedSettings: given => maskedBy(given, schemas) as JsonObject,
  }
}

/** Secrets that the receiver must not take, each with what it is: another one, and those of careless setups. */
export function wrongSecretsOf(
  another: string,
  secret: string | undefined,
  scheme: SignatureScheme | undefined,
): [what: string, secret: string][] {
  const wrong: [what: string, secret: string][] = [['another secret', another]]
  if (scheme === undefined || scheme.algorithm === 'ed25519') return wrong
  wrong.push(['an empty secret', ''])
  const { prefix, decoding } = scheme.key
  // Its key bytes are the text that a receiver has which does not decode its secret.
  if (decoding !== 'utf8' && secret !== undefined)
    wrong.push([
      'the text of the secret in place of the bytes that it stands for',
      prefix + Buffer.from(secret).toString(decoding),
    ])
  return wrong
}
