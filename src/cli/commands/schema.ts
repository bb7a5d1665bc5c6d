// `standin schema`: the JSON Schema of scenario files.
import { defineCommand, EXIT } from '../command.js'

export const command = defineCommand({
  usage: '',
  args: { least: 0, most: 0 },
  about: ['Prints the JSON Schema of scenario files, for editors and checks of your own.'],
  options: [],
  examples: () => ['schema', 'schema > scenario.schema.json'],
  run: async ({ print }) => {
    const { scenarioJsonSchema } = await import('../../scenario/json-schema.js')
    print.raw(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
    return EXIT.done
  },
})
