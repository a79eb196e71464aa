import { beforeAll, expect, test } from 'vitest'
import { RadiologyError } from '../errors.ts'
import { book } from './book.ts'
import type { BookableMachine, BookingProblem, ExamRequest } from './problem.ts'
import { loadSolver, type Solver } from './solver.ts'

let solver: Solver
beforeAll(async () => {
  solver = await loadSolver()
})

const machine = (code: string, from = 480, until = 600, latest = 720): BookableMachine => ({
  code,
  from,
  until,
  latest,
  taken: [],
})
const exam = (id: string, minutes: number, more: Partial<ExamRequest> = {}): ExamRequest => ({
  id,
  machines: ['M1'],
  minutes,
  window: [480, 720],
  weight: 1,
  contrast: false,
  ...more,
})
const problem = (requests: readonly ExamRequest[], more: Partial<BookingProblem> = {}): BookingProblem => ({
  grid: 10,
  requests,
  machines: [machine('M1')],
  nurses: { count: 1, minutes: 20 },
  costs: { overtime: 0, idle: 0, longestWait: 0 },
  ...more,
})
const exact = { seconds: 5, gap: 0 }

test('one machine and equal weights: the shortest first (Smith’s rule), with the sum of waits known', () => {
  const answer = book(problem([exam('long', 50), exam('short', 10), exam('middle', 30)]), solver, exact)
  expect(answer.appointments.map(({ id }) => id)).toEqual(['short', 'middle', 'long'])
  // 0 + 10 + 40
  expect(answer.objective).toBeCloseTo(50, 6)
  expect(answer.gap).toBe(0)
  expect(answer.status).toBe('optimal')
})

test('weights: by weight per minute (weighted Smith’s rule)', () => {
  const answer = book(
    problem([exam('a', 40, { weight: 8 }), exam('b', 20, { weight: 1 }), exam('c', 30, { weight: 3 })]),
    solver,
    exact,
  )
  expect(answer.appointments.map(({ id }) => id)).toEqual(['a', 'c', 'b'])
  expect(answer.objective).toBeCloseTo(3 * 40 + 70, 6)
})

test('two machines: overtime as small as the partition allows', () => {
  // 60+40, 50+50 fit into two sessions of 100 minutes each; no other split does.
  const requests = [60, 40, 50, 50].map((minutes, i) => exam(`e${i}`, minutes, { machines: ['M1', 'M2'], weight: 0 }))
  const machines = [machine('M1', 480, 580), machine('M2', 480, 580)]
  const costs = { overtime: 5, idle: 0, longestWait: 0 }
  const answer = book(problem(requests, { machines, costs }), solver, exact)
  expect(answer.objective).toBeCloseTo(0, 6)
  expect(answer.overtime).toEqual({ M1: 0, M2: 0 })
  const longer = book(
    problem([...requests, exam('e4', 20, { machines: ['M2'], weight: 0 })], { machines, costs }),
    solver,
    exact,
  )
  expect(longer.objective).toBeCloseTo(100, 3)
  expect(longer.overtime.M1! + longer.overtime.M2!).toBe(20)
})

test('one contrast nurse: cannulations cannot overlap, so the second exam begins when the nurse allows', () => {
  const requests = [exam('a', 20, { contrast: true }), exam('b', 20, { contrast: true, machines: ['M2'] })]
  const machines = [machine('M1'), machine('M2')]
  const answer = book(problem(requests, { machines }), solver, exact)
  expect(answer.appointments.map(({ from }) => from)).toEqual([480, 500])
  const two = book(problem(requests, { machines, nurses: { count: 2, minutes: 20 } }), solver, exact)
  expect(two.appointments.map(({ from }) => from)).toEqual([480, 480])
})

test('idle time is counted up to the last exam', () => {
  // The exam that must begin at 540 leaves 40 minutes idle behind the 20 of the other.
  const requests = [exam('a', 20), exam('b', 20, { window: [540, 560] })]
  const answer = book(problem(requests, { costs: { overtime: 0, idle: 1, longestWait: 0 } }), solver, exact)
  expect(answer.idle.M1).toBe(40)
  expect(answer.objective).toBeCloseTo(40, 6)
})

