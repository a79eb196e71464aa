import type { Catalogue, Instant } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { IntakeError } from './errors.ts'
import type { ReadingMessage } from './reading.ts'
import type { Peer, Receipt } from './receipt.ts'

/** What intake needs besides messages. */
export interface IntakeOptions {
  readonly thread: Thread
  readonly catalogue: Catalogue
  readonly clock: () => Instant
}

/** The door from the physical side: turns messages into events of the thread, all events of a message or none. */
export class Intake {
  readonly #options: IntakeOptions

  private constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Opens the door over a thread: reads back which identifiers belong to whom, and the quarantine. */
  static async open(options: IntakeOptions): Promise<Intake> {
    return new Intake(options)
  }

  /** Takes in one HL7 v2 message. */
  async receiveHl7(message: Uint8Array | string, peer: Peer): Promise<Receipt> {
    return this.#notYet(message, peer)
  }

  /** Takes in one FHIR R4 resource or Bundle. */
  async receiveFhir(resource: unknown, peer: Peer): Promise<Receipt> {
    return this.#notYet(resource, peer)
  }

  /** Takes in readings from a wearable or a replayed record. */
  async receiveReading(message: ReadingMessage, peer: Peer): Promise<Receipt> {
    return this.#notYet(message, peer)
  }

  /** Puts a message that a door could not even decode into the quarantine. */
  async refuse(
    reason: IntakeError,
    message: { readonly protocol: string; readonly body: Uint8Array | string; readonly contentType: string },
    peer: Peer,
  ): Promise<Receipt> {
    return this.#notYet([reason, message], peer)
  }

  async #notYet(_message: unknown, peer: Peer): Promise<Receipt> {
    throw new IntakeError('not-supported', `nothing from ${peer.system} is taken in at ${this.#options.clock()}`)
  }
}
