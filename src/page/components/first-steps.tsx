// What fills an empty inbox: three commands, with the address of this server in them.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ProviderSummary } from '../../api/provider.js'
import { hrefOf } from '../address.js'
import { base, get, hasToken } from '../api.js'
import { CopyButton } from './copy-button.js'
import { Empty } from './empty.js'

const RECEIVER = 'http://127.0.0.1:3000/webhooks'

function commandsFor({ name, channels }: ProviderSummary): { what: string; command: string }[] {
  const server = base.href.replace(/\/$/, '')
  const type = channels[0]?.eventTypes[0]?.name ?? ''
  const bearer = hasToken() ? ' -H "authorization: Bearer $STANDIN_TOKEN"' : ''
  return [
    { what: 'Start a receiver, if you have none', command: 'npx standin receive --port 3000' },
    {
      what: 'Subscribe it',
      command: `curl ${server}/_standin/subscriptions${bearer} -H 'content-type: application/json' -d '${JSON.stringify({ provider: name, url: RECEIVER })}'`,
    },
    { what: 'Trigger an event', command: `npx standin trigger ${name} ${type} --server ${server}` },
  ]
}

/** The empty inbox. */
export function FirstSteps() {
  const provider = useSignal<ProviderSummary | undefined>(undefined)
  useEffect(() => {
    get<{ items: ProviderSummary[] }>('/providers').then(
      ({ items }) => {
        provider.value = items[0]
      },
      () => undefined,
    )
  }, [])
  return (
    <Empty title="No deliveries yet">
      <p>Three commands fill the inbox:</p>
      <ol class="first-steps">
        {provider.value &&
          commandsFor(provider.value).map(({ what, command }) => (
            <li key={what}>
              <p>{what}:</p>
              <pre>{command}</pre>
              <CopyButton text={() => command}>Copy</CopyButton>
            </li>
          ))}
      </ol>
      <p>
        Or do it here: <a href={hrefOf('subscriptions')}>subscribe a receiver</a>, then{' '}
        <a href={hrefOf('send')}>send an event</a>.
      </p>
    </Empty>
  )
}
