// The server as a Hono app: no port, no arguments, no disk. It finds the world a path speaks of and hands the rest on.
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { didYouMean, EmulatorError } from '../core/errors.js'
import type { Space, Spaces } from '../emulator/spaces.js'
import { type CallHooks, createCallHooks } from './call-hooks.js'
import type { createControlServer } from './control/serve.js'
import { bearsToken, checkNames, tokenMissing } from './guard.js'
import { problemResponse } from './problem.js'
import { createProviderServer } from './provider-routes.js'

/** Bindings are there on a real socket and absent with `app.request()`. */
interface AppEnv {
  Bindings: Partial<HttpBindings>
}

/** What `createApp` makes: `app.request()` in tests, `app.fetch` for a server. */
export type App = Hono<AppEnv>

export interface AppOptions {
  spaces: Spaces
  /** Standin's own. */
  version: string
  /** Guards `/_standin` and `/spaces`, not the providers' APIs. */
  token?: string | undefined
  /** Host names to answer to besides those of loopback. */
  allowHosts?: readonly string[] | undefined
  /** The provider that is served at the root too. */
  providerAtRoot?: string | undefined
  /** Hears the receivers' calls to the providers' APIs. */
  hooks?: CallHooks | undefined
  /** Told of our own faults, and of whatever goes wrong after an answer has left (the journal has that too). */
  onFault?: ((error: unknown) => void) | undefined
}

/** Splits `/spaces/{name}/rest`; undefined for any other path. */
function spacePath(path: string): { name: string; prefix: string; rest: string } | undefined {
  const [, encoded, rest] = /^\/spaces\/([^/]+)(\/.*)$/.exec(path) ?? []
  if (encoded === undefined || rest === undefined) return undefined
  return { name: encoded, prefix: `/spaces/${encoded}`, rest }
}

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

function nothingThere(path: string, providers: readonly string[]): EmulatorError {
  const first = path.split('/')[1] ?? ''
  const near = first === '' ? undefined : didYouMean(first, ['_standin', 'spaces', ...providers])
  return new EmulatorError(`There is nothing at ${path}.`, {
    code: 'not_found',
    hint:
      near ?? `The control API is under /_standin; the providers' are under ${providers.map(p => `/${p}`).join(', ')}.`,
  })
}

/** The app over these spaces. */
export function createApp(options: AppOptions): App {
  const { spaces, version, token, allowHosts = [], providerAtRoot, hooks = createCallHooks(), onFault } = options
  const app: App = new Hono<AppEnv>()
  const serveProvider = createProviderServer(hooks)
  // Schemas cost start-up time: they are loaded by the first request that needs them.
  let controlServer: Promise<ReturnType<typeof createControlServer>> | undefined
  const control = () => {
    controlServer ??= import('./control/serve.js').then(({ createControlServer }) => createControlServer())
    return controlServer
  }

  const enter = async (name: string, trusted: boolean): Promise<Space> => {
    if (!trusted && !spaces.has(name))
      throw new EmulatorError(`There is no space "${name}".`, {
        code: 'not_found',
        hint: `Make it with PUT /spaces/${name} and the access token.`,
      })
    return spaces.enter(name)
  }

  app.use(async (c, next) => {
    checkNames(c.req.raw, allowHosts)
    await next()
  })
  app.all('*', async c => {
    const request = c.req.raw
    const { origin, pathname, search } = new URL(request.url)
    const trusted = bearsToken(request, token)
    const inSpace = spacePath(pathname)
    const { prefix, rest } = inSpace ?? { prefix: '', rest: pathname }
    const ofSpaces = !inSpace && isUnder(pathname, '/spaces')
    if (ofSpaces || isUnder(rest, '/_standin')) {
      if (!trusted) return problemResponse(tokenMissing(), { headers: { 'www-authenticate': 'Bearer' } })
      const space = inSpace ? await enter(inSpace.name, true) : spaces.root
      const serveControl = await control()
      return serveControl({
        space,
        spaces,
        version,
        request,
        base: `${origin}${prefix}`,
        path: rest,
        guarded: token !== undefined,
        hooks,
      })
    }
    const names = spaces.root.emulator.providers.map(provider => provider.name)
    const named = names.find(name => isUnder(rest, `/${name}`))
    const provider = named ?? providerAtRoot
    if (provider === undefined) throw nothingThere(pathname, names)
    const { emulator } = inSpace ? await enter(inSpace.name, trusted) : spaces.root
    const mount = named === undefined ? '' : `/${named}`
    return serveProvider({
      emulator,
      provider,
      request,
      base: `${origin}${prefix}${mount}`,
      path: rest.slice(mount.length),
      search,
      afterwards: work => {
        const run = () =>
          void work().catch((error: unknown) => {
            const message = error instanceof Error ? error.message : String(error)
            emulator.journal.record({
              kind: 'internal-error',
              doing: `what follows ${request.method} ${pathname}`,
              message,
            })
            onFault?.(error)
          })
        const outgoing = c.env?.outgoing
        if (outgoing) outgoing.once('close', run)
        else setImmediate(run)
      },
    })
  })
  app.onError(error => {
    if (!(error instanceof EmulatorError)) onFault?.(error)
    return problemResponse(error)
  })
  return app
}
