// The sections of the Standard Webhooks specification that this folder cites, and what they ask of a receiver.

/** URL of the specification, by the title under which docstrings and assumptions cite it. */
export const sources = {
  'Standard Webhooks': 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
} as const
