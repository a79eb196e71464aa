import type { ClinicLayoutDetail, ClinicProvider } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { expect, test } from 'vitest'
import { type JudgedWeeks, judgeWeek, notJudged } from './judged.ts'
import { fairnessShown } from './picture.ts'
import { fairnessReport, type PersonLoad } from './report.ts'

interface Truth {
  /** Hours that women work more. */
  readonly more: number
  /** Hours that the forecast leaves out for women. */
  readonly bias: number
}

/** A clinic whose people work about 42 h, forecast with an error of 3 h and told so. */
function clinic(seed: string, { more, bias }: Truth, count = 52, weeks = 12) {
  const stream = randomStream('fairness', seed)
  const providers = Array.from(
    { length: count },
    (_, i): ClinicProvider => ({
      provider: `p${i}`,
      label: `Dr ${i}`,
      pod: 'A',
      profession: i < 5 ? 'advanced-practice' : 'physician',
      clinicalFte: i % 3 === 0 ? 0.6 : 1,
      panel: i % 3 === 0 ? 1000 : 1600,
      sex: i % 2 === 0 ? 'female' : 'male',
      yearsQualified: i % 30,
    }),
  )
  const judged: Record<string, JudgedWeeks> = {}
  const load: Record<string, PersonLoad> = {}
  for (const { provider, sex, clinicalFte } of providers) {
    const usual = (50 + 3 * stream.normal() + (sex === 'female' ? more : 0)) * clinicalFte
    let [of, work] = [notJudged, 0]
    for (let week = 0; week < weeks; week++) {
      const expected = usual + 2 * stream.normal()
      const came = expected + 3 * stream.normal()
      const mean = expected - (sex === 'female' ? bias : 0)
      const limit = 55 * clinicalFte
      const overload = share((mean - limit) / 3)
      of = judgeWeek(
        of,
        { mean, p05: mean - 4.935, p95: mean + 4.935, overload },
        { work: came, overloaded: came > limit },
      )
      work += came
    }
    judged[provider] = of
    load[provider] = {
      fullWeeks: weeks * clinicalFte,
      work,
      inbox: work / 6,
      visits: weeks * clinicalFte * 70 + stream.uniform(),
    }
  }
  const layout: ClinicLayoutDetail = {
    name: 'North',
    timeZone: 'Europe/London',
    pods: [{ code: 'A', label: 'Pod A' }],
    providers,
    visitKinds: [],
    minimumCell: 5,
    overloadRatio: 1.375,
    practice: { teamInbox: false, refillProtocol: false, scribes: [] },
  }
  return { layout, judged, load }
}

/** The normal distribution, near enough for a chance in a test (logistic with the same slope). */
const share = (z: number) => 1 / (1 + Math.exp(-1.702 * z))

const groupOf = (made: ReturnType<typeof clinic>, name: string) =>
  fairnessReport(made.layout, made.judged, made.load).groups.find((group) => group.name === name)!

test('a group that works more is flagged more: shown, explained by load, and no unfairness', () => {
  const made = clinic('more', { more: 4, bias: 0 })
  const women = groupOf(made, 'female')
  const men = groupOf(made, 'male')
  expect(women.figures['work-adjusted']!.low).toBeGreaterThan(0)
  expect(women.figures.flagged!.estimate).toBeGreaterThan(men.figures.flagged!.estimate + 0.1)
  expect(women.figures.unexplained!.low).toBeLessThan(0)
  expect(women.figures.unexplained!.high).toBeGreaterThan(0)
  expect(women.differs).toEqual([])
})

test('a twin that takes work away from women in its forecasts is found in nine of ten clinics, a fair one in hardly any', () => {
  const seeds = Array.from({ length: 40 }, (_, i) => `power ${i}`)
  const found = (bias: number) =>
    seeds.filter((seed) => groupOf(clinic(seed, { more: 4, bias }), 'female').differs.length > 0).length
  expect(found(1.2)).toBeGreaterThanOrEqual(36)
  expect(found(0)).toBeLessThanOrEqual(4)
})

test('intervals of a share hold the truth as often as they say, weeks of a person being alike', () => {
  let [held, of] = [0, 0]
  for (let i = 0; i < 300; i++) {
    const { figures } = groupOf(clinic(`share ${i}`, { more: 0, bias: 0 }, 30, 6), 'male')
    // 90 % intervals of forecasts hold nine of ten by their making.
    if (figures.coverage!.low <= 0.9 && figures.coverage!.high >= 0.9) held++
    of++
  }
  expect(held / of).toBeGreaterThan(0.87)
})

test('too few are not told, nor those from whom they would follow', () => {
  const made = clinic('few', { more: 0, bias: 0 })
  const layout = { ...made.layout, minimumCell: 6 }
  const { groups } = fairnessReport(layout, made.judged, made.load)
  const told = Object.fromEntries(groups.map(({ name, suppressed, n }) => [name, suppressed ?? n]))
  expect(told['advanced-practice']).toBe('too-few')
  // All but physicians are the five.
  expect(told.physician).toBe('would-disclose')
  for (const { suppressed, figures } of groups) if (suppressed) expect(figures).toEqual({})
  const shown = fairnessShown({ groups, people: 0, weeks: 0 })
  expect(shown.groups.find(({ name }) => name === 'physician')!.values.error).toMatchObject({ estimate: null })
  expect(shown.groups.find(({ name }) => name === 'physician')!.n).toBeUndefined()
})

test('a twin that has judged nothing shows load alone and says so', () => {
  const { layout, load } = clinic('new', { more: 4, bias: 0 })
  const report = fairnessReport(layout, {}, load)
  const women = report.groups.find(({ name }) => name === 'female')!
  expect(women.figures.work).toBeDefined()
  expect(women.figures.flagged).toBeUndefined()
  expect(fairnessShown(report).notes.join(' ')).toContain('No forecast has been judged yet')
})
