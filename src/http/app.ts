// The server as a Hono app: no port, no arguments, no disk. It finds the space that a path names, and the API below it.
import { Hono } from 'hono'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { internalError } from '../core/internal-error.js'
import { loadOnce } from '../core/load-once.js'
import { explainStorageFailure } from '../core/storage-failure.js'
import { errorWithin } from '../emulator/lifetime.js'
import type { Space, Spaces } from '../emulator/spaces.js'
import { type CallHooks, createCallHooks } from './call-hooks.js'
import { directly, type ServerRequest, type Sockets, webRequest } from './exchange.js'
import { checkNames, checkSite, hasToken, isBrowserRead, unauthorized, unauthorizedCall } from './guard.js'
import { problemResponse } from './problem.js'
import { createProviderServer } from './provider-routes.js'
import type { Scenarios } from './scenarios.js'

/** What `createApp` makes: `app.request()` in tests, `app.fetch` for a server. */
export type App = Hono<{ Bindings: Sockets }>

/** What the server serves, and to whom. */
export interface AppOptions {
  spaces: Spaces
  /** Standin's own. */
  version: string
  /** Required for `/_standin` and `/spaces`, and for the providers' APIs where those are guarded. Default: none. */
  token?: string | undefined
  /** The providers' APIs require the token too. Default false. */
  guardProviders?: boolean | undefined
  /** Host names to answer to besides those of loopback. */
  allowHosts?: readonly string[] | undefined
  /** The provider that is served at the root too. */
  providerAtRoot?: string | undefined
  /** Folder of the page's files, served at the root and under each space. Default: no page. */
  page?: string | undefined
  /** Scenario files that the control API offers. Default: none. */
  scenarios?: Scenarios | undefined
  /** Called for the receivers' calls to the providers' APIs. */
  hooks?: CallHooks | undefined
  /** Gets internal errors, and whatever goes wrong after a response has been sent (the journal has that too). */
  onInternalError?: ((error: unknown) => void) | undefined
}

/** A path split up: what names a space, null at the root, and what is below it. Everything stays percent-encoded. */
interface Place {
  name: string | null
  prefix: string
  rest: string
}

/** Splits `/spaces/{name}/rest`; any other path is below the root. */
function splitPath(path: string): Place {
  const [, name, rest] = /^\/spaces\/([^/]+)(\/.*)$/.exec(path) ?? []
  if (name === undefined || rest === undefined) return { name: null, prefix: '', rest: path }
  return { name, prefix: `/spaces/${name}`, rest }
}

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

function nothingThere(path: string, providers: readonly string[]): EmulatorError {
  const first = path.split('/')[1] ?? ''
  const near = first === '' ? undefined : didYouMean(first, ['_standin', 'spaces', ...providers], 'Known paths')
  return new EmulatorError(`There is nothing at ${path}.`, {
    code: 'not_found',
    hint:
      near ?? `The control API is under /_standin; the providers' are under ${providers.map(p => `/${p}`).join(', ')}.`,
  })
}

