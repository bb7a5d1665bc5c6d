// The running server that a command talks to, from its options.
import { type Client, createClient, DEFAULT_SERVER } from './client.js'

/** A client for `--server` and `--token`. */
export function clientOf(options: { server: string | undefined; token: string | undefined }): Client {
  return createClient({ server: options.server ?? DEFAULT_SERVER, token: options.token })
}
