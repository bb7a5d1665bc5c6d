// Verifications: a receiver is judged by the catalogue of checks, by this server's rules for targets.
import { verificationInput, verificationReport } from '../../api/verification.js'
import { controlRoute, type Family } from './route.js'

export const verificationsFamily: Family = {
  name: 'verifications',
  about: 'Judging receivers by the catalogue of checks.',
  routes: [
    controlRoute({
      id: 'verifyReceiver',
      method: 'POST',
      path: '/_standin/verifications',
      summary: 'Judges a receiver; answered when it is done, which takes up to a minute.',
      description: 'Nothing is stored: the messages come from emulators of their own. `Accept: text/html` gets a page.',
      body: verificationInput,
      answers: {
        200: { description: 'The verdicts, whatever they are.', schema: verificationReport },
        400: { description: 'Unknown names, settings or checks.' },
      },
      handler: async ({ emulator, body: { timeout, ...asked }, spaces, space, request }) => {
        const [{ verify }, { reportRecord }, { htmlReport }] = await Promise.all([
          import('../../verify/verification.js'),
          import('../../verify/reporters/json.js'),
          import('../../verify/reporters/html.js'),
        ])
        const signal = AbortSignal.any([request.signal, space.gone])
        // What was set for this world's provider holds for its verifications too.
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
