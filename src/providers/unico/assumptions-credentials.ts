// What Unico's documents leave open about the credentials of its webhook requests, and about TLS.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about credentials and TLS. */
export const credentialAssumptions: readonly Assumption[] = [
  {
    name: 'oauthClientAuth',
    question: 'What is the token request to the receiver?',
    choice: 'basic',
    reason:
      'Only client credentials are documented (Setup, OAuth2): POST, form-encoded, grant_type=client_credentials; RFC 6749 prefers id and secret in HTTP Basic.',
    setting: 'subscription',
    alternatives: 'body puts client_id and client_secret in the form',
  },
  {
    name: 'oauthScope',
    question: 'Are scope or audience sent with the token request?',
    choice: 'only when auth has them',
    reason: 'Neither is among the documented fields (Setup, OAuth2).',
  },
  {
    name: 'oauthTokenKey',
    question: 'Which keys of the token response are read?',
    choice: 'access_token and expires_in; token_type is ignored',
    reason: 'RFC 6749; the header is always Bearer (Setup, OAuth2).',
  },
  {
    name: 'oauthCache',
    question: 'How long is a token cached?',
    choice: 'until 30 s before it expires, one per provider URL and client, requested by one delivery for all',
    reason: 'Usual practice; nothing is documented.',
  },
  {
    name: 'oauthDefaultExpiresIn',
    question: 'What is the lifetime of a token without expires_in?',
    choice: 3600,
    reason: 'Not documented; an hour is usual.',
  },
  {
    name: 'oauthRefreshOn401',
    question: 'What happens when the receiver rejects the token?',
    choice: 'one new token and one more request inside the same attempt',
    reason: 'Not documented; a revoked token does not mean that the receiver failed.',
  },
  {
    name: 'oauthFailure',
    question: 'What happens when no token can be obtained?',
    choice: 'the attempt fails and is retried by the schedule; the token request has the same timeout',
    reason: 'Not documented; the delivery could not be sent.',
  },
  {
    name: 'basicCharset',
    question: 'How are Basic credentials encoded, and what if they have no colon?',
    choice: 'UTF-8 before base64; rejected without a colon',
    reason: 'The form is user:pass (Setup, Basic Authorization); UTF-8 is the usual charset.',
  },
  {
    name: 'apiKeyTrim',
    question: 'How are spaces, empty parts and invalid characters in an API key string handled?',
    choice: 'both parts are trimmed; what is no valid header is rejected when the webhook is configured',
    reason: 'Not documented; HTTP drops outer spaces.',
  },
  {
    name: 'auth',
    question: 'What are the machine names of the four authentication types?',
    choice: { type: 'none' },
    reason:
      'Only display names are documented: OAuth2, Basic Authorization, API Key, No authentication (Setup, authentication).',
    setting: 'subscription',
    alternatives:
      '{type: basic, credentials}, {type: apiKey, value}, {type: oauth2, url, clientId, clientSecret, scope?, audience?}',
  },
  {
    name: 'strictHttps',
    question: 'Must a webhook URL be https?',
    choice: false,
    reason:
      'It must (Setup, Notification URL). Receivers under test often run locally, so http is accepted for loopback and private hosts.',
    setting: 'subscription',
    alternatives: 'true: https everywhere',
  },
  {
    name: 'verifyTls',
    question: "How are the receiver's certificates verified?",
    choice: "by Node's defaults",
    reason: 'Not documented.',
  },
]
