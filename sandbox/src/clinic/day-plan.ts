import type { Booking } from './booking.ts'
import type { ClinicAppointment } from './events.ts'
import type { Span } from './rota.ts'
import { see } from './visits.ts'
import type { DayAbout } from './working-day.ts'
import { WorkingDay } from './working-day.ts'

/** Minutes that the length of a session at home can reach. */
const longest = { evening: 150, free: 180 } as const
/** Seconds of backlog with which somebody's usual chance of sitting down at home holds. */
const usualBacklog = 2700

type Tell = (second: number, booking: Booking, state: ClinicAppointment['state']) => void

/** A day with patients or at the desk: early, between patients, over lunch, after the last one, and in the evening. */
export function workDay(
  about: DayAbout,
  spans: readonly Span[],
  bookings: readonly Booking[],
  seed: string,
  tell: Tell,
): void {
  const day = new WorkingDay(about)
  const { random } = about
  const { truth } = about.who
  const first = spans[0]!
  const notesFirst = truth.noteRightAfter > truth.gapInbox
  day.logIn(first.from * 60 - 60 * Math.max(1, truth.early * (0.5 + random.uniform())), false)
  day.piece('schedule', 15 + 25 * random.uniform(), 0, '')
  day.doMessages(first.from * 60)
  const pressure = day.pressure()
  let left = bookings.filter(({ state }) => state !== 'cancelled').sort((a, b) => a.minute - b.minute)
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1]
    // Who was booked before time was protected, or is squeezed into it, is seen all the same.
    const mine = left.filter(({ minute }) => minute < (next ? next.from : 24 * 60))
    left = left.filter((booking) => !mine.includes(booking))
    if (span.work !== 'administration' || mine.length > 0) seeAll(day, mine, seed, tell, pressure)
    if (span.work === 'inbox') {
      const begin = Math.max(day.t, span.from * 60)
      const kept = (span.until * 60 - begin) * about.practiceTruth.protectedKept
      if (kept > 120) {
        day.t = begin
        day.unhurried = 1 + about.practiceTruth.protectedGrowth
        day.doMessages(begin + kept)
        day.unhurried = 1
      }
    } else if (span.work === 'administration') {
      // Meetings and forms without the record take part of a half-day at the desk.
      day.t = Math.max(day.t, span.from * 60)
      const atDesk = (span.until * 60 - day.t) * (0.4 + 0.25 * random.uniform())
      day.pass(600 * random.uniform())
      day.catchUp(Math.min(atDesk, 60 + day.backlog()), notesFirst)
    }
    if (next && next.from > span.until) {
      // Lunch.
      const hour = next.from * 60 - Math.max(day.t, span.until * 60)
      if (hour > 300) {
        const worked = hour * Math.min(0.95, pressed(truth.lunch, pressure) * (0.6 + 0.8 * random.uniform()))
        if (day.t < span.until * 60) gap(day, span.until * 60, pressure)
        day.catchUp(Math.min(worked, day.backlog()), notesFirst)
        day.t = Math.max(day.t, next.from * 60)
      }
    }
  }
  const end = spans[spans.length - 1]!.until * 60
  if (day.t < end) gap(day, end, pressure)
  const waits = day.backlog()
  const stay = 60 * truth.stay * (0.6 + 0.8 * random.uniform()) * Math.min(1.8, 0.5 + waits / 5400)
  day.catchUp(Math.min(stay, waits), notesFirst)
  day.logOut()
  // Who is free tomorrow leaves much of it for then.
  const tonight = truth.evening * (about.freeTomorrow ? 0.4 : 1)
  atHome(day, tonight, truth.eveningAt, longest.evening, 1)
  day.close()
}

/** A day on which somebody need not work: weekend, holiday, or a weekday outside the contract. */
export function freeDay(about: DayAbout, kind: 'weekend' | 'weekday'): void {
  const day = new WorkingDay(about)
  const { truth } = about.who
  const { random } = about
  const at = random.uniform() < 0.6 ? 8.5 + 3 * random.uniform() : truth.eveningAt - 1
  atHome(day, kind === 'weekday' ? Math.min(0.95, 1.5 * truth.weekend) : truth.weekend, at, longest.free, 0.9)
  day.close()
}

/** A day of leave: most look at it for a while (16 min, the median of JAMA Netw Open March 2025), the ill hardly. */
export function dayAway(about: DayAbout, ill: boolean): void {
  const day = new WorkingDay(about)
  const { random } = about
  const { truth } = about.who
  const minutes = truth.leaveMinutes * Math.exp(0.5 * random.normal())
  if (random.uniform() < (ill ? 0.12 : 0.68)) {
    day.logIn(3600 * (8 + 12 * random.uniform()), true)
    day.doMessages(day.t + 60 * minutes)
    day.logOut()
  }
  day.close()
}

function seeAll(day: WorkingDay, bookings: readonly Booking[], seed: string, tell: Tell, pressure: number): void {
  const { random } = day.about
  for (const [i, booking] of bookings.entries()) {
    const at = booking.minute * 60
    const nextAt = (bookings[i + 1]?.minute ?? booking.minute + 60) * 60
    const [lateness, rooming] = [random.normal(), random.uniform()]
    if (!booking.comes) {
      if (day.t < at + 600) gap(day, Math.min(at + 600, nextAt), pressure)
      tell(at + 900, booking, 'no-show')
      continue
    }
    const came = Math.round(at - 420 + 360 * lateness)
    tell(Math.max(came, 7 * 3600), booking, 'arrived')
    const ready = Math.max(at, came + 120) + Math.round(120 + 300 * rooming)
    if (ready > day.t) gap(day, ready, pressure)
    // People at the door with a question.
    if (random.uniform() < 0.25) day.pass(30 + 90 * random.uniform())
    see(day, booking, seed, nextAt)
    tell(day.t, booking, 'fulfilled')
  }
}

/** A habit under pressure. */
function pressed(habit: number, pressure: number): number {
  return habit + (0.95 - habit) * pressure ** 2
}

/** A few minutes without a patient. */
function gap(day: WorkingDay, until: number, pressure: number): void {
  const { random } = day.about
  const { truth } = day.about.who
  const [notes, messages] = [random.uniform(), random.uniform()]
  if (until - day.t > 75) {
    if (notes < pressed(truth.noteRightAfter, pressure)) day.doNotes(until)
    if (messages < pressed(truth.gapInbox, pressure)) day.doMessages(until)
  }
  day.t = Math.max(day.t, until)
}

/** Sits down at home, more likely and longer the more there is to do. */
function atHome(day: WorkingDay, chance: number, hour: number, longestMinutes: number, share: number): void {
  const { random } = day.about
  const { truth } = day.about.who
  const begin = Math.max(day.t + 1200, 3600 * hour + 1500 * random.normal())
  const [sits, howLong] = [random.uniform(), random.uniform()]
  const room = 23.75 * 3600 - begin
  if (room < 300) return
  const waits = day.backlog()
  if (waits < 180) return
  const probability = 1 - (1 - chance) ** (waits / usualBacklog)
  if (sits >= probability) return
  day.logIn(begin, true)
  const most = 60 * longestMinutes * (0.35 + 0.65 * howLong) * (1 + 0.6 * Math.min(1, waits / 28_800))
  const seconds = Math.min(waits * truth.clears, most, room) * (share + (1 - share) * howLong)
  day.catchUp(seconds, howLong < 0.6)
  day.logOut()
}
