// Parses the values of options, from the command line and from environment variables.
import {
  environment,
  environmentName,
  type OptionKind,
  type OptionKinds,
  type OptionName,
  type OptionSpec,
} from '../config.js'
import { instantOf, isInstant, parseDuration } from '../core/duration.js'
import { closest, EmulatorError, excerpt } from '../core/errors.js'
import { type Json, parseJson } from '../core/json.js'

function invalidValue(where: string, text: string, hint: string): EmulatorError {
  return new EmulatorError(`Invalid value "${excerpt(text)}" for ${where}.`, { code: 'usage', where, hint })
}

/** The nearest choice, and all of them. */
function choiceHint(text: string, choices: readonly string[]): string {
  const near = closest(text, choices)
  return `${near === undefined ? '' : `Did you mean "${near}"? `}Use one of ${choices.join(', ')}.`
}

/** Splits `name=value`. Throws `usage` for anything else, with `where` as the place. */
export function splitPair(text: string, where: string): [name: string, value: string] {
  const cut = text.indexOf('=')
  if (cut < 1) throw invalidValue(where, text, 'Write it as name=value.')
  return [text.slice(0, cut), text.slice(cut + 1)]
}

/** Splits `path=json`; a value that is not JSON is a string. `where` names the option or variable in errors. */
function parsePair(text: string, where: string): [path: string, value: Json] {
  const [path, raw] = splitPair(text, where)
  try {
    return [path, parseJson(raw, `${where} ${path}`)]
  } catch (error) {
    if (error instanceof EmulatorError) throw error
    return [path, raw]
  }
}

function parseSingle({ kind, example, least = 0 }: OptionSpec, text: string, where: string): string | number | boolean {
  switch (kind) {
    case 'flag':
      if (/^(1|true|yes|on)$/i.test(text)) return true
      if (/^(0|false|no|off)$/i.test(text)) return false
      throw invalidValue(where, text, 'Use 1 or 0.')
    case 'whole': {
      const value = Number(text)
      if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
      throw invalidValue(where, text, `Use a whole number, ${least} or more.`)
    }
    case 'port': {
      const value = Number(text)
      if (/^\d+$/.test(text) && value <= 65535) return value
      throw invalidValue(where, text, 'Use a port from 0 (any free one) to 65535.')
    }
    case 'duration':
      return parseDuration(text, where)
    case 'instant': {
      const at = /^\d+$/.test(text) ? Number(text) : instantOf(text)
      if (at !== undefined && isInstant(at)) return at
      throw invalidValue(
        where,
        text,
        'Use a day that exists, with time and zone, such as 2026-01-15T09:00:00Z; or milliseconds since 1970. Years 1970 to 9999.',
      )
    }
    case 'speed': {
      if (text === 'max') return 'max'
      const value = Number(text)
      if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
      throw invalidValue(where, text, 'Use a number above 0 (60 runs an hour in a minute), or max.')
    }
    case 'url': {
      const url = URL.canParse(text) ? new URL(text) : undefined
      if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return text
      throw new EmulatorError(`"${text}" is not an http or https URL.`, {
        code: 'invalid_url',
        where,
        hint: `Use a complete URL, such as ${example ?? 'http://127.0.0.1:3000/webhooks'}.`,
      })
    }
    default:
      return text
  }
}

/** Parses the texts given for an option. Throws `usage` or `invalid_url`, with `where` as the place: the option or its variable. */
export function parseOption(spec: OptionSpec, texts: readonly string[], where: string): OptionKinds[OptionKind] {
  const { kind, choices } = spec
  if (kind === 'pairs') return Object.fromEntries(texts.map(text => parsePair(text, where)))
  if (kind === 'texts') return Object.fromEntries(texts.map(text => splitPair(text, where)))
  if (kind === 'reports')
    return texts.map(text => {
      const [format, file] = splitPair(text, where)
      return { format, file }
    })
  if (kind === 'list') return [...texts]
  const text = texts.at(-1) ?? ''
  if (choices !== undefined && !choices.includes(text)) throw invalidValue(where, text, choiceHint(text, choices))
  return parseSingle(spec, text, where)
}

/** The value of an option in the environment: lists are separated by commas, pairs and reports by newlines. */
export function fromEnvironment(name: OptionName, spec: OptionSpec): OptionKinds[OptionKind] | undefined {
  const variable = environmentName(name)
  const text = environment(variable)
  if (text === undefined) return undefined
  const { kind, multiline } = spec
  const separator =
    kind === 'list' && !multiline ? ',' : ['list', 'pairs', 'texts', 'reports'].includes(kind) ? '\n' : undefined
  const texts = separator === undefined ? [text] : text.split(separator).filter(part => part !== '')
  return parseOption(spec, texts, variable)
}
