import type { Header } from './header.ts'
import type { Hl7Message, Segment } from './message.ts'

/** One order of a message: its segments (HL7 v2.5.1 chapter 4.4.1, 4.5.5). */
export interface OrderGroup {
  readonly orc?: Segment
  readonly obr?: Segment
  readonly tq1?: Segment
  /** Of OMI: what the imaging department's system says of the exam (chapter 4.5.6). */
  readonly ipc?: Segment
  /** Counts the orders of the message from 1, for error messages. */
  readonly position: number
}

/** What a message about orders or appointments is read against. */
export interface WorkflowMessage {
  readonly header: Header
  readonly pid: Segment
  readonly pv1?: Segment
  readonly notes: string[]
}

/** The orders of a message, in order. An OBR without an ORC of its own shares the one before it. */
export function ordersIn({ segments }: Hl7Message): readonly OrderGroup[] {
  const groups: { orc?: Segment; obr?: Segment; tq1?: Segment; ipc?: Segment; position: number }[] = []
  for (const segment of segments) {
    const last = groups.at(-1)
    if (segment.name === 'ORC') groups.push({ orc: segment, position: groups.length + 1 })
    else if (segment.name === 'OBR' && last && !last.obr) last.obr = segment
    else if (segment.name === 'OBR')
      groups.push({ ...(last?.orc && { orc: last.orc }), obr: segment, position: groups.length + 1 })
    else if (segment.name === 'TQ1' && last) last.tq1 ??= segment
    else if (segment.name === 'IPC' && last) last.ipc ??= segment
  }
  return groups
}
