import {
  type ProblemSources,
  problemFrom,
  type RotaAnswer,
  type RotaProblem,
  type RotaSolver,
  readRotaProblem,
  rotaCsv,
  rotaWeeks,
  solveRota,
} from '@counterpart/provider-workload'
import type { RotaProposal } from '../contract/index.ts'

export interface RotaJob {
  readonly sources: ProblemSources
  readonly seconds: number
}

/** What a rota job comes to; `csv` of a rota that was found. */
export interface RotaMade {
  readonly state: 'done' | 'infeasible' | 'failed'
  readonly message: string | null
  readonly result: RotaProposal['result']
  readonly csv: string | null
}

/** Makes a rota, or tells which rules clash. Synchronous and long: for a worker. */
export function doRotaJob(
  { sources, seconds }: RotaJob,
  solver: RotaSolver,
  tell: (done: number, of: number) => void,
): RotaMade {
  const { problem: found, assumed } = problemFrom(sources)
  const problem = readRotaProblem(JSON.parse(JSON.stringify(found)))
  const answer = solveRota(problem, solver, {
    seconds,
    clock: () => performance.now(),
    progress: (step) => tell(Math.round(10 * Math.min(step.seconds, seconds)), Math.round(10 * seconds)),
  })
  return told(problem, answer, assumed)
}

function told(problem: RotaProblem, answer: RotaAnswer, assumed: readonly string[]): RotaMade {
  if (answer.state === 'nothing-found')
    return {
      state: 'failed',
      message: `No rota was found in ${answer.seconds.toFixed(0)} s; give it more time or fewer rules.`,
      result: null,
      csv: null,
    }
  const none = { gap: null, seconds: answer.seconds, rota: [], rules: [], fairness: [], clashes: [] }
  if (answer.state === 'infeasible')
    return {
      state: 'infeasible',
      message: 'No rota meets all rules.',
      result: {
        ...none,
        clashes: answer.explanation.clashes.map(({ sentence, rules, mends: [mend] }) => ({
          sentence,
          rules: rules.map(({ rule }) => rule),
          repair: mend ? `${mend.sentence}: ${mend.by} ${mend.unit}` : null,
        })),
      },
      csv: null,
    }
  const { rating, gap } = answer
  return {
    state: 'done',
    message: assumed.join(' '),
    result: {
      ...none,
      gap,
      rota: rotaWeeks(problem, answer.rota).map((week) => ({
        ...week,
        spans: week.spans.map((span) => ({ ...span })),
      })),
      rules: rating.rules
        .filter(({ places, setting }) => places > 0 && setting !== 'off')
        .map(({ rule, setting, places, broken, by, unit, points }) => ({
          name: rule,
          label: rule.replaceAll('-', ' '),
          kept: broken === 0 ? `kept in all ${places} places` : `broken in ${broken} of ${places}: ${by} ${unit}`,
          cost: setting === 'must' ? null : points,
        })),
      fairness: [
        ...rating.fairness.lines.flatMap(({ label, unit, mean, worst, worstNow }) => [
          { label: `${label}: mean`, value: mean, unit, note: null },
          {
            label: `${label}: most`,
            value: worst,
            unit,
            note: worstNow === undefined ? null : `${worstNow.toFixed(1)} ${unit} now`,
          },
        ]),
        ...rating.fairness.worseOff.map(({ provider, how }) => ({
          label: `Worse off than now: ${labelOf(problem, provider)}`,
          value: 1,
          unit: '1',
          note: how,
        })),
      ],
    },
    csv: rotaCsv(problem, answer.rota),
  }
}

function labelOf({ people }: RotaProblem, code: string): string {
  return people.find((person) => person.code === code)?.label ?? code
}
