// "It helps": a simulated hospital in closed loop. Every two hours of the day the twin advises, a shift lead approves by a simple
// rule, the hospital obeys as people do. Beside it the same people come to the same hospital, unadvised, and with a roster that
// has the same extra clinician hours at the best time of day, found beforehand on other seeds. And where it does not help.
import { mean, quantileOf, standardDeviation, studentT } from '@counterpart/numerics'
import { type Shift, usualShifts } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'
import { type Arm, type DayOutcome, type Lived, liveThrough } from './department-days.ts'

/** `ADVICE_SEEDS=1 npm run validate -- department-advice` for a quick look. */
const count = Number(process.env.ADVICE_SEEDS ?? 8)
const seeds = Array.from({ length: count }, (_, i) => `judged-${41 + i}`)
const days = 12
/** Days in a row share people and beds: they are judged in blocks of so many. */
const blockDays = 3
const practiceSeeds = ['practice-21', 'practice-22', 'practice-23']
const practiceDays = 21
/** Starts that the fixed roster is tried with. */
const tried = [8, 11, 14, 17, 20]

/** Where it does not help: hospitals in which something else is the limit, or nothing is. */
const elsewhere = {
  seeds: ['judged-51', 'judged-52'].slice(0, count),
  /** Too few beds upstairs. */
  fewBeds: { inpatientBeds: 165 },
  /** Half as many people for the same staff and beds. */
  toSpare: { visitsPerDay: 90, inpatientBeds: 189 },
} as const

/** Runs the arms and compares them. */
export async function validate(): Promise<Measurement[]> {
  const plain = (options: Arm['options']): Arm => ({ options, days, lead: [] })
  const advised = (options: Arm['options']): Arm => ({ options, days, lead: 'advised' })
  const with_ = await liveThrough(seeds.map((seed) => advised({ seed })))
  const hours = mean(Float64Array.from(with_, ({ staffHours }) => staffHours))
  const fixedShift = await bestShift(hours)
  const without = await liveThrough(seeds.map((seed) => plain({ seed })))
  const fixed = await liveThrough(seeds.map((seed) => plain({ seed, shifts: [...usualShifts, ...fixedShift] })))
  const [a, b, c] = [without, fixed, with_].map((lived) => lived.flatMap((each) => each.days)) as [
    DayOutcome[],
    DayOutcome[],
    DayOutcome[],
  ]
  const when = `${hours.toFixed(1)} h a day from ${fixedShift.map(({ begins }) => `${begins}:00`).join(' and ')}`
  const shortest = a.map((_, i) => i).sort((i, j) => a[i]!.wait - a[j]!.wait)
  const third = Math.floor(shortest.length / 3)
  const only = (which: readonly number[]) => [which.map((i) => c[i]!), which.map((i) => a[i]!)] as const
  return [
    ...compare('advice against carrying on', c, a, { aim: true, blockDays }),
    ...compare(`advice against the best fixed roster (${when})`, c, b, { aim: true, blockDays }),
    ...compare('best fixed roster against carrying on', b, a, { blockDays }),
    { name: 'what was approved', value: spell(with_), unit: '' },
    ...compare('advice against carrying on, third of days with the shortest waits', ...only(shortest.slice(0, third))),
    ...compare('advice against carrying on, third of days with the longest waits', ...only(shortest.slice(-third))),
    ...(await inHospital('where beds upstairs are the limit (165)', elsewhere.fewBeds)),
    ...(await inHospital('where staff and spaces are to spare (90 visits a day)', elsewhere.toSpare)),
    ...(await orderOfTheLine()),
  ]
}

/** Advice against carrying on in another hospital. */
async function inHospital(name: string, options: Omit<Arm['options'], 'seed'>): Promise<Measurement[]> {
  const arm = (lead: Arm['lead']) => elsewhere.seeds.map((seed): Arm => ({ options: { seed, ...options }, days, lead }))
  const [with_, without] = [await liveThrough(arm('advised')), await liveThrough(arm([]))]
  const [c, a] = [with_, without].map((lived) => lived.flatMap((each) => each.days)) as [DayOutcome[], DayOutcome[]]
  return [
    ...compare(`advice against carrying on, ${name}`, c, a, { blockDays }),
    { name: `what was approved, ${name}`, value: spell(with_), unit: '' },
  ]
}

