// The lines of `--json`: a page and a JSON Schema from one source document those of every command.
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { commands } from '../../src/cli/commands/index.js'
import { errorLine, jsonLines } from '../../src/cli/json-lines.js'
import { isJsonObject, type Json } from '../../src/core/json.js'
import { standin } from '../support/cli.js'
import { checkLines } from '../support/json-lines.js'
import { ROOT } from '../support/markdown.js'
import { testReceiver } from '../support/receiver.js'

/** A value's schema in a word or two. */
function typeOf(schema: Json | undefined): string {
  if (!isJsonObject(schema)) return 'any'
  if (typeof schema.$ref === 'string') return `\`${schema.$ref.split('/').at(-1)}\``
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (Array.isArray(schema.enum)) return schema.enum.map(value => `\`${value}\``).join(', ')
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.type === 'array') {
    const items = typeOf(schema.items)
    return items.startsWith('`') ? `list of ${items}` : 'list'
  }
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'any'
}

const cell = (text: string) => text.replaceAll('|', '\\|')

function tableOf(line: z.ZodObject): string {
  const { properties, required = [] } = z.toJSONSchema(line, { io: 'output', unrepresentable: 'any' })
  const rows = Object.entries(properties ?? {}).map(([key, value]) => {
    const schema: Json = JSON.parse(JSON.stringify(value))
    const about =
      isJsonObject(schema) && typeof schema.description === 'string' ? schema.description.replace(/\.$/, '') : ''
    return `| \`${key}\`${required.includes(key) ? '' : ' (may be absent)'} | ${cell(typeOf(schema))} | ${cell(about)} |`
  })
  return ['| Key | Value | |', '|---|---|---|', ...rows].join('\n')
}

/** docs/json-lines.md. */
function page(): string {
  const shown = new Map<z.ZodObject, string>()
  const lineText = (line: z.ZodObject, command: string): string => {
    const { description = '' } = z.globalRegistry.get(line) ?? {}
    const { kind } = line.shape
    const name = kind instanceof z.ZodLiteral ? `\`${[...kind.values].join(' ')}\`` : ''
    const before = shown.get(line)
    if (before !== undefined) return `**${name}**: see \`${before}\`.`
    shown.set(line, command)
    return `**${name}**${description === '' ? '' : `: ${description}`}\n\n${tableOf(line)}`
  }
  return `${[
    '# The lines of `--json`',
    [
      'With `--json` every command prints one JSON object per line on stdout, and its text on stderr. `kind` names the line.',
      'Keys may be added; those listed here keep their names and meanings. Names such as `Delivery` are schemas of `/_standin/openapi.json`.',
      '`standin schema json-lines` prints a JSON Schema of these lines. This page is generated from the same source, and the tests check',
      'every line that a command prints against it.',
    ].join('\n'),
    '## Every command',
    lineText(errorLine, 'every command'),
    ...commands.flatMap(({ name }) => {
      const lines = jsonLines[name] ?? []
      const nothing = 'Prints the same with and without `--json`.'
      return [
        `## \`standin ${name}\``,
        ...(lines.length === 0 ? [nothing] : lines.map(line => lineText(line, `standin ${name}`))),
      ]
    }),
  ].join('\n\n')}\n`
}

it('are documented for every command', () => {
  expect(commands.map(({ name }) => name).filter(name => jsonLines[name] === undefined)).toEqual([])
})

it('match docs/json-lines.md', async () => {
  await expect(page()).toMatchFileSnapshot(join(ROOT, 'docs/json-lines.md'))
})

it('match the JSON Schema of standin schema json-lines', async () => {
  const { code, stdout } = await standin(['schema', 'json-lines'])
  expect(code).toBe(0)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(JSON.parse(stdout))
  const { url } = await testReceiver([401, 200])
  const run = await standin([
    'trigger',
    'rillis',
    'FLOW_COMPLETED',
    '--to',
    url,
    '--secret',
    'k',
    '--speed',
    'max',
    '--json',
  ])
  const lines = run.records()
  expect(lines.map(({ kind }) => kind)).toEqual(['event', 'attempt', 'refused', 'attempt', 'summary'])
  for (const line of lines) expect(validate(line), ajv.errorsText(validate.errors)).toBe(true)
  expect(validate({ ...lines[0], undocumented: 1 })).toBe(false)
})

it('with an undocumented key fail the tests', () => {
  const line = { kind: 'recorded', file: 'a.yaml', events: 1 }
  expect(() => checkLines('record', [line])).not.toThrow()
  expect(() => checkLines('record', [{ ...line, undocumented: 1 }])).toThrow('not documented')
  expect(() => checkLines('record', [{ kind: 'unknown' }])).toThrow('not documented')
})

it('an unknown schema name suggests the nearest', async () => {
  const { code, stderr } = await standin(['schema', 'json-line'])
  expect(code).toBe(2)
  expect(stderr).toContain('Did you mean "json-lines"?')
})
