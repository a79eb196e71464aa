import type { Instant, Milliseconds } from '@counterpart/kernel'

/** The time now. Injected: nothing in this room reads the machine's clock. */
export type Clock = () => Instant

/** Calls `work` once after `delay`; the returned function calls it off. */
export type Timer = (delay: Milliseconds, work: () => void) => () => void

/** Waits by the runtime's own timer; it does not keep the process alive. */
export const runtimeTimer: Timer = (delay, work) => {
  const handle = setTimeout(work, delay)
  handle.unref()
  return () => clearTimeout(handle)
}

/** FHIR `instant`/`dateTime` with a zone offset, to the millisecond. */
export function isoTime(instant: Instant, zoneOffsetMinutes = 0): string {
  const local = new Date(instant + zoneOffsetMinutes * 60_000).toISOString().slice(0, -1)
  return local + offsetText(zoneOffsetMinutes, ':')
}

/** HL7 v2 DTM (v2.5.1, 2.A.22): `YYYYMMDDHHMMSS.SSS+ZZZZ`. */
export function hl7Time(instant: Instant, zoneOffsetMinutes = 0): string {
  const local = new Date(instant + zoneOffsetMinutes * 60_000).toISOString()
  return local.slice(0, 23).replace(/[-:T]/g, '') + offsetText(zoneOffsetMinutes, '')
}

function offsetText(minutes: number, separator: string): string {
  const size = Math.abs(minutes)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`
}
