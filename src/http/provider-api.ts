// The providers' own APIs from within the process: scenarios call them, and wait for the receiver's calls to them.
import { jsonOrText } from '../core/json.js'
import { loadOnce } from '../core/load-once.js'
import type { Emulator } from '../emulator/contract.js'
import type { ApiAnswer, CallListener, ProviderApi } from '../scenario/host.js'
import { type AnsweredCall, type CallHooks, createCallHooks } from './call-hooks.js'
import { webRequest } from './exchange.js'

function asProviderCall({ provider, method, path, call, answer }: AnsweredCall): Parameters<CallListener>[0] {
  return {
    provider,
    method,
    path,
    query: call.query,
    headers: call.headers,
    body: jsonOrText(call.rawBody),
    answer: {
      status: answer.status,
      headers: Object.fromEntries(
        Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      body: answer.body ?? '',
    },
  }
}

/** A server of its own, loaded by the first call: most scenarios make none. */
async function loadServer() {
  const { createProviderServer } = await import('./provider-routes.js')
  return createProviderServer(createCallHooks())
}

/**
 * The providers' APIs of one emulator. `base` is where a server serves them (links in answers begin with it); `hooks` are those of the
 * server that the receiver calls, without them its calls cannot be watched. A call is answered when what follows from it is done.
 */
export function providerApi(
  emulator: Emulator,
  { base, hooks }: { base: string; hooks?: CallHooks | undefined },
): ProviderApi {
  const server = loadOnce(loadServer)
  return {
    async call({ provider, method, path, headers, body }): Promise<ApiAnswer> {
      const serve = await server()
      const [pathname = '', ...rest] = path.split('?')
      const follows: (() => Promise<void>)[] = []
      const answer = await serve({
        emulator,
        provider,
        request: webRequest(
          new Request(`${base}/${provider}${path}`, {
            method,
            headers,
            ...(body === undefined ? {} : { body }),
          }),
        ),
        base: `${base}/${provider}`,
        path: pathname,
        search: rest.length > 0 ? `?${rest.join('?')}` : '',
        afterwards: work => void follows.push(work),
      })
      const text = await answer.text()
      for (const work of follows) await work()
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: jsonOrText(text) }
    },
    ...(hooks && {
      watchCalls: (listener: CallListener) => {
        const at = (moment: 'before' | 'after') => async (answered: AnsweredCall) => {
          if (answered.emulator === emulator) await listener(asProviderCall(answered), moment)
        }
        return hooks.listen({ before: at('before'), after: at('after') })
      },
    }),
  }
}
