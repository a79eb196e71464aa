import {
  type AbsenceDetail,
  type ClinicLayoutDetail,
  type ClinicProvider,
  clinicChannels,
  type Instant,
  type Observation,
  type RotaWeekDetail,
  type SubjectId,
} from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { Projection, ProjectionStore } from '../projection.ts'
import type { SubjectState } from '../subjects.ts'

/** What is known of a clinic's people, apart from their work: who is to work when, who is away, how much is held of each. */
export interface ClinicState {
  /** By provider and Monday; the latest said of a week holds. */
  rota: Record<string, { said: Instant; detail: RotaWeekDetail }>
  absences: Record<string, { said: Instant; detail: AbsenceDetail }>
  /** By provider and channel. */
  held: Record<string, Record<string, { count: number; from: Instant; until: Instant }>>
}

/** Channels whose facts are each about one person. */
export const ofOneProvider: readonly string[] = [
  clinicChannels.work,
  clinicChannels.sheet,
  clinicChannels.rota,
  clinicChannels.absence,
  clinicChannels.doubt,
]

/** Rotas and absences that ended so long before the last one begins are let go; the thread has them. */
const keptFor = 200 * 86_400_000

export const clinicProjection: Projection<ClinicState> = {
  kind: 'clinic-1',
  types: ['observation.recorded', 'observation.corrected', 'observation.retracted'],
  initial: () => ({ rota: {}, absences: {}, held: {} }),
  apply: (state, event) => {
    const { observation } = event.payload as unknown as { observation: Observation }
    const { channel, effective, version, status } = observation
    if (!ofOneProvider.includes(channel)) return state
    const detail = observation.detail as unknown as { provider?: string } | undefined
    if (event.type === 'observation.recorded' && detail?.provider !== undefined)
      count(state, detail.provider, channel, effective)
    const said = Math.max(effective, version)
    if (channel === clinicChannels.rota) {
      const week = detail as unknown as RotaWeekDetail
      take(state.rota, `${week.provider} ${week.week}`, { said, detail: week }, status === 'retracted')
      letGo(state.rota, ({ spans }) => Math.max(...spans.map(({ until }) => until)))
    } else if (channel === clinicChannels.absence) {
      const absence = detail as unknown as AbsenceDetail
      take(state.absences, absence.absence, { said, detail: absence }, status === 'retracted')
      letGo(state.absences, ({ until }) => until)
    }
    return state
  },
}

function count(state: ClinicState, provider: string, channel: string, at: Instant): void {
  const of = state.held[provider] ?? {}
  state.held[provider] = of
  const known = of[channel]
  if (!known) of[channel] = { count: 1, from: at, until: at }
  else of[channel] = { count: known.count + 1, from: Math.min(known.from, at), until: Math.max(known.until, at) }
}

function take<T>(
  held: Record<string, { said: Instant; detail: T }>,
  key: string,
  next: { said: Instant; detail: T },
  retracted: boolean,
): void {
  const known = held[key]
  if (known && known.said > next.said) return
  if (retracted) delete held[key]
  else held[key] = next
}

function letGo<T>(held: Record<string, { said: Instant; detail: T }>, endOf: (detail: T) => Instant): void {
  const keys = Object.keys(held)
  // Now and then is enough.
  if (keys.length % 256 !== 0) return
  const ends = new Map(keys.map((key) => [key, endOf(held[key]!.detail)]))
  const last = Math.max(...ends.values())
  for (const [key, end] of ends) if (end < last - keptFor) delete held[key]
}

/** Rota weeks and absences that overlap the span. */
export function rotaWithin(
  { rota, absences }: ClinicState,
  from: Instant,
  until: Instant,
): { readonly rota: readonly RotaWeekDetail[]; readonly absences: readonly AbsenceDetail[] } {
  return {
    rota: Object.values(rota)
      .map(({ detail }) => detail)
      .filter(({ spans }) => spans.some((span) => span.from < until && span.until > from)),
    absences: Object.values(absences)
      .map(({ detail }) => detail)
      .filter((absence) => !absence.cancelled && absence.from < until && absence.until > from),
  }
}

/** What a clinic consists of now; `undefined`: nothing is known of it. */
export async function layoutOf(
  subjects: ProjectionStore<SubjectState>,
  clinic: SubjectId,
): Promise<ClinicLayoutDetail | undefined> {
  const { latest } = await subjects.get(clinic)
  return latest[clinicChannels.layout]?.observation.detail as unknown as ClinicLayoutDetail | undefined
}

/** Clinics of which anything is known. */
export async function knownClinics(thread: Thread): Promise<readonly SubjectId[]> {
  return (await thread.streams('clinic/')).map(({ stream }) => stream as SubjectId)
}

/** The person's own stream. */
export function providerSubject(clinic: SubjectId, code: string): SubjectId {
  return `provider/${clinic.slice('clinic/'.length)}.${code}`
}

/** Who somebody is in their clinic. */
export function memberOf(
  layout: ClinicLayoutDetail,
  clinic: SubjectId,
  provider: SubjectId,
): ClinicProvider | undefined {
  return layout.providers.find(({ provider: code }) => providerSubject(clinic, code) === provider)
}
