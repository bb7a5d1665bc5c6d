// The form that starts a verification: provider, receiver, secret, level, and what is seldom needed.
import { useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { VerificationDetail } from '../../api/kept-verification.js'
import type { Page } from '../../api/page.js'
import type { ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import type { VerificationInput } from '../../api/verification.js'
import type { JsonObject } from '../../core/json.js'
import { go, hrefOf } from '../address.js'
import { get } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { readVerification, secretOf, startVerification } from '../state/verifications.js'

/** What stands in the fields. */
interface Fields {
  provider: string
  channel: string
  to: string
  secret: string
  level: 'must' | 'should'
  only: string
  except: string
  observe: string
  timeout: string
  settle: string
  settings: string
}

const EMPTY: Fields = {
  provider: '',
  channel: '',
  to: '',
  secret: '',
  level: 'must',
  only: '',
  except: '',
  observe: '',
  timeout: '',
  settle: '',
  settings: '',
}

const listOf = (text: string) => text.split(/[\s,]+/).filter(part => part !== '')

/** What is asked of the server; throws where the settings are no JSON object. */
function inputOf(fields: Fields): VerificationInput {
  const { provider, to, channel, secret, level, only, except, observe, timeout, settle, settings } = fields
  return {
    provider,
    to: to.trim(),
    level,
    ...(channel !== '' && { channel }),
    ...(secret !== '' && { secret }),
    ...(only.trim() !== '' && { only: listOf(only) }),
    ...(except.trim() !== '' && { except: listOf(except) }),
    ...(observe.trim() !== '' && { observe: observe.trim() }),
    ...(timeout.trim() !== '' && { timeout: timeout.trim() }),
    ...(settle.trim() !== '' && { settle: settle.trim() }),
    ...(settings.trim() !== '' && { settings: settingsOf(settings) }),
  }
}

/** A secret as the API shows it, as JSON. */
const MASKED = '"***"'

function settingsOf(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`The settings are not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The settings are not a JSON object.')
  // Those of an earlier verification come without their secrets.
  if (text.includes(MASKED)) throw new Error('Write the secrets of the settings in place of ***.')
  return value as JsonObject
}

/** The fields as an earlier verification was asked for. */
function fieldsOf({ provider, channel, to, level, asked }: VerificationDetail): Fields {
  const texts = (value: unknown) => (Array.isArray(value) ? value.join(', ') : '')
  const settings = asked.settings as JsonObject | undefined
  return {
    provider,
    channel,
    to,
    secret: secretOf(to),
    level,
    only: texts(asked.only),
    except: texts(asked.except),
    observe: typeof asked.observe === 'string' ? asked.observe : '',
    timeout: typeof asked.timeoutMs === 'number' ? String(asked.timeoutMs) : '',
    settle: typeof asked.settleMs === 'number' ? String(asked.settleMs) : '',
    settings: settings === undefined || Object.keys(settings).length === 0 ? '' : JSON.stringify(settings, null, 2),
  }
}

/**
 * The form. The address fills it: `again` is the id of a verification with the options to take, `provider`, `channel` and `to` are those of
 * a subscription.
 */
export function VerifyForm({ query }: { query: Readonly<Record<string, string>> }) {
  const { again, provider = '', channel = '', to = '' } = query
  const fields = useSignal<Fields>({ ...EMPTY, provider, channel, to })
  const providers = useSignal<readonly ProviderSummary[]>([])
  const urls = useSignal<readonly string[]>([])
  const failed = useSignal<unknown>(undefined)
  const isBusy = useSignal(true)
  const known = useId()
  const set = <K extends keyof Fields>(name: K, value: Fields[K]) => {
    fields.value = { ...fields.value, [name]: value }
  }
  useEffect(() => {
    const read = async () => {
      try {
        const [{ items }, subscriptions, earlier] = await Promise.all([
          get<{ items: ProviderSummary[] }>('/providers'),
          get<Page<Subscription>>('/subscriptions', { limit: 100 }),
          again === undefined ? undefined : readVerification(again),
        ])
        providers.value = items
        urls.value = [...new Set(subscriptions.items.map(({ url }) => url))]
        if (earlier) fields.value = fieldsOf(earlier)
        else if (fields.value.provider === '') set('provider', items[0]?.name ?? '')
      } catch (error) {
        failed.value = error
      } finally {
        isBusy.value = false
      }
    }
    void read()
  }, [])
  const start = async () => {
    isBusy.value = true
    failed.value = undefined
    try {
      const { id } = await startVerification(inputOf(fields.value))
      go(hrefOf('verify', { ids: [id] }))
    } catch (error) {
      failed.value = error
    } finally {
      isBusy.value = false
    }
  }
  const { value } = fields
  const channels = providers.value.find(({ name }) => name === value.provider)?.channels ?? []
  const text = (name: keyof Fields, label: string, more: { placeholder?: string; hint?: string } = {}) => (
    <label>
      {label}
      <input
        value={value[name]}
        placeholder={more.placeholder}
        title={more.hint}
        autocomplete="off"
        spellcheck={false}
        onInput={event => set(name, event.currentTarget.value)}
      />
    </label>
  )
  return (
    <form
      class="panel stack verify-form"
      aria-label="Verify a receiver"
      aria-busy={isBusy}
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
      <p class="quiet-text">
        Sends your running receiver valid and invalid requests, and judges what it answers. Takes some 15 seconds.
      </p>
      <div class="verify-fields">
        <label>
          Provider
          <select
            value={value.provider}
            onChange={event => {
              fields.value = { ...value, provider: event.currentTarget.value, channel: '' }
            }}
          >
            {providers.value.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Channel
          <select
            value={value.channel}
            disabled={channels.length < 2}
            onChange={event => set('channel', event.currentTarget.value)}
          >
            {channels.map(({ name, title }, i) => (
              <option key={name} value={i === 0 && value.channel === '' ? '' : name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label class="wide">
          URL of the receiver
          <input
            type="url"
            required
            list={known}
            value={value.to}
            placeholder="http://127.0.0.1:3000/webhooks"
            onInput={event => set('to', event.currentTarget.value)}
          />
        </label>
        <datalist id={known}>
          {urls.value.map(url => (
            <option key={url} value={url} />
          ))}
        </datalist>
        <label>
          Secret
          <input
            type="password"
            autocomplete="off"
            value={value.secret}
            title="What the receiver checks signatures with; kept for this tab only."
            onInput={event => set('secret', event.currentTarget.value)}
          />
        </label>
        <label>
          Level
          <select
            value={value.level}
            onChange={event => set('level', event.currentTarget.value === 'should' ? 'should' : 'must')}
          >
            <option value="must">must: what is required</option>
            <option value="should">should: good practice too</option>
          </select>
        </label>
      </div>
      <details open={again !== undefined && [value.only, value.except, value.observe, value.settings].some(Boolean)}>
        <summary>More options</summary>
        <div class="verify-fields">
          {text('only', 'Only checks that begin with', { placeholder: 'signature, freshness' })}
          {text('except', 'Except checks that begin with', { placeholder: 'load' })}
          {text('observe', 'Observe URL', { hint: 'Answers what the receiver did: effects and states.' })}
          {text('timeout', 'Longest wait for one response', { placeholder: '5s' })}
          {text('settle', 'Wait for later effects', {
            placeholder: '10s',
            hint: 'For a receiver that answers first and works later.',
          })}
          <label class="wide">
            Settings, as JSON
            <textarea
              rows={3}
              class="mono"
              value={value.settings}
              placeholder={'{ "auth": { "type": "basic" } }'}
              onInput={event => set('settings', event.currentTarget.value)}
            />
          </label>
        </div>
      </details>
      <ErrorNote error={failed.value} />
      <p>
        <button type="submit" class="primary" disabled={isBusy.value}>
          Verify
        </button>
      </p>
    </form>
  )
}
