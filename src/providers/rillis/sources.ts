// The pages of Rillis's documentation that this folder cites, and what they ask of a receiver.

/** URL of each page, by the title under which docstrings and assumptions cite it. */
export const sources = {
  'Webhooks Overview': 'https://docs.rillis.io (Flow API > Webhooks > Overview)',
  Flow: 'https://docs.rillis.io/flow-1051391m0',
  'Identity Verification': 'https://docs.rillis.io/identity-verification-1051374m0',
  'Identity Verification by Onboarding': 'https://docs.rillis.io/identity-verification-by-onboarding-1051397m0',
  'Onboarding Individual': 'https://docs.rillis.io/onboarding-individual-1017881m0',
  'Onboarding Organizations': 'https://docs.rillis.io/onboarding-organizations-1017886m0',
  'Flow Step: Identity Verification': 'https://docs.rillis.io/api/identity-verification/identity-verification',
  'Transaction webhooks': 'https://docs.rillis.io/webhook',
  'Authentication token': 'https://docs.rillis.io/authentication-token-15782106e0',
  'Get Flow Instance': 'https://docs.rillis.io/get-flow-instance-15816126e0',
  'Onboarding: Get Details': 'https://docs.rillis.io/onboarding-get-details-15784728e0',
  'Onboarding: Update Status': 'https://docs.rillis.io/onboarding-update-status-15813460e0',
  'Transaction Analysis': 'https://docs.rillis.io/api/operations/transaction-analysisi',
  'Monitoring & History': 'https://docs.rillis.io/api/operations/transaction-status',
  'Get operation': 'https://docs.rillis.io/get-operation-15490185e0',
  'Document Types': 'https://docs.rillis.io/api/operations/document-types',
  'Individuals Analysis': 'https://docs.rillis.io/individuals-analysis-16165293e0',
  'Screening Entities Summary Analysis': 'https://docs.rillis.io/screening-entities-summary-analysis-16165767e0',
  'Blockchain Analysis': 'https://docs.rillis.io/blockchain-analysis-15909043e0',
  'Create BlackList': 'https://docs.rillis.io/create-blacklist-23993550e0',
  'Update Blacklist Record by ID': 'https://docs.rillis.io/update-blacklist-record-by-id-25657826e0',
  'Blacklist Matching Logic': 'https://docs.rillis.io/blacklist-matching-logic-1862051m0',
} as const

const overview = (section: string, demand: string) => `Rillis, Webhooks Overview, "${section}": ${demand}`

/** What the documents ask of a receiver, by the check or family of checks that tests it. */
export const receiverSources: Readonly<Record<string, string>> = {
  delivery: overview('How Webhooks Work', 'each event is sent by POST as JSON.'),
  'delivery/exact-status': overview('How Webhooks Work', 'the endpoint must answer 200, else the event is sent again.'),
  signature: overview(
    'How to Validate the Signature',
    'x-signature is the HMAC-SHA256 of x-timestamp, a dot and the payload with its keys sorted.',
  ),
  'signature/key-order': overview(
    'Step 2: Sort the Payload Recursively',
    'sort the keys recursively before the signature is computed.',
  ),
  freshness: overview(
    'Security Best Practices',
    'always check x-timestamp against your clock; a window of five minutes is recommended.',
  ),
  retry: overview('How Webhooks Work', 'without a 200 the event is sent again several times.'),
  secrecy: overview('Security Best Practices', 'never show the webhook key in logs or error responses.'),
}

/** The assumption that a check rests on where the documents leave it open, by the check or family of checks. */
export const receiverAssumptions: Readonly<Record<string, string>> = {
  'http/redirect': 'followRedirects',
  'delivery/prompt': 'responseTimeoutMs',
  idempotency: 'duplicateDeliveries',
  load: 'concurrency',
}
