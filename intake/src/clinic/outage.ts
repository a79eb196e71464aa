import type { Instant } from '@counterpart/kernel'
import { day } from '@counterpart/kernel'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'
import { mostAhead } from './log-reading.ts'

const longestOutage = 14 * day

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/, 'must be a time with its offset')
  .transform((text) => Date.parse(text))
  .refine(Number.isFinite, 'must be a time')
const outageSchema = z.strictObject({ from: time, until: time, cancelled: z.boolean().optional() })

/** Reads that a log was off: JSON `{ from, until, cancelled? }`. Throws {@link IntakeError}, naming the member. */
export function readOutage(text: string, now: Instant): z.infer<typeof outageSchema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrongOutage('outage', 'it is not JSON')
  }
  const parsed = outageSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw wrongOutage(issue!.path.join('.') || 'outage', issue!.message)
  }
  const { from, until } = parsed.data
  if (until <= from) throw wrongOutage('until', 'until must be after from')
  if (until - from > longestOutage) throw wrongOutage('until', 'an outage of more than 14 days is told in parts')
  if (until > now + mostAhead) throw wrongOutage('until', 'it is in the future')
  return parsed.data
}

function wrongOutage(location: string, message: string): IntakeError {
  return new IntakeError('invalid', `the outage cannot be read: ${location}: ${message}`, {
    location,
    expected: '{ "from": time, "until": time }, each with its offset',
    mend: `correct ${location}`,
  })
}
