// `standin mcp`: offers a running server to agents over the Model Context Protocol, on stdin and stdout.

import { createClient } from '../../../client/client.js'
import { EmulatorError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import { VERSION } from '../../../version.js'
import { defineCommand, EXIT } from '../../command.js'

/** The official SDK, which is no dependency: who uses this command installs it. Throws `usage` where it is not there. */
async function sdk() {
  try {
    const { Server } = await import('@modelcontextprotocol/sdk/server/index.js')
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
    const { CallToolRequestSchema, ListToolsRequestSchema } = await import('@modelcontextprotocol/sdk/types.js')
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema }
  } catch (cause) {
    throw new EmulatorError('The package @modelcontextprotocol/sdk is not installed.', {
      code: 'usage',
      where: 'standin mcp',
      hint: 'Install it beside Standin: npm install --save-dev @modelcontextprotocol/sdk',
      cause,
    })
  }
}

const asText = (text: string) => ({ content: [{ type: 'text' as const, text }] })

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Offer a running server (standin serve) to an agent over the Model Context Protocol, on stdin and stdout.',
    'The tools only read, unless --write adds those that trigger, subscribe, verify and resend.',
    'It needs the package @modelcontextprotocol/sdk and ends when stdin closes.',
  ],
  options: ['server', 'token', 'write'],
  examples: () => ['mcp', 'mcp --write', 'mcp --server http://127.0.0.1:4010/spaces/agent --write'],
  run: async ({ options, print, signal }) => {
    const { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema } = await sdk()
    const { tools } = await import('./tools.js')
    const client = createClient(options)
    const all = tools()
    const offered = all.filter(({ writes }) => options.write || !writes)
    const server = new Server({ name: 'standin', version: VERSION }, { capabilities: { tools: {} } })
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: offered.map(({ name, about, writes, input }) => ({
        name,
        description: about,
        inputSchema: { ...input, type: 'object' as const },
        annotations: { readOnlyHint: !writes, destructiveHint: false },
      })),
    }))
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      try {
        const tool = all.find(({ name }) => name === params.name)
        if (tool === undefined)
          throw new EmulatorError(`There is no tool "${params.name}".`, {
            code: 'unknown_name',
            where: 'name',
            hint: `The tools are ${offered.map(({ name }) => name).join(', ')}.`,
          })
        if (!offered.includes(tool))
          throw new EmulatorError(`${tool.name} changes something, and this server only reads.`, {
            code: 'not_allowed',
            where: 'name',
            hint: 'Start it with standin mcp --write.',
          })
        const { method, path, body } = tool.call((params.arguments ?? {}) as JsonObject)
        return asText(JSON.stringify(await client.ask(method, path, body), null, 2))
      } catch (error) {
        if (!(error instanceof EmulatorError)) throw error
        const { message, where, hint, issues } = error
        return { ...asText(JSON.stringify({ error: message, where, hint, issues }, null, 2)), isError: true }
      }
    })
    const ended = new Promise<void>(resolve => {
      server.onclose = resolve
      signal.addEventListener('abort', () => void server.close(), { once: true })
      process.stdin.on('end', () => void server.close())
    })
    await server.connect(new StdioServerTransport())
    print.note(`offers ${offered.map(({ name }) => name).join(', ')} of ${client.server}`)
    await ended
    return EXIT.success
  },
})
