// Serves the page: the files that the build made, with a strict content security policy, at the root and below each space.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerRequest } from './exchange.js'

/** Folder of the page's own files, below the URL of the root or of a space. */
const ASSETS = '/_page/'

/** What an agent reads of a server first, see llmstxt.org. */
const GUIDE = '/llms.txt'

/** Where the build puts the files: beside the folder of this code, which is one deep in the build (dist/chunks, dist/cli). */
export const builtPage = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/page/' : '../page/', import.meta.url),
)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Headers of everything that is served here: only what comes from this server runs, and nobody frames it. */
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
}

async function sent(
  request: ServerRequest,
  folder: string,
  name: string,
  cache: string,
): Promise<Response | undefined> {
  const isCompressed = /\bgzip\b/.test(request.headers().get('accept-encoding') ?? '')
  const type = TYPES[extname(name)]
  if (type === undefined) return undefined
  try {
    const content = await readFile(join(folder, isCompressed ? `${name}.gz` : name))
    const headers = {
      ...HEADERS,
      'content-type': type,
      'content-length': String(content.byteLength),
      'cache-control': cache,
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    }
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(content), { headers })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const asksForHtml = (request: ServerRequest) => request.headers().get('accept')?.includes('text/html') === true

/**
 * Sends a browser from `/spaces/NAME` to `/spaces/NAME/`, where the page of the space is, and nobody else; undefined for any other request.
 */
export function toSpace(request: ServerRequest, pathname: string): Response | undefined {
  if ((request.method !== 'GET' && request.method !== 'HEAD') || !asksForHtml(request)) return undefined
  const [, name] = /^\/spaces\/([^/]+)$/.exec(pathname) ?? []
  if (name === undefined) return undefined
  // Relative: the name stays as it is written, and no other host can be named.
  return new Response(null, {
    status: 308,
    headers: { ...HEADERS, location: `/spaces/${name}/`, 'cache-control': 'no-cache', vary: 'accept' },
  })
}

/**
 * What the page answers at a path below the root or a space; undefined where it has nothing. `isShared` is true where a provider is
 * served at the root too: there only those who ask for HTML get the page.
 */
export async function servePage(
  request: ServerRequest,
  { folder, path, isShared }: { folder: string; path: string; isShared: boolean },
): Promise<Response | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  if (path === '/') {
    if (isShared && !asksForHtml(request)) return undefined
    // Asked for anew each time: it names the files of this version.
    return sent(request, folder, 'index.html', 'no-cache')
  }
  if (path === GUIDE) return sent(request, folder, GUIDE.slice(1), 'no-cache')
  const name = path.startsWith(ASSETS) ? path.slice(ASSETS.length) : ''
  // The name of a file, not a path: nothing outside the folder can be named.
  if (!/^[\w-]+\.(js|css|svg)$/.test(name)) return undefined
  return sent(request, folder, name, 'public, max-age=31536000, immutable')
}
