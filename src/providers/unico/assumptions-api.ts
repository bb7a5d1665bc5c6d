// Unico's open questions about its own APIs.
import type { Assumption } from '../../provider/assumptions.js'

/** Questions about tokens, processes and errors. */
export const apiAssumptions: readonly Assumption[] = [
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
      "10 per tenant is the documented default (Rate limits, default); without a limit local tests have no 429. Over the limit: 429 with Retry-After: 1; counted over the second before each request, on the emulator's clock.",
    setting: 'provider',
    alternatives: '10, or any other number',
  },
  {
    name: 'refusals',
    question: "How can errors be tested that depend on Unico's internal state (locked account, missing permission)?",
    choice: [],
    reason:
      'The errors are documented (Authentication errors, table of codes) (IDLive errors, CreateProcess), their causes cannot be reproduced; so a setting names them.',
    setting: 'provider',
    alternatives:
      'any error code of the token endpoint or the by-client API; process, selfie, evidenceset (403), apikeys (code 9), internal (500)',
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
  {
    name: 'retention',
    question: 'How long are selfie and evidence set available?',
    choice: 'unlimited',
    reason:
      'Only older pages have a limit: 8 hours (DC GetSelfie, notes) and 2 hours (DC Evidence set, notes). What was deleted is answered with 410 (Error codes, 410).',
    setting: 'provider',
    alternatives: 'documented: 8 hours and 2 hours after the process finished',
  },
  {
    name: 'unfinishedStatus',
    question: 'With which status is the evidence set of an unfinished process refused?',
    choice: 404,
    reason:
      'The page of the endpoint has 404 (Evidence set, errors); the page about all errors has 409 for documents of an unfinished process (Error codes, 409).',
    setting: 'provider',
    alternatives: '409',
  },
  {
    name: 'errorTails',
    question: 'How do the messages that begin with invalid person and invalid callbackUri go on?',
    choice: 'a colon and what is wrong in words, such as "invalid person: dui value is required"; the first error only',
    reason: 'One is documented whole (DC Errors, table of errors), of the others only the beginning.',
  },
  {
    name: 'otherErrors',
    question:
      'Which codes and texts have errors of the Web & SDK API that no page lists (401, 405, 409, 410, 429, unknown routes, a body that is no JSON)?',
    choice:
      'gRPC\'s codes 3, 5, 8, 9, 12 and plain English texts, such as 8 "rate limit exceeded"; 401 is the text "Unauthorized"',
    reason:
      'Their statuses are documented (Error codes, table of statuses) (Rate limits, default), their bodies are not; the documented codes are those of gRPC.',
  },
  {
    name: 'documentFields',
    question: 'What do the documents in services hold, and which does a person show?',
    choice:
      'RG, CNH, CIN or Passport with the documented keys, version 2, those without a value left out; documents beyond Brazil and passports are named by the end of duiType, with the keys of a passport',
    reason:
      'Types and keys are documented for Brazilian documents and passports (DC GetProcess, services); keys of others are not. Numbers and names are those of the process.',
  },
  {
    name: 'repeatedEnds',
    question: 'What does GetProcess show when a process is reported twice?',
    choice:
      'the last report; the same result again changes nothing. A process that expired has expiresAt no later than finishedAt, any other no earlier',
    reason:
      'The same status may be notified again (Security, idempotency); another result after the first is not documented and comes with a warning.',
  },
  {
    name: 'flowSteps',
    question: 'Which steps and ends does a flow have?',
    choice:
      'document events only with docs in its name, an identity comparison in all but idlive… and idage…, a captured face in all but idsmart',
    reason:
      'The names follow the parts of a flow (DC Overview, meanings of the flows); idsmart has no selfie (GetSelfie, notes).',
  },
  {
    name: 'byClientResult',
    question: 'How does a process of the by-client API end?',
    choice: 'yes',
    reason: 'The response to its creation is already the result (API GetProcess, description), so a setting decides.',
    setting: 'provider',
    alternatives:
      'no, inconclusive, not_live; processing (status 1, moved on by hand), divergence (2), canceled (4), error (5, then 410)',
  },
  {
    name: 'byClientFields',
    question: 'Which results does a by-client process have?',
    choice:
      'unicoId, identityFraudsters, government.serpro and liveness when it has finished; biometryToken too with a reference, score too when it is inconclusive; before, only id and status. References are not looked up',
    reason: 'They depend on the capabilities of the APIKEY (API CreateProcess, description), which are not documented.',
  },
  {
    name: 'byClientErrors',
    question: 'Which codes do errors of the by-client API have that no page lists (id, 404, 405, 410, 429)?',
    choice: 'the status as the code, and a text of our own',
    reason:
      'The statuses are documented (API GetProcess, errors) (Error codes, table of statuses), the codes are not. Of a wrong body only the first error is reported.',
  },
  {
    name: 'byClientV2',
    question: 'Which user data does /processes/v2/{id} have besides those of v1?',
    choice: 'subject, as it was sent',
    reason: 'The page says that there are more, not which (DC by-client GetProcess, v2).',
  },
  {
    name: 'imageCheck',
    question: 'Which images does the by-client API accept?',
    choice: 'base64',
    reason:
      'Format and resolution are documented (API CreateProcess, image requirements), but tests should need no real photograph.',
    setting: 'provider',
    alternatives: 'full: PNG, JPEG or WebP of at least 640 x 480',
  },
  {
    name: 'apiKeys',
    question: 'Which APIKEY and x-api-key are accepted?',
    choice: [],
    reason: 'Keys are given out by Unico (API CreateProcess, headers); without a list any is accepted.',
    setting: 'provider',
    alternatives: 'a list of keys; any other is refused',
  },
]
