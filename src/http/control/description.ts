// The OpenAPI document, made when it is asked for.
import { jsonObject } from '../../api/values.js'
import { controlRoute, type Family } from './route.js'

export const descriptionFamily: Family = {
  name: 'description',
  about: 'What this server serves, for machines.',
  routes: [
    controlRoute({
      id: 'getOpenApi',
      method: 'GET',
      path: '/_standin/openapi.json',
      summary: "OpenAPI 3.1 of the control API, the providers' APIs and their webhooks.",
      answers: { 200: { description: 'The document.', schema: jsonObject } },
      handler: async ({ emulator, families, base, version, guarded }) => {
        const { describeApi } = await import('../openapi.js')
        return { status: 200, body: await describeApi({ emulator, families, base, version, guarded }) }
      },
    }),
  ],
}
