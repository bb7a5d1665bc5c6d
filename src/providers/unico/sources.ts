// The pages of Unico's documentation that this folder cites, and what they ask of a receiver.

/** URL of each page, by the title under which docstrings and assumptions cite it; DC: an older page of the developer center. */
export const sources = {
  'Webhooks and events': 'https://developer.unico.io/developers/webhooks-and-events/',
  'Event types': 'https://developer.unico.io (Webhooks and events > Event types)',
  Setup: 'https://developer.unico.io/developers/webhooks-and-events/setup',
  Security: 'https://developer.unico.io/developers/webhooks-and-events/security/index.html',
  Fallback: 'https://developer.unico.io/developers/webhooks-and-events/fallback',
  Authentication: 'https://developer.unico.io/developers/api-reference/authentication',
  'Authentication API': 'https://devcenter.unico.io/unico-idcloud/by-client-integration/authentication/api-reference',
  'Authentication errors':
    'https://devcenter.unico.io/idcloud/en/integrations/authentication/additional-resources/authentication-errors',
  'OpenID configuration': 'https://identity.acesso.io/.well-known/openid-configuration',
  Environments: 'https://developer.unico.io/developers/api-reference/environments/index.html',
  'Rate limits': 'https://developer.unico.io/developers/api-reference/rate-limits',
  'Error codes': 'https://developer.unico.io/developers/api-reference/error-codes',
  GetProcess: 'https://developer.unico.io/developers/api-reference/web-sdk/get-process/index.html',
  CreateProcess: 'https://developer.unico.io/developers/api-reference/web-sdk/post-process',
  GetSelfie: 'https://developer.unico.io/developers/api-reference/web-sdk/get-selfie',
  'Evidence set': 'https://developer.unico.io/developers/api-reference/web-sdk/get-evidence-set',
  'API GetProcess': 'https://developer.unico.io/developers/api-reference/api/get-processes-by-id/index.html',
  'API CreateProcess': 'https://developer.unico.io/developers/api-reference/api/post-processes',
  Transactional:
    'https://devcenter.unico.io/unico-idcloud/by-client-integration/by-client-api/api-reference/transactional',
  'DC by-client GetProcess': 'https://devcenter.unico.io/idcloud/en/integrations/integracao-by-client/apis/getprocess',
  'DC by-client Errors': 'https://devcenter.unico.io/idcloud/en/integrations/integration-by-client/api/errors',
  'Check errors': 'https://developers.unico.io/en/docs/check/GuiaUsuario/Fluxos/responseError',
  'IDLive errors': 'https://developers.unico.io/en/docs/IDLive/Integracao/GuiaAPI/responseError',
  'DC GetProcess':
    'https://devcenter.unico.io/unico-idcloud/by-unico-integration/by-unico-api/api-reference/get-process',
  'DC CreateProcess':
    'https://devcenter.unico.io/unico-idcloud/by-unico-integration/by-unico-api/api-reference/create-process',
  'DC GetSelfie': 'https://devcenter.unico.io/unico-idcloud/by-unico-integration/by-unico-api/api-reference/get-selfie',
  'DC Evidence set':
    'https://devcenter.unico.io/unico-idcloud/by-unico-integration/by-unico-api/api-reference/get-evidence-set',
  'DC Response scenarios':
    'https://devcenter.unico.io/unico-idcloud/by-unico-integration/by-unico-api/response-scenarios',
  'DC Flow examples':
    'https://devcenter.unico.io/idcloud/en/integrations/integration-by-unico/api/api-reference/getprocess/example-of-responses-separated-by-flows',
  'DC Errors': 'https://devcenter.unico.io/unico-idcloud/en/integrations/integration-by-unico/api/errors',
  'DC Errors (older)': 'https://devcenter.unico.io/idcloud/en/integrations/errors?fallback=true',
  'DC Overview': 'https://devcenter.unico.io/idcloud/en/integrations/integration-by-unico/overview',
  'DC Authentication intro':
    'https://devcenter.unico.io/trust-en/integrations/integration-by-unico/authentication/introduction',
  'DC Onboarding': 'https://devcenter.unico.io/trust-en/integrations/integration-by-unico/api-reference/onboarding',
  'DC Transactional':
    'https://devcenter.unico.io/trust-en/integrations/integration-by-unico/api-reference/transactional',
  'Magic Link V1': 'https://devcenter.unico.io/trust-en/integrations/integration-magic-link/api-reference/kyc',
  'Magic Link webhook V2': 'https://devcenter.unico.io/trust-en/integrations/integration-magic-link/webhook-v2',
  'KYC Magic Link': 'https://developer.unico.io/use-cases/sign-up/kyc-magic-link/index',
  'DC Webhook 1': 'https://devcenter.unico.io/idcloud/en/integrations/webhook',
} as const

/** What the documents ask of a receiver, by the check or family of checks that tests it. */
export const receiverSources: Readonly<Record<string, string>> = {
  delivery:
    'Unico, Event types, "Configurable handling": the set of events may evolve, so treat handled events as configuration.',
  auth: 'Unico, Setup, authentication: OAuth2, Basic Authorization or an API key, as configured.',
  idempotency:
    'Unico, Security, idempotency: delivery is at least once; processId is the key, and a known one is answered 2xx at once.',
  'ordering/late-after-final':
    'Unico, Security, idempotency: a processId that was processed before is answered 2xx at once.',
  tolerance: 'Unico, Event types, "Configurable handling": the set of events may evolve.',
  'delivery/prompt': 'Unico, Setup, timeout: the maximum wait for a response is a setting of the webhook.',
  load: 'Unico, Setup, concurrency: a setting of the webhook, at most 500 in flight.',
  retry: 'Unico, Security, success and failure: a call that is not answered 200 to 299 is retried.',
}

/** The assumption that a check rests on where the documents leave it open, by the check or family of checks. */
export const receiverAssumptions: Readonly<Record<string, string>> = {
  'http/redirect': 'followRedirects',
}
