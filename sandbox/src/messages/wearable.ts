import type { Instant, JsonObject } from '@counterpart/kernel'
import { authority, measures, type Reading } from '../codes.ts'
import { isoTime } from '../time.ts'

/** Topic on which a device publishes its readings. */
export function wearableTopic(device: string): string {
  return `counterpart/v1/${device}/readings`
}

/** The payload of one publication: one or more instants, oldest first, each value with the device's own time. */
export function wearablePayload(
  device: string,
  recordNumber: string,
  sequence: number,
  batch: readonly { readonly readings: readonly Reading[]; readonly stamped: Instant }[],
): JsonObject {
  return {
    device,
    subject: { system: authority.system, value: recordNumber },
    sequence,
    // By the wearable's own clock, as the times of the readings are.
    sentAt: isoTime(batch.at(-1)!.stamped),
    readings: batch.flatMap(({ readings, stamped }) =>
      readings.map(({ measure, value }) => ({
        code: { system: measures[measure].code.system, code: measures[measure].code.code },
        value,
        unit: measures[measure].unit,
        time: isoTime(stamped),
      })),
    ),
  }
}
