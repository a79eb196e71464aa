import { visitsOfMerge } from '../department/from-merge.ts'
import type { VisitFact } from '../department/visit-fact.ts'
import { IntakeError } from '../errors.ts'
import type { EncounterFact, RecordChange, WhoseFacts } from '../facts.ts'
import type { AdtEvent } from './adt-events.ts'
import type { Header } from './header.ts'
import type { Hl7Message, Segment } from './message.ts'
import { repetitionsOf } from './message.ts'
import { encounterIdOfNumber } from './numbers.ts'
import { identifiersIn } from './patient.ts'

/** What a message does with whole records: of people, or of their visits. */
export interface RecordChanges {
  readonly changes: readonly RecordChange[]
  /** The visit that is another one from now on. */
  readonly encounters: readonly EncounterFact[]
  readonly visits: readonly VisitFact[]
}

/**
 * Reads MRG (or the second PID of A24 and A37). Throws {@link IntakeError} `invalid` where it is missing, `identity-missing`
 * where it does not name the record or visit it is about.
 */
export function recordChangesOf(
  kind: NonNullable<AdtEvent['records']>,
  message: Hl7Message,
  header: Header,
): RecordChanges {
  const { sentAt: version, settings } = header
  if (kind === 'swap') return { changes: [], encounters: [], visits: [] }
  if (kind === 'link' || kind === 'unlink') {
    const [, other] = message.segments.filter(({ name }) => name === 'PID')
    const prior = priorOf(other, 3, 'PID[2]-3', header)
    return { changes: [{ kind: 'person', prior, standing: kind === 'link', version }], encounters: [], visits: [] }
  }
  const mrg = message.segments.find(({ name }) => name === 'MRG')
  if (!mrg)
    throw new IntakeError('invalid', 'the message has no MRG segment', {
      location: 'MRG',
      expected: 'one MRG, with the number that ceases to be',
      mend: 'the message may have been cut off; send it whole',
    })
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  const standing = encounterIdOfNumber(repetitionsOf(pv1, 19)[0], header)
  const ceasing = encounterIdOfNumber(repetitionsOf(mrg, 5)[0], header)
  const both = standing !== undefined && ceasing !== undefined && standing !== ceasing
  const visits = both && settings.departments ? visitsOfMerge(ceasing, standing, version, settings.departments) : []
  const encounters: EncounterFact[] = both ? [{ encounterId: ceasing, version, status: 'cancelled' }] : []
  if (kind === 'merge') {
    const prior = priorOf(mrg, 1, 'MRG-1', header)
    return { changes: [{ kind: 'person', prior, standing: true, version }], encounters, visits }
  }
  if (kind === 'merge-visit') {
    if (!both) throw noVisit(ceasing === undefined ? 'MRG-5' : 'PV1-19')
    return { changes: [], encounters, visits }
  }
  const encounterId = ceasing ?? standing
  if (encounterId === undefined) throw noVisit('MRG-5')
  const from = priorOf(mrg, 1, 'MRG-1', header)
  const moved = [...new Set([encounterId, standing ?? encounterId])]
  return { changes: moved.map((id) => ({ kind: 'visit', encounterId: id, from, version })), encounters, visits }
}

function priorOf(segment: Segment | undefined, field: number, location: string, header: Header): WhoseFacts {
  return { kind: 'introduced', identifiers: segment ? identifiersIn(segment, field, header) : [], location }
}

function noVisit(location: string): IntakeError {
  return new IntakeError('identity-missing', 'it does not name both visits', {
    location,
    expected: 'the visit that ceases to be in MRG-5, and the one that stands in PV1-19',
    mend: `fill in ${location}`,
  })
}
