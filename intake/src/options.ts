import type { Catalogue, Instant, SubjectId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { ClinicSettings } from './clinic/settings.ts'
import type { DepartmentSettings } from './department/settings.ts'
import type { Peer, Receipt } from './receipt.ts'
import type { Zone } from './time-zone.ts'

/** What intake needs besides messages. */
export interface IntakeOptions {
  readonly thread: Thread
  readonly catalogue: Catalogue
  readonly clock: () => Instant
  /** Where the wall clocks hang whose times come without an offset: minutes east of UTC or an IANA zone. Default UTC. */
  readonly zone?: Zone
  /**
   * URIs of assigning authorities that HL7 v2 messages name by a local name only, e.g. `{ NORTH: 'http://north.example/mrn' }`,
   * so that their record numbers meet those of FHIR.
   */
  readonly identifierSystems?: Readonly<Record<string, string>>
  /**
   * With this secret, subjects' names cannot be worked out by trying record numbers. It can never be changed afterwards.
   * Default: none.
   */
  readonly pseudonymKey?: Uint8Array
  /** Departments that are followed, see {@link readDepartments}. Default: none. */
  readonly departments?: readonly DepartmentSettings[]
  /** Clinics whose work is followed, see {@link readClinics}. Default: none. */
  readonly clinics?: readonly ClinicSettings[]
  /**
   * Whether somebody agrees, now, that their surveys or what their wearable measures is kept for their own view. `provider/<clinic>.<code>`
   * names them. Without it nothing of that kind is taken in.
   */
  readonly consentOf?: (person: SubjectId, what: 'surveys' | 'wearable') => boolean | Promise<boolean>
  /** The stream on which what somebody says of themselves is kept now. Default: their own name. */
  readonly ownStream?: (person: SubjectId) => SubjectId | Promise<SubjectId>
  /** Told of everything that a peer sent through a door, once it has been taken in or refused; mended messages are not. */
  readonly onReceipt?: (receipt: Receipt, door: Door, peer: Peer) => void
}

/** The ways in; `unreadable` is what a door could not even decode. */
export type Door = 'HL7 v2' | 'FHIR R4' | 'readings' | 'rosters' | 'rotas' | 'work events' | 'unreadable'
