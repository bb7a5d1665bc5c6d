// The shell: header, navigation, and the view that the address names.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { address, go, hrefOf } from './address.js'
import { needsToken, session, spaceName } from './api.js'
import { ConnectionNote } from './components/connection-note.js'
import { Empty } from './components/empty.js'
import { Icon } from './components/icon.js'
import { KeyHelp } from './components/key-help.js'
import { Refusal } from './components/refusal.js'
import { Time } from './components/time.js'
import { TokenForm } from './components/token-form.js'
import { ViewHost } from './components/view-host.js'
import { focusSearch, followKeys, useKeys } from './keys.js'
import { clock, followClock, now } from './state/clock.js'
import { follow } from './stream.js'
import { views } from './views/index.js'

function Navigation({ current }: { current: string | undefined }) {
  return (
    <nav aria-label="Views">
      <ul>
        {views
          .filter(view => view.inNavigation)
          .map(view => (
            <li key={view.name}>
              <a href={hrefOf(view.name)} aria-current={view.name === current ? 'page' : undefined}>
                {view.title}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  )
}

function Header({ current, onHelp }: { current: string | undefined; onHelp: () => void }) {
  return (
    <header class="top">
      <button type="button" class="skip" onClick={skip}>
        Skip to content
      </button>
      <a class="brand" href={hrefOf(views[0]?.name ?? '')}>
        Standin{spaceName !== null && <span class="quiet-text"> / {spaceName}</span>}
      </a>
      <Navigation current={current} />
      <div class="top-state">
        {clock.value && (
          <span title="The emulator's clock">
            <Icon name="clock" /> <Time at={new Date(now.value).toISOString()} />{' '}
            {clock.value.kind === 'manual' ? 'manual' : ''}
          </span>
        )}
        <ConnectionNote />
        <button type="button" class="quiet" aria-keyshortcuts="?" onClick={onHelp}>
          Keys
        </button>
      </div>
    </header>
  )
}

/** A link would change the hash, which is the address of the view. */
function skip(): void {
  document.getElementById('main')?.focus()
}

/** Views without a search field leave searching to the first. */
function search(): void {
  if (!focusSearch()) go(hrefOf(views[0]?.name ?? ''))
}

/** The whole page. */
export function App() {
  useLayoutEffect(followKeys, [])
  useEffect(() => {
    const stops = [follow(), followClock()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  const isHelpOpen = useSignal(false)
  const showHelp = () => {
    isHelpOpen.value = true
  }
  useKeys({
    '/': { label: 'Search', run: search },
    t: { label: 'Trigger an event', run: () => go(hrefOf('send')) },
    '?': { label: 'Show the keys', run: showHelp },
  })
  if (needsToken.value) return <TokenForm />
  const { view: name, ids, query } = address.value
  const view = name === '' ? views[0] : views.find(one => one.name === name)
  return (
    <>
      <Header current={view?.name} onHelp={showHelp} />
      {/* What failed without a token is asked again with one. */}
      <main id="main" tabIndex={-1} key={session.value}>
        <h1>{view?.title ?? 'Nothing here'}</h1>
        <Refusal />
        {view ? (
          <ViewHost view={view} ids={ids} query={query} />
        ) : (
          <Empty title={`There is no view "${name}"`}>
            <p>
              Go to the <a href={hrefOf(views[0]?.name ?? '')}>inbox</a>.
            </p>
          </Empty>
        )}
      </main>
      {isHelpOpen.value && (
        <KeyHelp
          onClose={() => {
            isHelpOpen.value = false
          }}
        />
      )}
    </>
  )
}
