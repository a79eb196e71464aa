import { beforeAll, expect, test } from 'vitest'
import { cannotHold } from './clash-search.ts'
import { type Explanation, explainClash } from './explain-clash.ts'
import { formulate } from './formulate.ts'
import { madeUpProblem } from './made-up-problem.ts'
import { readRotaProblem } from './read-rota.ts'
import { rotaFacts } from './rota-facts.ts'
import type { RotaProblem } from './rota-problem.ts'
import { withPerson } from './small.test-data.ts'
import { solveRota } from './solve-rota.ts'
import { loadRotaSolver, type RotaSolver } from './solver.ts'

let solver: RotaSolver
beforeAll(async () => {
  solver = await loadRotaSolver()
})

const explain = (problem: RotaProblem) => explainClash(rotaFacts(problem), solver, { left: () => 60 })
const state = (problem: unknown) =>
  solveRota(readRotaProblem(problem), solver, { seconds: 10, clock: () => performance.now() }).state

const short = {
  ...withPerson(
    'p1',
    { leave: ['2026-05-11..2026-05-12'] },
    withPerson('p2', { fixed: [{ at: ['Tue pm'], work: 'teaching' }] }),
  ),
  demand: [
    { pod: 'B', at: 'all', min: 1 },
    { pod: 'B', at: 'Tue pm', min: 2 },
  ],
}

test('too few for a half-day are told with the reason of each, and with what would mend it', () => {
  const { clashes, repair, complete } = explain(readRotaProblem(short))
  expect(complete).toBe(true)
  expect(clashes.map(({ sentence }) => sentence)).toEqual([
    'On Tue 12 May p.m. pod B needs at least 2 clinicians and only 1 can work: Dr Baker has teaching on Tue 12 May p.m.; Dr Adeyemi is on leave from Mon 11 May to Tue 12 May.',
  ])
  expect(clashes[0]!.mends.map(({ rule, by }) => [rule, by])).toEqual([
    ['fixed', 1],
    ['cover-minimum', 1],
    ['leave', 1],
  ])
  expect(repair).toMatchObject({ cheapest: true, steps: [{ rule: 'fixed', by: 1 }] })
})

test('the clash is one, and each of its parts is needed: without any of them there is a rota', () => {
  expect(state(short)).toBe('infeasible')
  expect(state({ ...short, demand: [{ pod: 'B', at: 'all', min: 1 }] })).toBe('solved')
  expect(state(withPerson('p1', { leave: [] }, short as never))).toBe('solved')
  expect(state(withPerson('p2', { fixed: [] }, short as never))).toBe('solved')
})

test('two clashes are both told', () => {
  const problem = readRotaProblem({
    ...short,
    demand: [...short.demand, { pod: 'B', at: 'Thu am', min: 4 }],
  })
  const { clashes, repair } = explain(problem)
  expect(clashes.map(({ rules }) => rules.map(({ rule }) => rule).sort())).toEqual(
    expect.arrayContaining([['cover-minimum', 'fixed', 'leave'], expect.arrayContaining(['cover-minimum'])]),
  )
  expect(clashes).toHaveLength(2)
  expect(repair.steps).toHaveLength(2)
})

test('a clash that only whole numbers show: whole days against an odd contract', () => {
  const { clashes } = explain(
    readRotaProblem({
      ...withPerson('p1', { wholeDays: true, halfDays: { min: 5, max: 5 } }),
    }),
  )
  expect(clashes).toHaveLength(1)
  expect(new Set(clashes[0]!.rules.map(({ rule }) => rule))).toEqual(
    new Set(['half-days-least', 'half-days-most', 'whole-days']),
  )
})

test('in made-up clinics that ask too much every clash told cannot hold, and could without any one of its rules', () => {
  let told = 0
  for (const seed of ['a', 'b']) {
    const problem = madeUpProblem({ seed, physicians: 4, pods: 1, weeks: 1, tightness: 1 })
    const tighter = {
      ...problem,
      demand: problem.demand.map((each) => ({ ...each, min: each.min + 1, max: 20, target: 20 })),
    }
    const facts = rotaFacts(tighter)
    const formulation = formulate(facts, { aims: false })
    const explanation: Explanation = explain(tighter)
    for (const { rules } of explanation.clashes) {
      const core = rules.map(({ sentence }) => formulation.model.instances.find((each) => each.sentence === sentence)!)
      expect(cannotHold(formulation, core, solver)).toBe(true)
      for (const each of core)
        expect(
          cannotHold(
            formulation,
            core.filter((other) => other !== each),
            solver,
          ),
          each.sentence,
        ).toBe(false)
      told++
    }
  }
  expect(told).toBeGreaterThan(1)
})