/** A rule of order followed day and night, whatever the twin says of it: nothing is gained by seeing people as they come. */
async function orderOfTheLine(): Promise<Measurement[]> {
  const under = async (lead: Arm['lead']) =>
    (await liveThrough(seeds.map((seed) => ({ options: { seed }, days, lead })))).flatMap((each) => each.days)
  const usual = await under([])
  const rows: Measurement[] = []
  for (const dose of [15, 240]) {
    const rule = [0, 8, 16].map((at) => ({ at, action: { name: 'queue-rule' as const, dose } }))
    const name = `a level of acuity always counts as ${dose} minutes waited, against the usual order`
    rows.push(...compare(name, await under(rule), usual, { blockDays }))
  }
  return rows
}

/** Extra clinician hours as shifts at the times of day that serve practice hospitals best, in waits and in stays over four hours. */
async function bestShift(hours: number): Promise<readonly Shift[]> {
  if (hours < 0.5) return []
  const people = hours > 12 ? 2 : 1
  const candidates = tried
    .flatMap((first, i) => (people === 1 ? [[first]] : tried.slice(i).map((second) => [first, second])))
    .map((starts) => starts.map((begins): Shift => ({ role: 'clinician', begins, hours: hours / people, people: 1 })))
  const outcomes = await liveThrough(
    [[], ...candidates].flatMap((shifts) =>
      practiceSeeds.map(
        (seed): Arm => ({ options: { seed, shifts: [...usualShifts, ...shifts] }, days: practiceDays, lead: [] }),
      ),
    ),
  )
  const scored = [[], ...candidates].map((shifts, i) => {
    const lived = outcomes.slice(i * practiceSeeds.length, (i + 1) * practiceSeeds.length).flatMap((each) => each.days)
    const average = (of: (day: DayOutcome) => number) => mean(Float64Array.from(lived, of))
    return { shifts, wait: average(({ wait }) => wait), breaches: average(({ breaches }) => breaches) }
  })
  const [none, ...others] = scored
  const score = (one: (typeof scored)[number]) => one.wait / none!.wait + one.breaches / none!.breaches
  return others.sort((x, y) => score(x) - score(y))[0]!.shifts
}

/** Differences day by day, with Student's interval over blocks of days (single days unless said). */
function compare(
  name: string,
  ours: readonly DayOutcome[],
  theirs: readonly DayOutcome[],
  { aim = false, blockDays: size = 1 }: { readonly aim?: boolean; readonly blockDays?: number } = {},
): Measurement[] {
  const of = (label: string, unit: string, read: (day: DayOutcome) => number, target = false): Measurement => {
    const daily = ours.map((each, i) => read(each) - read(theirs[i]!))
    const blocks = Float64Array.from({ length: Math.floor(daily.length / size) }, (_, i) =>
      mean(Float64Array.from(daily.slice(i * size, (i + 1) * size))),
    )
    const middle = mean(Float64Array.from(daily))
    const half = (quantileOf(studentT(blocks.length - 1), 0.975) * standardDeviation(blocks)) / Math.sqrt(blocks.length)
    const usual = mean(Float64Array.from(theirs, read))
    return {
      name: `${label}, ${name}`,
      value: Number(middle.toFixed(2)),
      unit,
      ...(target ? { target: '< 0, all of the interval', met: middle + half < 0 } : {}),
      note: `95 % interval ${(middle - half).toFixed(2)} to ${(middle + half).toFixed(2)} over ${daily.length} paired days${size > 1 ? ` in blocks of ${size}` : ''}; ${usual.toFixed(1)} without${usual > 0 ? ` (${((100 * middle) / usual).toFixed(0)} %)` : ''}`,
    }
  }
  return [
    of('mean time to clinician', 'min', ({ wait }) => wait, aim),
    of('stays over four hours', 'percentage points', ({ breaches }) => breaches, aim),
    of('left unseen', 'percentage points', ({ unseen }) => unseen),
    of('mean time to clinician of acuity 1 and 2', 'min', ({ urgentWait }) => urgentWait),
  ]
}

function spell(lived: readonly Lived[]): string {
  const acted = new Map<string, number>()
  for (const each of lived)
    for (const [name, count] of Object.entries(each.acted)) acted.set(name, (acted.get(name) ?? 0) + count)
  const list = [...acted].sort((x, y) => y[1] - x[1]).map(([name, count]) => `${name} ${count}`)
  const sum = (of: (one: Lived) => number) => lived.reduce((total, one) => total + of(one), 0)
  return `${list.join(', ') || 'nothing'}; nothing at ${sum(({ nothing }) => nothing)} of ${sum(({ looks }) => looks)} looks; ${(sum(({ staffHours }) => staffHours) / lived.length).toFixed(1)} staff hours a day`
}
