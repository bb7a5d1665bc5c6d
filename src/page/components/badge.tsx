// A state in words, colour and icon: never by colour alone.
import { Icon, type IconName } from './icon.js'

/** What a state means for the reader. */
export type Tone = 'good' | 'bad' | 'waiting' | 'busy' | 'neutral'

const ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'cross',
  waiting: 'clock',
  busy: 'arrow',
  neutral: 'dash',
}

/** A state as a word with its icon. */
export function Badge({ tone, children, title }: { tone: Tone; children: string; title?: string | undefined }) {
  return (
    <span class={`badge ${tone}`} title={title}>
      <Icon name={ICONS[tone]} />
      {children}
    </span>
  )
}
