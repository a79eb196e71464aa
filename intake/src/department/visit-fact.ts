import {
  type Coding,
  departmentChannels,
  departmentCodeSystem,
  type Instant,
  type Observation,
  type SubjectId,
  type VisitDetail,
} from '@counterpart/kernel'
import type { DecodedMessage } from '../facts.ts'
import { plain } from '../facts.ts'
import { nameOf, secretNameOf } from '../hash.ts'
import { judge } from '../quality.ts'

type WithoutVisit<Detail> = Detail extends VisitDetail ? Omit<Detail, 'visit' | 'patient'> : never

/** What happened to a visit, before it is known whose it is. `merged` names the other visit by its encounter. */
export type VisitHappening = WithoutVisit<VisitDetail>

/** One thing that a message says of one visit in one department. */
export interface VisitFact {
  readonly department: string
  /** {@link EncounterFact.encounterId} of the visit. */
  readonly encounterId: string
  readonly effective: Instant
  readonly version: Instant
  readonly says:
    | { readonly kind: 'happened'; readonly happening: VisitHappening }
    | { readonly kind: 'doubt'; readonly problem: string; readonly assumed: string }
  /** Where it stands in the message. */
  readonly location: string
}

/** The name under which departments know a visit: with a key, nobody can find it by trying visit numbers. */
function visitName(encounterId: string, key?: Uint8Array): string {
  return key ? secretNameOf(key, 'visit', encounterId) : nameOf('visit', encounterId)
}

/**
 * The observation of a department that a visit fact comes to. Its identity is what it says of which visit and when: the
 * same thing said by another message is the same fact.
 */
export function visitObservation(
  fact: VisitFact,
  patient: SubjectId,
  message: Pick<DecodedMessage, 'protocol' | 'system' | 'sentAt'>,
  key?: Uint8Array,
): Observation {
  const { department, encounterId, effective, version, says } = fact
  const visit = visitName(encounterId, key)
  const { channel, detail, text } =
    says.kind === 'doubt'
      ? {
          channel: departmentChannels.doubt,
          detail: { visit, problem: says.problem, assumed: says.assumed },
          text: `${says.problem}; assumed: ${says.assumed}`,
        }
      : {
          channel: departmentChannels.visit,
          detail: { ...named(says.happening, key), visit, patient },
          text: inWords(says.happening),
        }
  const code: Coding = { system: departmentCodeSystem, code: channel }
  const content = Object.entries(detail).filter(([name]) => name !== 'patient')
  return {
    id: nameOf(channel, department, effective, JSON.stringify(content.sort(([a], [b]) => (a < b ? -1 : 1)))),
    version,
    status: 'final',
    subject: `department/${department}`,
    channel,
    code,
    value: null,
    unit: '',
    text,
    detail: plain(detail),
    effective,
    source: { protocol: message.protocol, system: message.system },
    quality: judge(null, undefined, { effective, sentAt: message.sentAt, preliminary: false, unit: 'as-is' }),
  }
}

function named(happening: VisitHappening, key?: Uint8Array): VisitHappening {
  return happening.what === 'merged' ? { ...happening, into: visitName(happening.into, key) } : happening
}

/** A sentence's worth, without anything that tells who it is. */
function inWords(happening: VisitHappening): string {
  switch (happening.what) {
    case 'arrived':
      return `arrived, ${happening.mode}`
    case 'triaged':
      return `triaged, acuity ${happening.acuity}`
    case 'placed':
      return `placed in ${[happening.at.area, happening.at.room, happening.at.bed].filter(Boolean).join(' ')}`
    case 'test-ordered':
      return `${happening.test} ordered`
    case 'left':
      return `left, ${happening.disposition}`
    default:
      return happening.what.replaceAll('-', ' ')
  }
}
