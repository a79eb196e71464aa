import { type Ensemble, membersOf } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import { messageKinds } from '../work/figures.ts'
import { type ClinicParameters, type ProviderParameters, visitActivities } from '../work/parameters.ts'
import type { Member } from '../work/simulate.ts'
import type { Estimates } from './estimates.ts'
import { personGiven } from './hierarchy.ts'
import { back } from './noisy.ts'
import { priors } from './priors.ts'
import type { Ratio } from './ratios.ts'

/** What may be true of the clinic and of each of its people, by one member of the ensemble. */
export function memberOf(
  estimates: Estimates,
  ensemble: Ensemble,
  m: number,
  random: (...names: readonly (string | number)[]) => RandomStream,
): Member {
  const held = (name: string) => membersOf(ensemble, name)[m]!
  const lost = random('lost', m)
  const [starts, without] = [shareOf(estimates.lost.day, lost), shareOf(estimates.lost.week, lost)]
  const clinic: ClinicParameters = {
    illStarts: starts,
    // Days lost within a week are as many as begin, times how long it lasts.
    illStays: Math.min(0.9, Math.max(0, 1 - starts / Math.max(starts, without))),
    weekdays: Float64Array.from(estimates.weekdays),
    beside: estimates.beside,
    messageSpread: priors.messageSpread,
    visitSpread: priors.visitSpread,
    burst: estimates.weeks.burst,
    gapUse: held('gap-use'),
    weekMemory: held('week-memory'),
    weekShared: estimates.weeks.shared,
    bookingsKept: estimates.bookings.kept,
    bookingDispersion: estimates.bookings.dispersion,
  }
  const levels = estimates.ratios.map(({ name }) => ({ mean: held(`${name}-mean`), spread: held(`${name}-spread`) }))
  const kindMinutes = messageKinds.map((kind) => held(`minutes-${kind}`))
  const weekSpread = held('week-spread')
  const providers = estimates.codes.map((code, p): ProviderParameters => {
    const stream = random('person', code, m)
    const drawn = new Map(
      estimates.ratios.map((ratio, r) => [ratio.name, drawnOf(ratio, levels[r]!, estimates.own[r]![p]!, stream)]),
    )
    const of = (name: string) => drawn.get(name)!
    const need = estimates.needs[p]!
    // Work that is not in the log may be all that is missing there, or nothing.
    const seen = 1 - estimates.unseen[p]! * stream.uniform()
    const pace = of('message-pace')
    const now = estimates.weeks.now[p]!
    return {
      messagesPerDay: Float64Array.from(messageKinds, (kind) => need * of(`messages-${kind}`)),
      messageMinutes: Float64Array.from(kindMinutes, (minutes) => minutes * pace),
      visitMinutes: Float64Array.from(visitActivities, (activity) => of(`visit-${activity}`) / seen),
      faceMinutes: of('face-minutes'),
      notesLater: 1 - (1 - of('notes-later')) * seen,
      restLater: of('rest-later'),
      clears: Math.min(1, of('clears') / seen),
      clearsOff: of('clears-off'),
      clearsAway: of('clears-away'),
      looksOff: shareOf(estimates.looks[p]!.off, stream),
      looksAway: shareOf(estimates.looks[p]!.away, stream),
      noShow: of('no-show'),
      visitsPerHour: of('visits-per-hour'),
      bookedAhead: estimates.bookings.made[p]!,
      weekNow: now.mean + now.error * stream.normal(),
      weekSpread,
    }
  })
  return { clinic, providers, random: (...names) => random('member', m, ...names) }
}

/** One value that may be true of a person, back from its scale. Rates by gamma–Poisson, all else by normal–normal. */
function drawnOf(
  { scale, counts }: Ratio,
  level: { readonly mean: number; readonly spread: number },
  own: Estimates['own'][number][number],
  stream: RandomStream,
): number {
  if (counts) {
    const shape = 1 / Math.max(1e-4, level.spread ** 2)
    const rate = back('log', level.mean)
    // A log-normal's median lies below its mean; the gamma has the same mean.
    const mean = rate * (1 + level.spread ** 2 / 2)
    const seen = own === null ? 0 : 1 / own.variance
    const exposure = own === null ? 0 : seen / back('log', own.value)
    return stream.gamma(shape + seen) / (shape / mean + exposure)
  }
  const { mean, error } = personGiven(level, own)
  return back(scale, mean + error * stream.normal())
}

function shareOf([yes, no]: readonly [number, number], stream: RandomStream): number {
  const [a, b] = [stream.gamma(yes), stream.gamma(no)]
  return a / (a + b)
}
