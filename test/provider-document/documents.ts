// Small documents for tests, and what is made of them.
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Provider } from '../../src/provider/provider.js'
import { checkProvider } from '../../src/provider-check/check-provider.js'
import { documentProvider } from '../../src/provider-document/document-provider.js'
import { problemAt } from '../../src/scenario/problems.js'
import { readSource } from '../../src/scenario/source.js'
import { testEmulator } from '../support/emulator.js'

/** The provider of a document's text, checked as at start. Throws with its problems. */
export async function providerOf(text: string): Promise<Provider> {
  const { provider } = documentProvider(readSource(text, 'api.yaml', { exactNumbers: false }).value)
  if (provider === undefined) throw new Error(problemsOf(text).join('\n'))
  const issues = await checkProvider(provider)
  if (issues.length > 0) throw new Error(issues.map(({ path, message }) => `${path} ${message}`).join('\n'))
  return provider
}

/** What is wrong with a document, as `line:column message hint`. */
export function problemsOf(text: string): string[] {
  const source = readSource(text, 'api.yaml', { exactNumbers: false })
  return documentProvider(source.value).problems.map(({ path, message, hint, key = false }) => {
    const { line, column } = problemAt(source, path, message, { hint, key })
    return [`${line}:${column}`, message, ...(hint === undefined ? [] : [hint])].join(' ')
  })
}

/** The payload of an event of a provider, in a story. */
export async function payloadsOf(
  provider: Provider,
  events: readonly { type: string; variant?: string; subject?: string }[],
): Promise<JsonObject[]> {
  const emulator = await testEmulator({ providers: [provider] })
  const payloads: JsonObject[] = []
  for (const { type, ...input } of events)
    payloads.push((await emulator.trigger(provider.name, type, input)).event.payload)
  return payloads
}

/** An OpenAPI 3.1 document with one webhook `made` that has this schema, as JSON. */
export const withSchema = (schema: Json, more: JsonObject = {}): string =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Acme' },
    webhooks: { made: { post: { requestBody: { content: { 'application/json': { schema } } } } } },
    ...more,
  })
