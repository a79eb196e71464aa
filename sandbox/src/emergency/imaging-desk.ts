import type { TestKind, Visitor } from './visitor.ts'
import type { Visit } from './world.ts'

/** A scan that somebody in the emergency department needs. */
export interface ScanRequest {
  /** The number of the order, in both departments. */
  readonly order: string
  readonly kind: Exclude<TestKind, 'laboratory'>
  readonly visit: Pick<Visit, 'id' | 'acuity' | 'arrived' | 'area'> & {
    readonly visitor: Pick<Visitor, 'number' | 'complaint'>
  }
  /** Factor on reporting times just now. */
  readonly haste: () => number
  /** The report is there. */
  readonly done: () => void
}

/** The imaging department, as the emergency department meets it. */
export interface ImagingDesk {
  /** Orders a scan; the result is to be called when the patient is there. */
  order(request: ScanRequest): () => void
  /** Somebody has left the emergency department: what has not begun is not wanted any more. */
  left(visit: string): void
}
