// An event as the text of a test: it starts Standin, sends the same payload with a fresh signature, and expects it to be accepted.
import type { JsonObject } from '../core/json.js'

/** What a test sends, and where. */
export interface TestTextInput {
  provider: string
  channel: string
  type: string
  url: string
  payload: JsonObject
  /** The payload as text, where it was given as text. */
  raw?: string | undefined
  /** Whether the receiver checks a secret; the test takes it from the environment. */
  hasSecret: boolean
  /** Settings of the subscription that differ from the defaults; masked ones are taken from the environment. */
  settings: JsonObject
  /** What stands for a masked value in the settings. */
  mask: string
}

/** A JavaScript string; it can hold no line separator that would end a line. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

const variableOf = (path: readonly string[]) =>
  path
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()

const fromEnvironment = (name: string, otherwise = "''") => `env.${name} ?? ${otherwise}`

/** A value as an expression, with masked ones read from the environment. */
function expression(value: unknown, mask: string | undefined, path: readonly string[], indent: string): string {
  if (typeof value === 'string') return value === mask ? fromEnvironment(variableOf(path)) : quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const deeper = `${indent}  `
  const inner = Array.isArray(value)
    ? value.map((item, i) => expression(item, mask, [...path, String(i)], deeper))
    : Object.entries(value).map(
        // A plain `__proto__:` would set the prototype.
        ([key, item]) =>
          `${key === '__proto__' ? '["__proto__"]' : quoted(key)}: ${expression(item, mask, [...path, key], deeper)}`,
      )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return inner.length === 0
    ? open + close
    : `${open}\n${inner.map(line => `${deeper}${line},\n`).join('')}${indent}${close}`
}

/** The test. Secrets are read from the environment: `WEBHOOK_SECRET`, and `SETTING_…` for settings. */
export function testText({
  provider,
  channel,
  type,
  url,
  payload,
  raw,
  hasSecret,
  settings,
  mask,
}: TestTextInput): string {
  const hasSettings = Object.keys(settings).length > 0
  return [
    "import { env } from 'node:process'",
    "import { expect, test } from 'vitest'",
    "import { startStandin } from 'standin/testing'",
    "import 'standin/testing/matchers'",
    '',
    `test(${quoted(`${type} is accepted`)}, async () => {`,
    "  const standin = await startStandin({ clock: 'manual' })",
    '  try {',
    `    await standin.subscribe(${quoted(provider)}, {`,
    `      channel: ${quoted(channel)},`,
    `      url: ${fromEnvironment('RECEIVER_URL', quoted(url))},`,
    `      eventTypes: [${quoted(type)}],`,
    ...(hasSecret ? [`      secret: env.WEBHOOK_SECRET,`] : []),
    ...(hasSettings ? [`      settings: ${expression(settings, mask, ['setting'], '      ')},`] : []),
    '    })',
    `    const { deliveries } = await standin.trigger(${quoted(provider)}, ${quoted(type)}, {`,
    `      channel: ${quoted(channel)},`,
    // A payload may contain the mask as a text of its own.
    `      raw: ${expression(raw ?? payload, undefined, [], '      ')},`,
    '    })',
    '    await standin.rest()',
    '    expect(deliveries[0]).toBeDelivered({ attempts: 1 })',
    '  } finally {',
    '    await standin.stop()',
    '  }',
    '})',
    '',
  ].join('\n')
}
