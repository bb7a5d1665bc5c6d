// Which webhook URLs KYC Genie takes: https by its documents, http too where receivers under test live.

/** The provider's answer to a URL that is none. */
export const NOT_A_URL = 'Enter a valid URL.'
/** The provider's answer to http where https is demanded. */
export const NOT_HTTPS = 'Webhook URL must use HTTPS.'

/** What is wrong with a webhook URL, in the provider's words; undefined when nothing is. */
export function webhookUrlProblem(url: URL, strictHttps: boolean, isPrivateHost: boolean): string | undefined {
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return NOT_A_URL
  return strictHttps || !isPrivateHost ? NOT_HTTPS : undefined
}
