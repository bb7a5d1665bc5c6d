// The one part of undici that is used: loading the whole of it takes three times as long.
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici'

  const client: typeof Client
  export default client
}
