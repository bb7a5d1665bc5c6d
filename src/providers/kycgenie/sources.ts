// The pages of KYC Genie's documentation that this folder cites, and what they ask of a receiver.

/** URL of each page, by the title under which docstrings and assumptions cite it; a page with two generations is listed twice. */
export const sources = {
  'Webhooks API': 'https://kycgenie.com/developers/reference/webhooks/',
  'Webhooks API (new)': 'https://kycgenie.com/developers/reference/webhooks/',
  Authentication: 'https://kycgenie.com/developers/authentication',
  'Getting started': 'https://kycgenie.com/developers/getting-started',
  Errors: 'https://kycgenie.com/developers/errors/',
  'Screening (old)': 'https://kycgenie.com/developers/reference/screening',
  Screening: 'https://kycgenie.com/developers/reference/screening/',
  'Verification (old)': 'https://kycgenie.com/developers/reference/verification',
  'Verification (new)': 'https://kycgenie.com/developers/reference/verification/',
  'Non-document verification': 'https://kycgenie.com/developers/reference/non-document-verification/',
  'Responses (old)': 'https://kycgenie.com/developers/reference/responses',
  'Responses (new)': 'https://kycgenie.com/developers/reference/responses/',
  'Workflows (old)': 'https://www.kycgenie.com/developers/reference/workflows',
  'Workflows (new)': 'https://kycgenie.com/developers/reference/workflows/',
  'Entities (old)': 'https://kycgenie.com/developers/reference/entities',
  'Entities (new)': 'https://kycgenie.com/developers/reference/entities/',
  Questionnaires: 'https://kycgenie.com/developers/reference/questionnaires/',
  'Python SDK': 'https://pypi.org/project/kycgenie/',
  'Risk profiles': 'https://kycgenie.com/developers/reference/risk-profiles/',
  'Standard Webhooks': 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
} as const

/** What the documents ask of a receiver, by the check or family of checks that tests it. */
export const receiverSources: Readonly<Record<string, string>> = {
  delivery: 'KYC Genie, Webhooks API, "Event Types": the list of event types.',
  signature:
    'KYC Genie, Webhooks API, "Create Webhook": secret_key verifies webhook signatures. The scheme is assumed to be Standard Webhooks.',
  freshness:
    'Standard Webhooks, "Verifying signatures": the timestamp must be within a tolerance; five minutes is assumed.',
  idempotency: 'Standard Webhooks, "Webhook metadata": webhook-id is the same at every attempt.',
}

/** The assumption that a check rests on where the documents leave it open, by the check or family of checks. */
export const receiverAssumptions: Readonly<Record<string, string>> = {
  'http/redirect': 'followRedirects',
  signature: 'signatureScheme',
  freshness: 'timestampToleranceSeconds',
  idempotency: 'eventIdFormat',
  'delivery/exact-status': 'successStatus',
  'delivery/prompt': 'responseTimeoutMs',
}