test('fairness: the longest weighted wait is shortened at the cost of the sum', () => {
  const requests = [exam('long', 60, { weight: 2 }), exam('short', 20, { weight: 1 })]
  const sum = book(problem(requests), solver, exact)
  // 1·60 for long first, 2·20 for short first.
  expect(sum.appointments[0]!.id).toBe('short')
  expect(sum.longestWait).toBe(40)
  const fair = book(
    problem([exam('a', 40, { weight: 1 }), exam('b', 30, { weight: 1 }), exam('c', 30, { weight: 1 })], {
      costs: { overtime: 0, idle: 0, longestWait: 10 },
    }),
    solver,
    exact,
  )
  // Last begins at 60 when the longest exam is last.
  expect(fair.longestWait).toBe(60)
})

test('what is taken stays taken, and technologists limit how many machines work at once', () => {
  const requests = [exam('a', 30), exam('b', 30, { machines: ['M2'] })]
  const machines = [{ ...machine('M1'), taken: [[480, 510]] as const }, machine('M2')]
  const answer = book(problem(requests, { machines }), solver, exact)
  expect(answer.appointments.find(({ id }) => id === 'a')!.from).toBe(510)
  const one = book(problem(requests, { machines: [machine('M1'), machine('M2')], technologists: 1 }), solver, exact)
  expect(one.appointments.map(({ from }) => from)).toEqual([480, 510])
})

test('an infeasible day says which demands clash, and only those', () => {
  const requests = [
    exam('a', 60, { window: [480, 580] }),
    exam('b', 60, { window: [480, 580] }),
    exam('c', 20, { machines: ['M2'] }),
  ]
  const call = () => book(problem(requests, { machines: [machine('M1'), machine('M2')] }), solver, exact)
  expect(call).toThrow(RadiologyError)
  try {
    call()
  } catch (error) {
    expect((error as RadiologyError).code).toBe('schedule-infeasible')
    const { clash } = error as RadiologyError
    expect(clash).toHaveLength(3)
    expect(clash.join()).toMatch(/exam a.*exam b.*machine M1/)
  }
})

test('a problem that makes no sense is refused by name', () => {
  expect(() => book(problem([exam('a', -5)]), solver)).toThrow(/exam "a" takes -5 minutes/)
  expect(() => book(problem([exam('a', 10, { machines: ['M9'] })]), solver)).toThrow(/"M9"/)
  expect(() => book(problem([exam('a', 10), exam('a', 10)]), solver)).toThrow(/two requests/)
})

test('a full day of four machines within the limits', () => {
  const requests = Array.from({ length: 40 }, (_, i) =>
    exam(`e${i}`, [20, 30, 40, 25][i % 4]!, {
      machines: i % 2 === 0 ? ['M1', 'M2'] : ['M3', 'M4'],
      window: [480, 1200],
      weight: i % 10 === 0 ? 3 : 1,
      contrast: i % 4 === 1,
    }),
  )
  const machines = ['M1', 'M2', 'M3', 'M4'].map((code) => machine(code, 480, 1080, 1200))
  const costs = { overtime: 3, idle: 1, longestWait: 1 }
  const answer = book(problem(requests, { machines, costs }), solver, { seconds: 2, gap: 0.05 })
  expect(answer.appointments).toHaveLength(40)
  for (const { code } of machines) {
    const own = answer.appointments.filter((each) => each.machine === code)
    for (const [i, each] of own.entries()) expect(each.from).toBeGreaterThanOrEqual(own[i - 1]?.until ?? 480)
  }
  // How near it gets depends on the machine; that it never claims to be nearer than it is does not.
  expect(answer.gap).toBeGreaterThanOrEqual(0)
  expect(answer.bound).toBeLessThanOrEqual(answer.objective)
})
