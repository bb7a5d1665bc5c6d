// A provider's own API asked and overheard from within: what scenarios call, and the receiver's calls they wait for.
import { jsonOrText } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import type { ApiAnswer, CallListener, ProviderApi } from '../scenario/host.js'
import { type CallHooks, createCallHooks, type HeardCall } from './call-hooks.js'
import { createProviderServer } from './provider-routes.js'

function overheard({ provider, method, path, call, answer }: HeardCall): Parameters<CallListener>[0] {
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

/**
 * The providers' APIs of one emulator. `base` is where a server serves them (links in answers begin with it); `hooks` are those of the
 * server that the receiver calls, without them nothing can be overheard. A call answers when what follows from it has been done.
 */
export function providerApi(
  emulator: Emulator,
  { base, hooks }: { base: string; hooks?: CallHooks | undefined },
): ProviderApi {
  const serve = createProviderServer(createCallHooks())
  return {
    async call({ provider, method, path, headers, body }): Promise<ApiAnswer> {
      const [pathname = '', ...rest] = path.split('?')
      const follows: (() => Promise<void>)[] = []
      const answer = await serve({
        emulator,
        provider,
        request: new Request(`${base}/${provider}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
        }),
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
      watchCalls: (hear: CallListener) => {
        const tell = (moment: 'before' | 'after') => async (heard: HeardCall) => {
          if (heard.emulator === emulator) await hear(overheard(heard), moment)
        }
        return hooks.listen({ before: tell('before'), after: tell('after') })
      },
    }),
  }
}
