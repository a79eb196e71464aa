import { IntakeError } from '../errors.ts'
import type { ReadingMessage } from '../reading.ts'
import type { Peer, Receipt } from '../receipt.ts'
import { decodeMqttReadings } from './payload.ts'

/** The part of the intake that these doors hand messages to. */
export interface ReadingIntake {
  receiveReading(message: ReadingMessage, peer: Peer): Promise<Receipt>
  refuse(
    reason: IntakeError,
    message: {
      readonly protocol: string
      readonly body: Uint8Array | string
      readonly contentType: string
      readonly totalBytes?: number
    },
    peer: Peer,
  ): Promise<Receipt>
}

/** Of a message that is refused for its size, so much is kept. */
const keptOfTooLarge = 1024

/**
 * Hands one message of a device to the intake and resolves when it is durable: in the thread, or refused and in the
 * quarantine. Throws {@link IntakeError} `store-failed` when it is in neither, so that it must not be acknowledged.
 */
export async function takeReadings(
  intake: ReadingIntake,
  device: string,
  payload: Uint8Array,
  limit: number,
  address: string,
): Promise<Receipt> {
  const peer: Peer = { system: `mqtt:${device}`, address }
  let message: ReadingMessage
  try {
    if (payload.length > limit)
      throw new IntakeError('too-large', `the message has ${payload.length} bytes`, {
        expected: `at most ${limit} bytes`,
        mend: 'send fewer readings in one message',
      })
    message = decodeMqttReadings(device, payload)
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error
    return durable(await refuse(intake, error, payload, peer))
  }
  return durable(await intake.receiveReading(message, peer))
}

/** Puts bytes that a device should not have sent into the quarantine. */
export async function refuse(
  intake: ReadingIntake,
  reason: IntakeError,
  bytes: Uint8Array,
  peer: Peer,
  totalBytes?: number,
): Promise<Receipt> {
  const isText = reason.code !== 'too-large' && totalBytes === undefined
  const body = isText ? bytes : bytes.slice(0, keptOfTooLarge)
  const contentType = isText ? 'application/json' : 'application/octet-stream'
  const total = totalBytes ?? bytes.length
  return intake.refuse(
    reason,
    { protocol: 'mqtt', body, contentType, ...(total > body.length && { totalBytes: total }) },
    peer,
  )
}

function durable(receipt: Receipt): Receipt {
  if (receipt.outcome === 'refused' && (receipt.code === 'store-failed' || receipt.quarantineId === undefined))
    throw new IntakeError('store-failed', `nothing could be kept: ${receipt.message}`, {
      mend: 'send the message again',
    })
  return receipt
}
