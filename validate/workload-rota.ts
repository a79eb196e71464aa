// Rotas of 52 physicians for four weeks with every rule: time, gap, rules kept as one sees who looks place by place, beside a
// greedy rota and beside HiGHS alone; and why there is none where too much is asked.
import { performance } from 'node:perf_hooks'
import {
  loadRotaSolver,
  madeUpProblem,
  type Rating,
  type RotaAnswer,
  type RotaProblem,
  type RotaSolver,
  rateRota,
  solveRota,
} from '@counterpart/provider-workload'
import type { Measurement } from '../scripts/measure.ts'
import { greedyRota } from './workload-rota-greedy.ts'

const seconds = 30
const weeks = 4
// Not the seeds that tests use. Half as tight as can be, and as tight.
const asked = [
  { seed: 'judged-1', tightness: 0.5 },
  { seed: 'judged-2', tightness: 0.5 },
  { seed: 'judged-3', tightness: 0.5 },
  { seed: 'judged-4', tightness: 1 },
  { seed: 'judged-5', tightness: 1 },
  { seed: 'judged-6', tightness: 1 },
]

export async function validate(): Promise<Measurement[]> {
  const solver = await loadRotaSolver()
  const rows: Measurement[] = []
  for (const { seed, tightness } of asked) {
    const problem = madeUpProblem({ seed, tightness, weeks })
    const name = `${seed}${tightness === 1 ? ', tight' : ''}`
    const answer = solve(problem, solver, false)
    console.log(`  ${name}: ${answer.state}`)
    if (answer.state === 'solved') rows.push(...solvedRows(name, problem, answer, solve(problem, solver, true)))
    else if (answer.state === 'infeasible') rows.push(...clashRows(name, problem, answer))
    else rows.push({ name: `${name}: nothing found`, value: answer.seconds.toFixed(1), unit: 's', met: false })
  }
  return [...rows, ...clashesMade(solver)]
}

const solve = (problem: RotaProblem, solver: RotaSolver, wholeOnly: boolean): RotaAnswer =>
  solveRota(problem, solver, { seconds, wholeOnly, clock: () => performance.now() })

function solvedRows(
  name: string,
  problem: RotaProblem,
  { points, bound, gap, rating, ...answer }: Extract<RotaAnswer, { state: 'solved' }>,
  alone: RotaAnswer,
): Measurement[] {
  const greedy = rateRota(problem, greedyRota(problem))
  const size = `${problem.people.length} people × ${10 * problem.weeks} half-days, ${problem.turns.length} kinds of turn`
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  return [
    {
      name: `${name}: time`,
      value: answer.seconds.toFixed(1),
      unit: 's',
      target: `≤ ${seconds} (and half a second)`,
      met: answer.seconds <= seconds + 0.5,
      note: size,
    },
    {
      name: `${name}: gap to the bound`,
      value: percent(gap),
      unit: '',
      target: '≤ 3 %',
      met: gap <= 0.03,
      note: `${points.toFixed(1)} points, no rota under ${bound.toFixed(1)}`,
    },
    {
      name: `${name}: places where a must is broken`,
      value: rating.broken,
      unit: '',
      target: '0',
      met: rating.broken === 0,
      note: `${placesOf(rating)} places looked at; greedy breaks ${greedy.broken}`,
    },
    {
      name: `${name}: points as rated place by place`,
      value: rating.points.toFixed(1),
      unit: '',
      target: 'as the program says',
      met: Math.abs(rating.points - points) < 1e-3,
      note: `greedy ${greedy.points.toFixed(0)} with ${greedy.broken} musts broken; HiGHS alone in the same time: ${alone.state === 'solved' ? `${alone.points.toFixed(1)}, gap ${percent(alone.gap)}, ${alone.seconds.toFixed(1)} s` : alone.state}`,
    },
    {
      name: `${name}: worst share of wishes not met`,
      value: worstOf(rating, 'Wishes not met'),
      unit: '%',
      note: `greedy ${worstOf(greedy, 'Wishes not met')}; worse off than now: ${rating.fairness.worseOff.length} people`,
    },
    ...rating.rules
      .filter(({ setting, broken }) => typeof setting === 'number' && broken > 0)
      .map(({ rule, places, broken, by, unit }) => ({
        name: `${name}: ${rule}`,
        value: by,
        unit,
        note: `${broken} of ${places} places`,
      })),
  ]
}

const placesOf = ({ rules }: Rating) =>
  rules.filter(({ setting }) => setting === 'must').reduce((sum, { places }) => sum + places, 0)

const worstOf = ({ fairness }: Rating, label: string) =>
  (fairness.lines.find((line) => line.label === label)?.worst ?? 0).toFixed(0)

function clashRows(
  name: string,
  _problem: RotaProblem,
  { explanation, seconds }: Extract<RotaAnswer, { state: 'infeasible' }>,
): Measurement[] {
  return explanation.clashes.map(({ sentence, rules, mends: [mend] }, i) => ({
    name: `${name}: clash ${i + 1} of ${explanation.clashes.length}`,
    value: rules.length,
    unit: 'rules',
    note: `${sentence} Mended by: ${mend ? `${mend.sentence}: ${mend.by} ${mend.unit}` : 'nothing found'}; ${seconds.toFixed(1)} s`,
  }))
}

/** A clash put into a rota that can be made: everybody of a pod but one away on one afternoon. Told, and of few rules? */
function clashesMade(solver: RotaSolver): Measurement[] {
  return ['judged-1', 'judged-2'].flatMap((seed): Measurement[] => {
    const problem = madeUpProblem({ seed, tightness: 0, weeks })
    const day = '2026-05-12'
    const own = problem.people.filter(({ pod, alsoIn = [] }) => pod === 'B' || alsoIn.includes('B'))
    const made: RotaProblem = {
      ...problem,
      people: problem.people.map((person) =>
        own.includes(person) && person !== own[0] ? { ...person, leave: [...(person.leave ?? []), day] } : person,
      ),
      demand: [...problem.demand, { pod: 'B', at: [`${day} pm`], min: 2, target: 2, max: 20 }],
      // The others stand in for nobody that day: one thing at a time.
      pairs: [],
    }
    const answer = solve(made, solver, false)
    if (answer.state !== 'infeasible')
      return [{ name: `${seed}: a clash made`, value: answer.state, unit: '', target: 'infeasible', met: false }]
    const { clashes, complete, repair } = answer.explanation
    const found = clashes.find(({ rules }) =>
      rules.some(({ rule, sentence }) => rule === 'cover-minimum' && sentence.startsWith('on Tue 12 May p.m. pod B')),
    )
    return [
      {
        name: `${seed}: the clash that was made is told`,
        value: found ? found.rules.length : 'no',
        unit: found ? 'rules' : '',
        target: 'told',
        met: found !== undefined,
        note: `${found?.sentence ?? clashes.map(({ sentence }) => sentence).join(' ')} ${clashes.length} clashes${complete ? '' : ' and perhaps more'}, ${answer.seconds.toFixed(1)} s; ${repair.cheapest ? 'cheapest ' : ''}repair of all: ${repair.steps.length} steps, ${repair.points} points`,
      },
    ]
  })
}
