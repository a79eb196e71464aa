import {
  type Coding,
  departmentChannels,
  departmentCodeSystem,
  type ExamDetail,
  type Instant,
  imagingChannels,
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

type WithoutExam<Detail> = Detail extends ExamDetail ? Omit<Detail, 'exam' | 'patient'> : never

/** What happened to an exam, before it is known whose it is. */
export type ExamHappening = WithoutExam<ExamDetail>

/** One thing that a message says of one visit, or of one exam, in one department. */
export interface VisitFact {
  readonly department: string
  /** {@link EncounterFact.encounterId} of the visit; of an exam, its order. */
  readonly about: string
  readonly effective: Instant
  readonly version: Instant
  readonly says:
    | { readonly kind: 'happened'; readonly happening: VisitHappening }
    | { readonly kind: 'exam'; readonly happening: ExamHappening }
    /** What could not be taken in as it was said, of a visit or of an exam. */
    | { readonly kind: 'doubt' | 'exam-doubt'; readonly problem: string; readonly assumed: string }
  /** Where it stands in the message. */
  readonly location: string
}

/** The name under which departments know a visit or exam: with a key, nobody can find it by trying numbers. */
function nameFor(kind: 'visit' | 'exam', number: string, key?: Uint8Array): string {
  return key ? secretNameOf(key, kind, number) : nameOf(kind, number)
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
  const { department, effective, version } = fact
  const { channel, detail, text } = toldBy(fact, patient, key)
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

function toldBy({ about, says }: VisitFact, patient: SubjectId, key?: Uint8Array) {
  if (says.kind === 'exam') {
    const { happening } = says
    const detail = { ...happening, exam: nameFor('exam', about, key), patient }
    return { channel: imagingChannels.exam, detail, text: happening.what.replaceAll('-', ' ') }
  }
  const visit = nameFor(says.kind === 'exam-doubt' ? 'exam' : 'visit', about, key)
  if (says.kind !== 'happened') {
    const { problem, assumed } = says
    return {
      channel: departmentChannels.doubt,
      detail: { visit, problem, assumed },
      text: `${problem}; assumed: ${assumed}`,
    }
  }
  const { happening } = says
  const known = happening.what === 'merged' ? { ...happening, into: nameFor('visit', happening.into, key) } : happening
  return { channel: departmentChannels.visit, detail: { ...known, visit, patient }, text: inWords(happening) }
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
