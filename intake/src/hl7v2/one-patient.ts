import { IntakeError } from '../errors.ts'
import type { Hl7Message, Segment } from './message.ts'

/** The one PID segment of a message. Throws {@link IntakeError} `invalid` without one, `not-supported` with several. */
export function onePatient({ segments }: Hl7Message): Segment {
  const pids = segments.filter(({ name }) => name === 'PID')
  const [pid] = pids
  if (pid && pids.length === 1) return pid
  throw new IntakeError(pid ? 'not-supported' : 'invalid', `the message has ${pids.length} PID segments`, {
    location: 'PID',
    expected: 'exactly one',
    mend: pid ? 'send one message for each patient' : 'the message may have been cut off; send it whole',
  })
}
