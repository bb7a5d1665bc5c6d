// The timestamps and ids that may have been in the signed string.
import { isJsonObject, type Json } from '../../core/json.js'
import { instantOf } from '../../provider/check-signature.js'
import type { SignatureScheme } from '../../provider/signature-scheme.js'
import { alone, asSpecified, mistaken, type Variation } from './cause.js'

/** How far another clock may be from the header's timestamp to be recognised, seconds. */
const CLOCK_REACH_S = 300

/** Texts in the body that look like times, as whole milliseconds: numbers of 10 to 13 digits and RFC 3339, two levels deep. */
function timesIn(value: Json | undefined, depth = 2): { name: string; text: string; ms: number }[] {
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (isJsonObject(inner)) return depth > 1 ? timesIn(inner, depth - 1) : []
    if (typeof inner === 'number' && /^\d{10}$|^\d{13}$/.test(String(inner)))
      return [{ name, text: String(inner), ms: inner < 1e11 ? inner * 1000 : inner }]
    const ms = typeof inner === 'string' && /^\d{4}-\d\d-\d\dT/.test(inner) ? Date.parse(inner) : Number.NaN
    return Number.isFinite(ms) ? [{ name, text: String(inner), ms }] : []
  })
}

const FIX = 'Put the text of the timestamp header into the signed string as it is.'
const IN_MILLISECONDS = 'The timestamp in the signed string counts milliseconds, where the header has seconds.'

/** Variations of the timestamp, the header's own text first. `value` is the body's. */
export function timestamps(text: string, value: Json | undefined): Variation<string>[] {
  const fix = FIX
  const ms = instantOf(text)
  const same: [text: string, id: string, sentence: string][] =
    ms === undefined
      ? []
      : [
          [String(ms), 'timestamp-in-milliseconds', IN_MILLISECONDS],
          [
            String(Math.floor(ms / 1000)),
            'timestamp-in-seconds',
            'The timestamp in the signed string counts seconds, where the header has milliseconds.',
          ],
          [
            `${Math.floor(ms / 1000)}.0`,
            'timestamp-as-float',
            'The timestamp in the signed string is a float such as 1700000000.0.',
          ],
          [
            new Date(ms).toISOString(),
            'timestamp-as-date',
            'The timestamp in the signed string is written as a date (RFC 3339).',
          ],
          [
            new Date(ms).toISOString().replace('.000Z', 'Z'),
            'timestamp-as-date',
            'The timestamp in the signed string is written as a date (RFC 3339).',
          ],
        ]
  const written: [text: string, id: string, sentence: string][] = [
    ...(ms === undefined
      ? []
      : [
          new Date(ms).toUTCString(),
          new Date(ms).toISOString().replace('.000Z', '+00:00'),
          new Date(ms).toISOString().slice(0, 19),
          new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
        ].map((date): [string, string, string] => [
          date,
          'timestamp-as-date',
          `The timestamp in the signed string is written as a date: ${date}.`,
        ])),
    ...(ms === undefined || text.length >= 12
      ? []
      : ['000000', '000000000'].map((more): [string, string, string] => [
          text + more,
          'timestamp-in-small-units',
          `The timestamp in the signed string counts ${more.length === 6 ? 'microseconds' : 'nanoseconds'}.`,
        ])),
    ...[`"${text}"`, `'${text}'`].map((quoted): [string, string, string] => [
      quoted,
      'timestamp-in-quotes',
      'The timestamp in the signed string is in quotes: it was written as JSON or taken from it.',
    ]),
    ...[`${text}\n`, ` ${text}`, `${text} `, `${text}\r\n`].map((spaced): [string, string, string] => [
      spaced,
      'timestamp-with-whitespace',
      'The timestamp in the signed string has whitespace around it.',
    ]),
    [`[${text}]`, 'timestamp-as-list', 'The timestamp in the signed string is a list with the value of the header.'],
    [`['${text}']`, 'timestamp-as-list', 'The timestamp in the signed string is a list with the value of the header.'],
  ]
  const absent: [text: string, id: string, sentence: string][] = [
    ['', 'timestamp-empty', 'The timestamp in the signed string is empty.'],
    ...['undefined', 'null', 'None', 'NaN', '0'].map((word): [string, string, string] => [
      word,
      'timestamp-undefined',
      `The timestamp in the signed string is "${word}": the header was looked up by another name or in another case, or read as something else.`,
    ]),
  ]
  const ofBody = timesIn(value).flatMap(({ name, text: own, ms: at }) =>
    [own, String(Math.floor(at / 1000)), String(at)].map((one): [string, string, string] => [
      one,
      'timestamp-of-body',
      `The timestamp in the signed string is "${name}" of the body instead of the header's.`,
    ]),
  )
  const rare = written.map(([one, id, sentence]) => alone(mistaken(one, id, sentence, fix)))
  const all = [
    ...[...same, ...absent, ...ofBody].map(([one, id, sentence]) => mistaken(one, id, sentence, fix)),
    ...rare,
  ]
  return [
    asSpecified(text),
    ...all.filter((one, i) => one.value !== text && all.findIndex(earlier => earlier.value === one.value) === i),
  ]
}

