// Ordering: events overtake each other, and what came late must not undo what is known.
import type { Bench, Letter } from '../bench.js'
import type { Check, Finding } from '../check.js'
import { failed, judged, notJudged, passed } from '../judging.js'
import { effects, placeOf, settle, stateOf } from '../observing.js'

type Steps = readonly { type: string; variant?: string }[]

const storyOf = (bench: Bench): Steps => bench.situation.traits.story ?? []

/** The event that comes late, after those before it. */
function lateOf(bench: Bench): { before: Steps; late: 'first' | { type: string; variant?: string } } {
  const { late, story = [] } = bench.situation.traits
  return late === undefined ? { before: story, late: 'first' } : { before: [late.after], late: late.event }
}

/** Sends letters one after the other; the first that is not accepted is the finding. */
async function sendAll(bench: Bench, letters: readonly Letter[], what: string): Promise<Finding> {
  for (const letter of letters) {
    const finding = judged('accept', await bench.send(await letter.seal(), `${letter.type}, ${what}`))
    if (finding.status !== 'passed') return finding
    await settle(bench)
  }
  return passed()
}

const STALE = 'mirakl-hyperwallet #35: a late "required" overwrote "verified".'

export const orderingChecks: readonly Check[] = [
  {
    id: 'ordering/reversed',
    title: 'Ends in the same state when the events of one subject come in reverse order.',
    level: 'must',
    expects: 'accept',
    why: [STALE],
    applies: ({ traits }) => (traits.story?.length ?? 0) > 1,
    async run(bench) {
      const inOrder = await bench.story(storyOf(bench))
      const sent = await sendAll(bench, inOrder, 'in order')
      if (sent.status !== 'passed') return sent
      const reversed = await bench.story(storyOf(bench))
      const turned = await sendAll(bench, [...reversed].reverse(), 'in reverse order')
      if (turned.status !== 'passed') return turned
      const [should, first] = [inOrder.at(-1), reversed[0]]
      if (should === undefined || first === undefined) return notJudged('The story has no events.')
      const [wanted, got] = [await stateOf(bench, should), await stateOf(bench, first)]
      if ('why' in wanted) return notJudged(wanted.why)
      if ('why' in got) return notJudged(got.why)
      if (wanted.state === got.state) return passed(`state ${got.state} either way`)
      return failed(
        `state "${wanted.state}", as after the same events in order`,
        `state "${got.state}"`,
        bench.exchanges().findLast(({ message }) => message.body === first.body),
      )
    },
  },
  {
    id: 'ordering/late-after-final',
    title: 'Keeps the final state when an earlier event is delivered after it.',
    level: 'must',
    expects: 'accept',
    why: ['recommand-peppol #66: a redelivered early event took a finished document back.', STALE],
    applies: ({ traits }) => (traits.story?.length ?? 0) > 1 || traits.late !== undefined,
    async run(bench) {
      const { before, late } = lateOf(bench)
      const letters = await bench.story(late === 'first' ? before : [...before, late])
      const due = late === 'first' ? letters : letters.slice(0, -1)
      const tardy = late === 'first' ? letters[0] : letters.at(-1)
      const final = due.at(-1)
      if (tardy === undefined || final === undefined) return notJudged('The story has no events.')
      const sent = await sendAll(bench, due, 'in order')
      if (sent.status !== 'passed') return sent
      const wanted = await stateOf(bench, final)
      const exchange = await bench.send(await tardy.seal({ attempt: 2 }), `${tardy.type}, after ${final.type}`)
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      await settle(bench)
      const got = await stateOf(bench, final)
      if ('why' in wanted) return notJudged(wanted.why)
      if ('why' in got) return notJudged(got.why)
      if (wanted.state === got.state) return passed(`still ${got.state}`)
      return failed(`state "${wanted.state}" still`, `state "${got.state}"`, exchange)
    },
  },
  {
    id: 'ordering/before-response',
    title: 'Takes an event about a subject that it has never heard of, and knows its state from then on.',
    level: 'should',
    expects: 'accept',
    why: ['Mockoon #1275: a webhook may arrive before the API call that caused it has returned.'],
    applies: ({ traits }) => traits.createdByCall === true,
    async run(bench) {
      const letter = await bench.letter()
      const exchange = await bench.send(await letter.seal(), 'an event about a subject never heard of')
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      const effect = await effects(bench, letter, 1, exchange)
      if (effect.status !== 'passed') return effect
      const got = await stateOf(bench, letter)
      if ('state' in got) return passed(`state ${got.state}`)
      return failed(
        `a state of ${letter.subject}${placeOf(letter)}`,
        '--observe shows its effect, but no state',
        exchange,
      )
    },
  },
]
