// The format's JSON Schema: current, accepted by another validator, and equal to the loader's checks.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { scenarioJsonSchema, scenarioJsonSchemaText } from '../../src/scenario/json-schema.js'

const folder = join(import.meta.dirname, '../../scenarios')

function validator() {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(scenarioJsonSchema())
}

describe('scenario.schema.json', () => {
  it('is current; `standin schema > scenarios/scenario.schema.json` renews it', async () => {
    expect(await readFile(join(folder, 'scenario.schema.json'), 'utf8')).toBe(scenarioJsonSchemaText())
  })

  it('accepts every scenario of this project', async () => {
    const check = validator()
    const files = (await readdir(folder, { recursive: true })).filter(file => /\.ya?ml$/.test(file))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const valid = check(parse(await readFile(join(folder, file), 'utf8')))
      expect({ file, valid, errors: check.errors ?? [] }).toEqual({ file, valid: true, errors: [] })
    }
  })

  it.each([
    ['a bare list', '[thing.made]', true],
    [
      'a nested story',
      'version: 1\nname: x\nsteps: [{ parallel: [{ wait: 1 }, [{ repeat: { count: 2, steps: [{ advance: 5m }] } }]] }]',
      true,
    ],
    [
      'a reference for a number',
      `version: 1\nname: x\nsteps: [{ repeat: { count: "\${vars.n}", steps: [{ wait: 1 }] } }]`,
      true,
    ],
    ['two verbs', 'version: 1\nname: x\nsteps: [{ wait: 1, advance: 2 }]', false],
    ['no verb', 'version: 1\nname: x\nsteps: [{ name: a }]', false],
    ['an unknown key', 'version: 1\nname: x\nsteps: [{ wait: 1, wiat: 2 }]', false],
    ['another version', 'version: 2\nname: x\nsteps: [{ wait: 1 }]', false],
    ['a wrong duration', 'version: 1\nname: x\nsteps: [{ wait: soon }]', false],
  ])('judges %s as the loader does', (_name, text, valid) => {
    expect(validator()(parse(text))).toBe(valid)
  })

  it('describes each key for editors', () => {
    const text = JSON.stringify(scenarioJsonSchema())
    expect(text).toContain('"description":"Root of all randomness; --seed overrides it."')
    expect(text).toContain('"$ref":"#/$defs/step"')
  })
})
