// `standin schema`: prints the JSON Schema of scenario files, of standin.yaml, or of the lines of `--json`.
import { unknownName } from '../../core/errors.js'
import { defineCommand, EXIT } from '../command.js'

export const command = defineCommand({
  usage: '[scenario|config|json-lines]',
  args: { min: 0, max: 1 },
  about: [
    'Print the JSON Schema of scenario files or of standin.yaml, for editors and your own checks; or of the lines that --json prints.',
  ],
  options: [],
  examples: () => ['schema', 'schema > scenario.schema.json', 'schema config', 'schema json-lines'],
  run: async ({ args: [what = 'scenario'], print }) => {
    const schemas: Record<string, () => Promise<object>> = {
      scenario: async () => (await import('../../scenario/json-schema.js')).scenarioJsonSchema(),
      config: async () => JSON.parse((await import('../config-schema.js')).configJsonSchemaText()),
      'json-lines': async () => (await import('../json-lines.js')).jsonLinesSchema(),
    }
    const schema = Object.hasOwn(schemas, what) ? schemas[what] : undefined
    if (schema === undefined) throw unknownName('schema', what, Object.keys(schemas), { where: 'standin schema' })
    print.raw(`${JSON.stringify(await schema(), null, 2)}\n`)
    return EXIT.success
  },
})
