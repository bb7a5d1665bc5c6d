// Verifications: the checks run against a receiver, within this server's limits on targets.
import { verificationInput, verificationReport } from '../../api/verification.js'
import { controlRoute, type Family } from './route.js'

export const verificationsFamily: Family = {
  name: 'verifications',
  about: 'Verification of receivers.',
  routes: [
    controlRoute({
      id: 'verifyReceiver',
      method: 'POST',
      path: '/_standin/verifications',
      summary: 'Verifies a receiver; answers when it is done, which takes up to a minute.',
      description:
        'Stores nothing: the requests come from emulators of their own. With `Accept: text/html` it answers the report as a page.',
      body: verificationInput,
      answers: {
        200: { description: 'The report, whatever its verdicts.', schema: verificationReport },
        400: { description: 'Unknown names, settings or checks.' },
      },
      handler: async ({ emulator, body: { timeout, ...asked }, spaces, space, request }) => {
        const [{ verify }, { reportRecord }, { htmlReport }] = await Promise.all([
          import('../../verify/verification.js'),
          import('../../verify/reporters/json.js'),
          import('../../verify/reporters/html.js'),
        ])
        const signal = AbortSignal.any([request.signal, space.gone])
        // The provider's settings in this space apply to its verifications too.
        const settings = { ...emulator.ledger.providerSettings(asked.provider), ...asked.settings }
        const options = { ...asked, settings, timeoutMs: timeout, signal }
        const { shareable } = await verify(options, spaces.beside)
        if (request.headers.get('accept')?.startsWith('text/html'))
          return new Response(htmlReport(shareable), { headers: { 'content-type': 'text/html; charset=utf-8' } })
        return { status: 200, body: reportRecord(shareable) }
      },
    }),
  ],
}
