import type { Effect } from '../flow/effects.ts'
import { follow, type Sample, type Situation, sampleOf, started } from '../flow/simulate.ts'

const [truths, futures] = [24, 24]
/** Minutes without messages, and minutes after their end that are forecast. */
const [blindFor, ahead] = [60, 120]

/**
 * What an hour without messages costs the twin, in a sentence: the error of the median forecast of people waiting two
 * hours after the outage, made from the state before it, beside one made from the state at its end. Each truth is one of
 * the twin's own futures, so this is the loss if the twin is right about the department, and more if it is not.
 */
export function blindness(situation: Situation, effects: readonly Effect[]): string {
  const until = blindFor + ahead
  const ends = Array.from({ length: truths }, (_, index) => {
    const { run } = started(situation, effects, until, index)
    follow(run, blindFor)
    const then = run.capture()
    follow(run, until)
    const truth = waitingIn(sampleOf(run))
    const informed = Array.from({ length: futures }, (_, future) => {
      run.restore(then, 1_000_000 + future)
      run.redraw()
      follow(run, until)
      return waitingIn(sampleOf(run))
    })
    return { truth, informed: median(informed) }
  })
  const blind = (at: number) => median(ends.flatMap(({ truth }, i) => (i === at ? [] : [truth])))
  const mean = (of: (end: (typeof ends)[number], i: number) => number) =>
    ends.reduce((sum, end, i) => sum + of(end, i), 0) / ends.length
  const without = mean(({ truth }, i) => Math.abs(truth - blind(i)))
  const withThem = mean(({ truth, informed }) => Math.abs(truth - informed))
  return `Two hours after it, a forecast of people waiting that was made before it errs by ${without.toFixed(1)}, one made at its end by ${withThem.toFixed(1)}`
}

const waitingIn = ({ waiting }: Sample) => waiting['triage nurse']! + waiting.spaces! + waiting.clinician!

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
