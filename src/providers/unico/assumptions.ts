// What Unico's documents leave open: our choice for each question, its reason and the setting that changes it.
import type { Assumption } from '../../provider/assumptions.js'

/** Every open question: deliveries, then the API. */
export const assumptions: readonly Assumption[] = [
  {
    name: 'method',
    question: 'Which HTTP method calls the webhook?',
    choice: 'POST',
    reason: 'No official page names the method; a body with JSON is usually sent by POST.',
  },
  {
    name: 'contentType',
    question: 'Which Content-Type does the webhook have?',
    choice: 'application/json',
    reason: 'The body is JSON (Event types, "Example payload"); no page shows the header.',
    setting: 'subscription',
    alternatives: 'application/json; charset=utf-8',
  },
  {
    name: 'bodyFormat',
    question: 'How is the JSON body formatted, and in which order are its keys?',
    choice: 'compact, keys in the order of the documented examples',
    reason:
      'Pages indent for reading. Example and table disagree on the order of two keys (Event types, "Example payload"); the example is closer to what is sent.',
  },
  {
    name: 'userAgent',
    question: 'What is the User-Agent, and which other headers are sent?',
    choice: 'Standin/<version> (unico), and no other header besides the credential',
    reason: 'No other header is documented.',
  },
  {
    name: 'includeResult',
    question: 'Does the payload have result?',
    choice: true,
    reason: 'It does (Event types, "Payload schema"); older material omits it.',
    setting: 'subscription',
    alternatives: 'false omits only that key',
  },
  {
    name: 'lastEventTexts',
    question: 'Which text is lastEventDescription for each last event?',
    choice: 'the text of the documented table, for all ten',
    reason: 'Example and table agree for EVENT_TYPE_SESSION_ENDED (Event types, "lastEvent enumeration").',
  },
  {
    name: 'defaultLastEvent',
    question: 'Which lastEvent has an expired process without a history?',
    choice: 'EVENT_TYPE_SESSION_ENDED',
    reason:
      'The example has it (Event types, "Example payload"). Each of the ten is a variant, and a process created by the API expires with the last event of its history.',
  },
  {
    name: 'allowUnknownLastEvent',
    question: 'Can a lastEvent outside the list occur?',
    choice: 'by override only, with a warning',
    reason:
      'The set of events may evolve (Event types, "Configurable handling"), so a receiver must be testable with a new one.',
  },
  {
    name: 'signing',
    question: 'Is a webhook signed or protected against replay?',
    choice: 'no',
    reason: 'No page has a signature; only the configured credentials identify the sender (Setup, authentication).',
  },
  {
    name: 'attemptsIncludeFirst',
    question: 'Does the maximum number of attempts include the first call?',
    choice: true,
    reason: 'The page counts attempts, not retries (Setup, retry settings).',
  },
  {
    name: 'maxAttempts',
    question: 'How many attempts are made by default?',
    choice: 5,
    reason: 'A setting of each webhook (Setup, retry settings); default and range are not documented.',
    setting: 'subscription',
    alternatives: '1 to 100, or unlimited',
  },
  {
    name: 'intervalSeconds',
    question: 'How long is the interval between attempts by default?',
    choice: 10,
    reason: 'The unit is seconds (DC Webhook 1, retry settings); the default is not documented.',
    setting: 'subscription',
    alternatives: '1 to 86400 seconds',
  },
  {
    name: 'backoff',
    question: 'How does the interval grow?',
    choice: 'exponential',
    reason:
      'Backoff is exponential (Setup, retry settings), the base is not documented. The interval doubles (10, 20, 40, 80 s), counted from the end of the failed attempt.',
    setting: 'subscription',
    alternatives: 'fixed keeps the interval',
  },
  {
    name: 'maxIntervalSeconds',
    question: 'What is the maximum interval?',
    choice: 3600,
    reason: 'Not documented; a longer interval setting is its own maximum.',
  },
  {
    name: 'retryJitter',
    question: 'Do retry intervals have jitter?',
    choice: 0,
    reason: 'Not documented, and tests must be repeatable.',
  },
  {
    name: 'timeoutSeconds',
    question: 'What is the timeout by default?',
    choice: 10,
    reason: 'A setting of each webhook, in seconds (Setup, timeout); the default is not documented.',
    setting: 'subscription',
    alternatives: 'up to 60 seconds',
  },
  {
    name: 'concurrency',
    question: 'How many deliveries are in flight at once by default?',
    choice: 10,
    reason: 'Only the maximum of 500 is documented (Setup, concurrency).',
    setting: 'subscription',
    alternatives: '1 to 500',
  },
  {
    name: 'queueOrder',
    question: 'In which order are pending deliveries sent?',
    choice: 'by due time, first attempts and retries together',
    reason: 'They are sent as capacity frees (Security, concurrency), without an order.',
  },
  {
    name: 'networkErrorIsFailure',
    question: 'Are timeouts, connection and TLS errors failed attempts?',
    choice: true,
    reason: 'They are no response between 200 and 299 (Security, success and failure).',
  },
  {
    name: 'followRedirects',
    question: 'Are redirects followed?',
    choice: false,
    reason: 'A 3xx is outside 200 to 299 (Security, success and failure), so the attempt fails.',
  },
  {
    name: 'honorRetryAfter',
    question: 'Do Retry-After, 410 or 429 change the schedule?',
    choice: false,
    reason: 'None of them is mentioned, so they are failures like any other.',
  },
  {
    name: 'onExhausted',
    question: 'What follows the last failed attempt?',
    choice: 'the delivery is exhausted, the webhook stays active',
    reason: 'The remedy is to call GetProcess (Fallback, description); nothing else is documented.',
  },
  {
    name: 'duplicateDeliveries',
    question: 'How often is a delivered webhook sent again?',
    choice: 0,
    reason:
      'Delivery is at least once (Security, idempotency), but tests must be repeatable. Resend or a duplicate fault does it on demand.',
  },
  {
    name: 'errorThrottle',
    question: 'How is an endpoint with many errors throttled?',
    choice: false,
    reason:
      'Its throughput is reduced (Security, throughput of a failing endpoint), without numbers. When on: concurrency is halved while more than half of the last 20 attempts failed (never below 1) and doubled after 20 successes.',
    setting: 'subscription',
    alternatives: 'true',
  },
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
  {
    name: 'webhookScope',
    question: 'How many webhooks can there be, and do they filter?',
    choice: 'any number; each gets every finished process unless its event types exclude it',
    reason: 'Not documented.',
  },
  {
    name: 'testEvent',
    question: 'Is there a test call?',
    choice: 'none; trigger process.finished.ok',
    reason: 'No page has an endpoint for it.',
  },
  {
    name: 'deliveryDelayMs',
    question: 'How long after the end of a process is the first call?',
    choice: 0,
    reason: 'Not documented.',
  },
  {
    name: 'notifyOnProcessError',
    question: 'Is a webhook sent for a process that finished with PROCESS_RESULT_ERROR?',
    choice: 'no',
    reason: 'The webhook has no result value for it (Event types, "Payload schema").',
  },
  {
    name: 'notifyStates',
    question: 'Are webhooks sent for PROCESS_STATE_CREATED and PROCESS_STATE_FAILED?',
    choice: 'no, PROCESS_STATE_FINISHED only',
    reason: 'The status to notify is fixed (Setup, status to notify).',
  },
  {
    name: 'notifyApiContract',
    question: 'Are webhooks sent for processes of the by-client API?',
    choice: false,
    reason: 'That API returns the result at once (API GetProcess, description).',
  },
  {
    name: 'assertionCheck',
    question: 'How strictly does the token endpoint check the assertion?',
    choice: 'claims',
    reason:
      'Form fields, claims, expiry and single use (Authentication, JWT) can be checked without configuration; the signature needs a registered key.',
    setting: 'provider',
    alternatives: '{publicKey: PEM} checks the RS256 signature too; off accepts anything',
  },
  {
    name: 'accessTokenSeconds',
    question: 'What is the lifetime of an access token?',
    choice: 3600,
    reason:
      'The response has expires_in (Authentication API, response), no official page has its value; token_type is Bearer.',
  },
  {
    name: 'accessTokenForm',
    question: 'What is inside an access token, and who signs it?',
    choice:
      'a JWT signed with RS256 by the key of the JWKS; iss is the address of this emulator, sub the account, tenant the tenant; scope, jti, iat and exp as usual',
    reason:
      'It is a JWT (Authentication API, response); the token service has a JWKS and signs with RS256 (OpenID configuration, jwks_uri), its claims are not documented. With another iss no client could verify it against the emulator.',
  },
  {
    name: 'tokenInfo',
    question: 'How is a token introspected?',
    choice:
      'POST with a form that has token, or GET with access_token or the bearer header; the response is {active, …claims} as in RFC 7662, without client authentication',
    reason: 'Only the address is published (OpenID configuration, introspection_endpoint).',
  },
  {
    name: 'apiAuth',
    question: 'Which access tokens do the process routes accept?',
    choice: 'token',
    reason:
      'Any that was issued here and has not expired. The header is documented (CreateProcess, headers), permissions are not.',
    setting: 'provider',
    alternatives: 'off accepts every request',
  },
  {
    name: 'processGeneration',
    question: 'In which order are the keys of GetProcess?',
    choice: 'that of the current page; services and other keys that it does not list at the end',
    reason: 'It is the newest page (GetProcess, example).',
  },
  {
    name: 'resultEnums',
    question: 'Which values do bioTokenEngineResult, smartRevalidationResult and idAgeResult have?',
    choice: 'their UNSPECIFIED members',
    reason: 'No other is documented (GetProcess, example).',
  },
  {
    name: 'capacities',
    question: 'How are capacities spelled?',
    choice: 'PROCESS_CAPACITY_IDLIVE, PROCESS_CAPACITY_IDUNICO, PROCESS_CAPACITY_IDSIGN',
    reason:
      'Older pages have these (DC GetProcess, capacities); the current page has placeholders that are no real values (GetProcess, example).',
  },
  {
    name: 'createResponse',
    question: 'What is the response of CreateProcess?',
    choice: '200 with the process as GetProcess shows it, without finishedAt',
    reason:
      'Built from documented parts: journey URL and SDK token (CreateProcess, response), state and expiry (DC Response scenarios, table of scenarios).',
  },
  {
    name: 'autoFinish',
    question: 'When does a process created by the API finish?',
    choice: "when it is moved or triggered; otherwise it expires at expiresAt on the emulator's clock",
    reason: 'The test decides what the user does.',
  },
  {
    name: 'errorShape',
    question: 'What do error bodies look like?',
    choice: 'status',
    reason:
      'Three shapes are documented (DC GetSelfie, errors) (DC Errors, introduction) (DC Errors (older), introduction); the codes 3, 5, 7 and 9 fit {code, message, details}. A 401 is a bare string.',
    setting: 'provider',
    alternatives: 'errorCode: {error:{code,description}}; errorMessage: {error:{code,message}}',
  },
  {
    name: 'getProcessErrors',
    question: 'Which codes and texts do the errors of GetProcess have?',
    choice: '400 with code 3, 404 with code 5, texts as for the evidence set',
    reason:
      'Its statuses are documented (DC GetProcess, errors), its bodies are not; it is the same service as the evidence set.',
  },
  {
    name: 'apiRateLimitPerSecond',
    question: 'How many requests per second does the API accept?',
    choice: 0,
    reason:
      "10 per tenant is the documented default (Rate limits, default); without a limit local tests have no 429. Over the limit: 429 with Retry-After: 1, counted on the emulator's clock.",
    setting: 'provider',
    alternatives: '10, or any other number',
  },
  {
    name: 'retention',
    question: 'How long are selfie and evidence set available?',
    choice: 'without limit',
    reason: 'Only older pages have a limit: 8 hours (DC GetSelfie, notes) and 2 hours (DC Evidence set, notes).',
  },
  {
    name: 'emulateMagicLink',
    question: 'Are Magic Link and the by-client API emulated?',
    choice: false,
    reason: 'They are separate contracts (Environments, table of hosts).',
  },
  {
    name: 'refusals',
    question: "How can errors be tested that depend on Unico's internal state (locked account, missing permission)?",
    choice: [],
    reason:
      'The errors are documented (Authentication errors, table of codes), their causes cannot be reproduced; so a setting names them.',
    setting: 'provider',
    alternatives: 'any of the token error codes, process, selfie, evidenceset (403), apikeys (code 9), internal (500)',
  },
  {
    name: 'subjectClaim',
    question: 'Which error is the response to an assertion with sub?',
    choice: '1.2.19 when sub is the only extra claim, otherwise 1.2.22',
    reason: 'One page has 1.2.19 for it (Authentication errors, table of codes), another 1.2.22 (Authentication, JWT).',
  },
  {
    name: 'otherTokenErrors',
    question: 'Which error is the response to an invalid grant_type and to a signature by another key?',
    choice: '1.2.5 and 1.2.21',
    reason:
      'The endpoint has no other error shape (Authentication API, response); 1.2.21 is for a wrong private key (Error codes, 1.2.21).',
  },
  {
    name: 'selfieBeforeCapture',
    question: 'What does the selfie route return before a face was captured?',
    choice: '404 with code 5',
    reason: 'The status is documented (GetSelfie, errors), its cause is not.',
  },
  {
    name: 'oldEventsOfStories',
    question: 'When was a process created, and when does it expire, if it is only triggered?',
    choice: 'created some minutes before; an expired one expires at the time of the event',
    reason: 'Timestamps must be in order, and no create call set them.',
  },
]
