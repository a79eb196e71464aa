import type { Catalogue } from '@counterpart/kernel'
import type { Clinics } from './clinic/clinics.ts'
import { decodeReadings } from './decode-readings.ts'
import type { Departments } from './department/locations.ts'
import { IntakeError } from './errors.ts'
import { decodeFhir, entriesOf, readBundle, typeOf } from './fhir/decode.ts'
import { fhirInput } from './fhir/input.ts'
import { parseJson } from './fhir/json.ts'
import { decodeBytes } from './hl7v2/charset.ts'
import { decodeHl7 } from './hl7v2/decode.ts'
import { parseMessage } from './hl7v2/message.ts'
import { decodeMqttReadings } from './mqtt/payload.ts'
import type { QuarantineEntry } from './quarantine.ts'
import { merged, type Peer, type Receipt, type RefusedReceipt } from './receipt.ts'
import type { Origin, Taking } from './taking.ts'
import type { Zone } from './time-zone.ts'

/** How each protocol's messages are decoded on their way in. */
export interface Doors {
  hl7(message: Uint8Array | string, peer: Peer, origin?: Origin): Promise<Receipt>
  fhir(resource: unknown, peer: Peer, origin?: Origin): Promise<Receipt>
  fhirBatch(resource: unknown, peer: Peer): Promise<readonly Receipt[] | RefusedReceipt>
  /** A refused message through its door again. Throws {@link IntakeError} `not-supported`. */
  again(entry: QuarantineEntry, body: Uint8Array | string, peer: Peer, origin: Origin): Promise<Receipt>
}

export function doorsTo(
  taking: Taking,
  settings: {
    readonly zone: Zone
    readonly identifierSystems: Readonly<Record<string, string>>
    readonly departments: Departments
    readonly clinics: Clinics
    readonly pseudonymKey: Uint8Array | undefined
    readonly catalogue: Catalogue
  },
): Doors {
  const { zone, identifierSystems, departments, clinics, pseudonymKey, catalogue } = settings

  function hl7(message: Uint8Array | string, peer: Peer, origin?: Origin): Promise<Receipt> {
    return taking.receive(
      () => {
        const text = typeof message === 'string' ? message.toWellFormed() : decodeBytes(message)
        return decodeHl7(parseMessage(text), text, {
          zone,
          identifierSystems,
          departments,
          clinics,
          pseudonymKey,
        })
      },
      { protocol: 'hl7v2', system: peer.system, body: message, contentType: 'application/hl7-v2+er7' },
      peer,
      origin,
    )
  }

  async function fhir(resource: unknown, peer: Peer, origin?: Origin): Promise<Receipt> {
    const { parsed, text, problem } = fhirInput(resource)
    const refused = { protocol: 'fhir', system: peer.system, body: text, contentType: 'application/fhir+json' }
    let batch = false
    try {
      if (problem) throw problem
      const value = parsed ?? parseJson(text)
      await othersTurn(text)
      batch = typeOf(value) === 'Bundle' && readBundle(value).type === 'batch'
      if (batch) throw new IntakeError('not-supported', 'a batch is many messages')
      const decoded = decodeFhir(value, text, {
        zone,
        system: peer.system,
        departments,
        clinics,
        pseudonymKey,
      })
      await othersTurn(text)
      return await taking.receive(() => decoded, refused, peer, origin)
    } catch (error) {
      return batch ? merged(await fhirBatch(resource, peer)) : taking.refuse(error, refused, peer, origin)
    }
  }

  async function fhirBatch(resource: unknown, peer: Peer): Promise<readonly Receipt[] | RefusedReceipt> {
    const { parsed, text } = fhirInput(resource)
    const refused = { protocol: 'fhir', system: peer.system, body: text, contentType: 'application/fhir+json' }
    try {
      const entries = entriesOf(readBundle(parsed ?? parseJson(text)))
      const receipts: Receipt[] = []
      // One after the other: a batch often brings a Patient before what refers to it.
      for (const { resource: entry } of entries) receipts.push(await fhir(entry, peer))
      return receipts
    } catch (error) {
      return taking.refuse(error, refused, peer)
    }
  }

  function again(
    { protocol, system, contentType, id }: QuarantineEntry,
    body: Uint8Array | string,
    peer: Peer,
    origin: Origin,
  ): Promise<Receipt> {
    if (protocol === 'hl7v2') return hl7(body, peer, origin)
    if (protocol === 'fhir')
      return fhir(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'), peer, origin)
    if (protocol === 'mqtt' && system.startsWith('mqtt:')) {
      const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
      const decode = () => decodeReadings(decodeMqttReadings(system.slice('mqtt:'.length), bytes), system, catalogue)
      return taking.receive(decode, { protocol, system, body, contentType }, peer, origin)
    }
    throw new IntakeError('not-supported', `messages that came by ${protocol} cannot be re-submitted`, {
      location: id,
      expected: 'an HL7 v2, FHIR or MQTT message',
      mend: 'let the device send it again, and discard this one',
    })
  }

  return { hl7, fhir, fhirBatch, again }
}

/** Between two steps of a large message, lets what else waits have its turn. */
function othersTurn(text: string): Promise<void> | undefined {
  return text.length < 1 << 18 ? undefined : new Promise((resolve) => setImmediate(resolve))
}