/** The app over these spaces. */
export function createApp(options: AppOptions): App {
  const {
    spaces,
    version,
    token,
    guardProviders = false,
    allowHosts = [],
    providerAtRoot,
    page,
    scenarios,
    hooks = createCallHooks(),
    onInternalError,
  } = options
  const serveProvider = createProviderServer(hooks)
  // Schemas cost start-up time: they are loaded by the first request that needs them.
  const control = loadOnce(async () => (await import('./control/serve.js')).createControlServer())
  const pageServer = loadOnce(() => import('./page.js'))

  /** The space of a name; only a request that may makes one that does not exist yet. */
  const enter = async (name: string, request: ServerRequest, trusted: boolean): Promise<Space> => {
    if (!spaces.has(name) && (!trusted || isBrowserRead(request)))
      throw new EmulatorError(`There is no space "${name}".`, {
        code: 'not_found',
        hint: `Make it with PUT /spaces/${name}${trusted ? '' : ' and the access token'}.`,
      })
    return spaces.enter(name)
  }

  /** Answers in the space of a name, which is in use until the answer is sent; what fails because it ended meanwhile is a `conflict`. */
  const inSpace = async (
    name: string | null,
    request: ServerRequest,
    trusted: boolean,
    answer: (space: Space) => Response | Promise<Response>,
  ): Promise<Response> => {
    const space = name === null ? spaces.root : await enter(name, request, trusted)
    const { outgoing } = request
    const { emulator, gone } = space
    const signal = emulator.lifetime()
    const leave = name === null ? undefined : spaces.use(name)
    try {
      return await answer(space)
    } catch (error) {
      if (
        gone.aborted &&
        name !== null &&
        !spaces.root.gone.aborted &&
        (error === signal.reason || !(error instanceof EmulatorError))
      )
        throw new EmulatorError(`The space "${name}" was deleted meanwhile.`, {
          code: 'conflict',
          hint: `Make it again with PUT /spaces/${name}.`,
        })
      throw errorWithin(signal, error)
    } finally {
      if (outgoing === undefined || outgoing.destroyed) leave?.()
      else if (leave) outgoing.once('close', leave)
    }
  }

  const servedByControl = (request: ServerRequest, { name, prefix, rest }: Place, trusted: boolean) => {
    if (!trusted) return problemResponse(unauthorized(), { headers: { 'www-authenticate': 'Bearer' } })
    const base = `${request.origin}${prefix}`
    const guarded = token !== undefined
    return inSpace(name, request, trusted, space => {
      const incoming = { space, spaces, version, request, base, path: rest, hooks, scenarios, guarded }
      // Every await is a part of what a request costs.
      return control.loaded?.(incoming) ?? control().then(serve => serve(incoming))
    })
  }

  const servedBesides = async (request: ServerRequest, place: Place, trusted: boolean) => {
    const { origin, pathname, search, outgoing } = request
    const { name, prefix, rest } = place
    if (name === null && isUnder(rest, '/spaces')) {
      const answer = page === undefined ? undefined : (await pageServer()).toSpace(request, rest)
      return answer ?? servedByControl(request, place, trusted)
    }
    if (page !== undefined && (rest === '/' || rest === '/llms.txt' || isUnder(rest, '/_page'))) {
      const isShared = providerAtRoot !== undefined
      // Needs no token and makes no space: what it shows it asks the control API for.
      const answer = await (await pageServer()).servePage(request, { folder: page, path: rest, isShared })
      if (answer) return answer
    }
    const providers = spaces.root.emulator.providers.map(provider => provider.name)
    const named = providers.find(provider => isUnder(rest, `/${provider}`))
    const provider = named ?? providerAtRoot
    if (provider === undefined) throw nothingThere(pathname, providers)
    if (guardProviders && !trusted) return problemResponse(unauthorizedCall())
    const mount = named === undefined ? '' : `/${named}`
    return inSpace(name, request, trusted, ({ emulator }) => {
      const lifetime = emulator.lifetime()
      const followFailed = (error: unknown) => {
        if (lifetime.aborted) return
        emulator.journal.record(internalError(error, `what follows ${request.method} ${pathname}`))
        onInternalError?.(error)
      }
      return serveProvider({
        emulator,
        provider,
        request,
        base: `${origin}${prefix}${mount}`,
        path: rest.slice(mount.length),
        search,
        afterwards: work => {
          const run = async () => {
            try {
              await work()
            } catch (error) {
              followFailed(error)
            }
          }
          // Its client may have left before there was an answer.
          if (outgoing === undefined || outgoing.destroyed) setImmediate(run)
          else outgoing.once('close', run)
        },
      })
    })
  }
  const served = (request: ServerRequest): Response | Promise<Response> => {
    checkNames(request, allowHosts)
    checkSite(request)
    const place = splitPath(request.pathname)
    const trusted = hasToken(request, token)
    return isUnder(place.rest, '/_standin')
      ? servedByControl(request, place, trusted)
      : servedBesides(request, place, trusted)
  }
  const answer = async (request: ServerRequest): Promise<Response> => {
    try {
      return await served(request)
    } catch (error) {
      const cause = explainStorageFailure(error)
      if (!(cause instanceof EmulatorError)) onInternalError?.(cause)
      return problemResponse(cause, {}, directly(request))
    }
  }
  const app: App = new Hono<{ Bindings: Sockets }>()
  app.all('*', c => answer(webRequest(c.req.raw, c.env)))
  return app
}
