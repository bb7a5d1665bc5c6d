// Holds the answers of the providers' APIs against Standin's OpenAPI document, which is made once for each test file.
import { createEmulator } from '../../src/emulator/index.js'
import { createSpaces } from '../../src/emulator/spaces.js'
import { createApp } from '../../src/http/app.js'
import { type Exchange, type OpenApiDocument, openApiCheck } from './openapi-check.js'

type Check = ReturnType<typeof openApiCheck>

async function describe(): Promise<Check> {
  const spaces = createSpaces({ root: await createEmulator({ clock: 'manual', seed: 1 }), make: createEmulator })
  try {
    const app = createApp({ spaces, version: '0.0.0' })
    return openApiCheck((await (await app.request('/_standin/openapi.json')).json()) as OpenApiDocument)
  } finally {
    await spaces.stop(0)
  }
}

const made: { check?: Promise<Check> } = {}

/** Throws where an answer is not as the document describes it. The path begins with the provider's name and may have a query. */
export async function mustBeDescribed({ path, ...exchange }: Exchange): Promise<void> {
  made.check ??= describe()
  const { check } = await made.check
  check({ ...exchange, path: path.split('?', 1)[0] ?? path })
}