/**
 * Hundreds of timestamps that are tried alone: another moment within reach of the header's or of the present (`now`, ms), and every
 * millisecond of the header's second.
 */
export function clockTimestamps(
  { timestampUnit = 'seconds' }: Pick<SignatureScheme, 'timestampUnit'>,
  text: string,
  now: number,
): Variation<string>[] {
  const unit = timestampUnit === 'seconds' ? 1000 : 1
  const header = instantOf(text)
  const reach = Array.from({ length: 2 * CLOCK_REACH_S + 1 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i + 1) / 2))
  const moments = [now, ...(header === undefined ? [] : [header])].flatMap(at =>
    reach.map(off => Math.floor(at / unit) + off),
  )
  const milliseconds =
    header === undefined || text.length >= 12 ? [] : Array.from({ length: 1000 }, (_, i) => String(header + i))
  const zones =
    header === undefined ? [] : Array.from({ length: 113 }, (_, i) => (i - 56) * 15).filter(minutes => minutes !== 0)
  return [
    ...zones.map(minutes =>
      mistaken(
        String(Math.floor((header ?? 0) / unit) + (minutes * 60_000) / unit),
        'timestamp-in-local-time',
        `The timestamp in the signed string is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} the header's: a local time was taken for UTC.`,
        FIX,
      ),
    ),
    ...milliseconds.map(one => mistaken(one, 'timestamp-in-milliseconds', IN_MILLISECONDS, FIX)),
    ...[...new Set(moments)]
      .map(String)
      .filter(one => one !== text)
      .map(one =>
        mistaken(
          one,
          'timestamp-of-another-moment',
          `The timestamp in the signed string is ${one}, and the header says ${text === '' ? 'nothing' : text}: the clock was read twice, or the header was changed afterwards.`,
          "Read the clock once: the header and the signed string hold the same timestamp, and a receiver takes the header's.",
        ),
      ),
  ]
}

/** What may have stood for the message's id, the header's own first. */
export function ids(text: string, value: Json | undefined): Variation<string>[] {
  const fix = 'Put the text of the id header into the signed string as it is.'
  const lookups = ['undefined', 'null', 'None', ''].map(word =>
    mistaken(
      word,
      'id-undefined',
      `The id in the signed string is "${word}": the header was looked up by another name or in another case.`,
      fix,
    ),
  )
  const forms: [text: string, how: string][] = [
    [text.replace(/^[a-z]+_/, ''), 'without its prefix'],
    [text.toLowerCase(), 'in lower case'],
    [`"${text}"`, 'in quotes'],
  ]
  const changed = forms.map(([one, how]) =>
    alone(mistaken(one, 'id-changed', `The id in the signed string is the header's ${how}.`, fix)),
  )
  const inside = (holder: Json | undefined, name: string) =>
    isJsonObject(holder) && typeof holder.id === 'string'
      ? [
          mistaken(
            holder.id,
            'id-of-body',
            `The id in the signed string is "${name}" of the body instead of the header's.`,
            fix,
          ),
        ]
      : []
  const ofBody = [...inside(value, 'id'), ...inside(isJsonObject(value) ? value.data : undefined, 'data.id')]
  return [asSpecified(text), ...[...lookups, ...changed, ...ofBody].filter(one => one.value !== text)]
}
