import { beforeAll, expect, test } from 'vitest'
import { madeUpProblem } from './made-up-problem.ts'
import { rateRota } from './rate-rota.ts'
import { readRotaProblem } from './read-rota.ts'
import type { HalfDayDuty, Rota } from './rota.ts'
import type { RotaProblem } from './rota-problem.ts'
import { withPerson } from './small.test-data.ts'
import { type RotaAnswer, solveRota } from './solve-rota.ts'
import { loadRotaSolver, type RotaSolver } from './solver.ts'

let solver: RotaSolver
beforeAll(async () => {
  solver = await loadRotaSolver()
})

function solved(problem: RotaProblem, seconds = 4, gap = 0.01): Extract<RotaAnswer, { state: 'solved' }> {
  const answer = solveRota(problem, solver, { seconds, gap, clock: () => performance.now() })
  if (answer.state !== 'solved') throw new Error(JSON.stringify(answer))
  return answer
}

test('a rota of a made-up clinic breaks no rule, and costs what one who looks at it place by place says', {
  timeout: 20_000,
}, () => {
  const problem = madeUpProblem({ seed: '4', physicians: 18, pods: 2, weeks: 1, tightness: 0 })
  const { rating, points, bound, parts } = solved(problem)
  expect(rating.rules.filter(({ setting, broken }) => setting === 'must' && broken > 0)).toEqual([])
  expect(rating.points).toBeCloseTo(points, 5)
  for (const { rule, points } of rating.rules) expect(points, rule).toBeCloseTo(parts[rule] ?? 0, 5)
  expect(bound).toBeLessThanOrEqual(points + 1e-6)
})

test('the best rota is found where all can be tried', () => {
  const problem = readRotaProblem({
    ...withPerson(
      'p1',
      { wishes: [{ at: ['Mon am'], want: 'free', weight: 3 }] },
      withPerson('p2', { leave: ['Tue'] }),
    ),
    closed: ['Tue pm', 'Wed', 'Thu', 'Fri'],
    demand: [{ pod: 'B', at: 'all', min: 1, target: 1.75 }],
    unpopular: ['Mon am'],
    inForce: { p1: { B: ['Mon'] }, p3: { B: ['all'] } },
  })
  const { points, bound } = solved(problem, 4, 0)
  expect(bound).toBeCloseTo(points, 4)
  let best = Number.POSITIVE_INFINITY
  for (let bits = 0; bits < 2 ** 9; bits++) {
    const duty = (p: number, t: number): HalfDayDuty | null =>
      t < 3 && (bits >> (3 * p + t)) & 1 ? { work: 'clinic', pod: 'B' } : null
    const rota: Rota = {
      people: ['p1', 'p2', 'p3'].map((provider, p) => ({
        provider,
        halfDays: Array.from({ length: 10 }, (_, t) => duty(p, t)),
        turns: [],
      })),
    }
    const rating = rateRota(problem, rota)
    if (rating.broken === 0) best = Math.min(best, rating.points)
  }
  expect(points).toBeCloseTo(best, 4)
})

test('who has done more than a share of turns gets none, and the rest are shared by clinical FTE', () => {
  const problem = readRotaProblem({
    ...withPerson('p1', { turnsDone: { night: 9 } }, withPerson('p3', { clinicalFte: 0.5 })),
    turns: [{ code: 'night', label: 'on call', at: ['Mon', 'Tue', 'Thu'], hours: ['18:00', '22:00'], people: 1 }],
  })
  const { rating } = solved(problem)
  expect(rating.fairness.people.map(({ turns }) => turns.night!.done)).toEqual([0, 2, 1])
})

test('who is worse off than now is named with how', () => {
  const problem = readRotaProblem({
    ...withPerson('p1', { wishes: [{ at: ['Fri pm'], want: 'free', weight: 5 }] }),
    people: [withPerson('p1', { wishes: [{ at: ['Fri pm'], want: 'free', weight: 5 }] }).people[0]],
    inForce: { p1: { B: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri am'] } },
  })
  const { rating } = solved(problem)
  expect(rating.fairness.worseOff).toEqual([{ provider: 'p1', how: '0 % of wishes met, 100 % now' }])
})

test('no time, no rota and no claim', () => {
  const problem = madeUpProblem({ seed: '1', physicians: 18, pods: 2, weeks: 1 })
  let now = 0
  const answer = solveRota(
    problem,
    { solve: () => ({ status: 'limit', objective: Number.NaN, bound: Number.NEGATIVE_INFINITY }) },
    { seconds: 1, clock: () => (now += 400) },
  )
  expect(answer.state).toBe('nothing-found')
})
