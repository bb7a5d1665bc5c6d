// The lines of `--json`: every command's are documented, by a page and by a schema that both come from the same source.
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
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (Array.isArray(schema.enum)) return schema.enum.map(value => `\`${value}\``).join(', ')
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.type === 'array') return 'list'
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'any'
}

const cell = (text: string) => text.replaceAll('|', '\\|')

function tableOf(line: z.ZodObject): string {
  const { properties, required = [] } = z.toJSONSchema(line, { io: 'output' })
  const rows = Object.entries(properties ?? {}).map(([key, value]) => {
    const schema: Json = JSON.parse(JSON.stringify(value))
    const about = isJsonObject(schema) && typeof schema.description === 'string' ? schema.description : ''
    return `| \`${key}\`${required.includes(key) ? '' : ' (may be absent)'} | ${cell(typeOf(schema))} | ${cell(about)} |`
  })
  return ['| Key | Value | |', '|---|---|---|', ...rows].join('\n')
}

/** docs/json-lines.md. */
function page(): string {
  const shown = new Map<z.ZodObject, string>()
  const lineText = (line: z.ZodObject, command: string): string => {
    const { description = '', component } = z.globalRegistry.get(line) ?? {}
    const { kind } = line.shape
    const name = kind instanceof z.ZodLiteral ? `\`${[...kind.values].join(' ')}\`` : 'Any entry'
    const before = shown.get(line)
    if (before !== undefined) return `**${name}**: as of \`${before}\`.`
    shown.set(line, command)
    const passed =
      typeof component === 'string'
        ? ` It has all keys of \`${component}\` in \`/_standin/openapi.json\`, among them:`
        : ''
    return `**${name}**: ${description}${passed}\n\n${tableOf(line)}`
  }
  return `${[
    '# The lines of `--json`',
    [
      'With `--json` every command prints one JSON object a line on stdout, and the words for people on stderr. What a line is says its `kind`.',
      'Keys may be added; what stands here keeps its name and meaning. `standin schema json-lines` prints a JSON Schema of a line. This page is',
      'generated from the same source, and every line that a command prints in the tests is checked against it.',
    ].join('\n'),
    '## Every command',
    lineText(errorLine, 'every command'),
    ...commands.flatMap(({ name }) => {
      const lines = jsonLines[name] ?? []
      const nothing = 'Prints its result as it is, with `--json` and without.'
      return [
        `## \`standin ${name}\``,
        ...(lines.length === 0 ? [nothing] : lines.map(line => lineText(line, `standin ${name}`))),
      ]
    }),
  ].join('\n\n')}\n`
}

it('of every command are documented', () => {
  expect(commands.map(({ name }) => name).filter(name => jsonLines[name] === undefined)).toEqual([])
})

it('are described by a page that is current', async () => {
  await expect(page()).toMatchFileSnapshot(join(ROOT, 'docs/json-lines.md'))
})

it('fit the JSON Schema that standin schema json-lines prints', async () => {
  const { code, stdout } = await standin(['schema', 'json-lines'])
  expect(code).toBe(0)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(JSON.parse(stdout))
  const { url } = await testReceiver([401, 200])
  const told = await standin([
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
  const lines = told.records()
  expect(lines.map(({ kind }) => kind)).toEqual(['event', 'attempt', 'refused', 'attempt', 'summary'])
  for (const line of lines) expect(validate(line), ajv.errorsText(validate.errors)).toBe(true)
  expect(validate({ ...lines[0], untold: 1 })).toBe(false)
})

it('with a key that is not documented are refused by the tests themselves', () => {
  const line = { kind: 'recorded', file: 'a.yaml', events: 1 }
  expect(() => checkLines('record', [line])).not.toThrow()
  expect(() => checkLines('record', [{ ...line, untold: 1 }])).toThrow('not documented')
  expect(() => checkLines('record', [{ kind: 'unheard of' }])).toThrow('not documented')
})

it('an unknown schema is refused with the nearest', async () => {
  const { code, stderr } = await standin(['schema', 'json-line'])
  expect(code).toBe(2)
  expect(stderr).toContain('Did you mean "json-lines"?')
})
