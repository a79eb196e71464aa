import { hour, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { normalCumulative, normalQuantile } from '@counterpart/numerics'
import { dayShape } from './demand.ts'
import { covers, type Span } from './department.ts'
import { gammaAt, type Laws, memberNormals } from './draws.ts'
import type { Exam } from './exam.ts'
import { unbookedKinds } from './learned.ts'
import type { Situation } from './situation.ts'

/** What differs between members besides their laws: drawn once per member, whatever the scenario. */
export interface Chance {
  /** When each coming patient arrives; left out: never. */
  readonly arrivals: ReadonlyMap<string, Instant>
  /** Spans in which machines are broken. */
  readonly broken: ReadonlyMap<string, readonly Span[]>
  /** Factors of the demand of days after today. */
  readonly laterDays: Readonly<Record<(typeof unbookedKinds)[number], number>>
}

/** What happens by chance outside the queues: the same for every scenario. */
export function chanceDraws(
  situation: Situation,
  laws: readonly Laws[],
  context: TwinContext,
  first: number,
): (i: number) => Chance {
  const { now, coming, openings, until, underWay } = situation
  const ofExam = new Map(
    coming.map((exam) => {
      const stream = context.random('arrival', exam.id, now)
      return [exam.id, Float64Array.from({ length: 2 * (first + laws.length) }, () => stream.uniform())] as const
    }),
  )
  const days = unbookedKinds.map((kind) => [kind, memberNormals(context, 'later-days', kind, now)] as const)
  return (i) => {
    const law = laws[i]!
    const member = first + i
    const arrivals = new Map<string, Instant>()
    for (const exam of coming) {
      const u = ofExam.get(exam.id)!
      const at = arrivalOf(exam, law, now, u[2 * member]!, u[2 * member + 1]!)
      if (at !== undefined) arrivals.set(exam.id, at)
    }
    const broken = new Map<string, readonly Span[]>()
    for (const { machine, state, sessions } of openings) {
      const busy = underWay.some((exam) => exam.machine === machine.code)
      const stream = context.random('breakdown', machine.code, now, member)
      const repair = law.delay('repair')
      const spans: Span[] = []
      let at = now
      if (state !== undefined && state.state !== 'up' && !busy) {
        at = now + minute * stillBroken(state.until, state.since, now, repair, stream.uniform())
        spans.push({ from: now - 1, until: at })
      }
      for (let n = 0; n < 4; n++) {
        at += (stream.exponential() / law.failuresPerHour) * hour
        if (at >= until) break
        const lasts = minute * Math.exp(repair.centre + repair.spread * stream.normal())
        if (covers(sessions, at)) spans.push({ from: at, until: at + lasts })
        at += lasts
      }
      broken.set(machine.code, spans)
    }
    const laterDays = Object.fromEntries(
      days.map(([kind, z]) => [kind, gammaAt(dayShape, z[member % z.length]!) / dayShape]),
    ) as Chance['laterDays']
    return { arrivals, broken, laterDays }
  }
}

/** When a booked patient who is not there by now comes; `undefined`: not at all. */
function arrivalOf(exam: Exam, law: Laws, now: Instant, u: number, v: number): Instant | undefined {
  const { centre, spread } = law.punctuality
  const late = (now - exam.booked!) / minute
  const still = normalCumulative((centre - late) / spread)
  const noShow = exam.origin === 'inpatient' ? 0 : law.noShow
  if (u * (noShow + (1 - noShow) * still) < noShow) return undefined
  return Math.max(now, exam.booked! + minute * (centre - spread * normalQuantile(Math.max(1e-12, v * still))))
}

/** Minutes until a machine that is down runs again. */
function stillBroken(
  expected: Instant | undefined,
  since: Instant,
  now: Instant,
  { centre, spread }: { readonly centre: number; readonly spread: number },
  u: number,
): number {
  if (expected !== undefined && expected > now) return ((expected - now) / minute) * Math.exp(-0.3 * normalQuantile(u))
  const elapsed = (now - since) / minute
  const survival = elapsed > 0 ? normalCumulative((centre - Math.log(elapsed)) / spread) : 1
  return Math.max(1, Math.exp(centre - spread * normalQuantile(Math.max(1e-12, u * survival))) - Math.max(0, elapsed))
}
