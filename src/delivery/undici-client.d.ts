// The type of undici's client at its own path, which loads faster than undici's main entry (see test/delivery/undici-client.test.ts).
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici'

  const client: typeof Client
  export default client
}
