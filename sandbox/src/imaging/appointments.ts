import { day, hour, type Instant, minute } from '@counterpart/kernel'
import type { Exam } from './exam.ts'
import { protocolFor, spansOn, weekdayOf } from './plan.ts'
import type { ImagingSite } from './site.ts'

/** Booked so far ahead; the last slots of a day stay free now and then. All shares and lengths here are assumptions. */
export const bookedAhead = 7
const unfilled = 0.06
const noShow = 0.06
const cancelled = 0.03
/** Who was booked is still taken for so long after the session. */
export const overtime = 75 * minute

/** Fills a weekday's sessions with appointments, one after the other; `when` is the midnight from which it can be booked. */
export function bookDay(site: ImagingSite, midnight: Instant, when: Instant): void {
  if (weekdayOf(midnight) >= 5) return
  for (const [position, machine] of site.layout.machines.entries()) {
    if (site.demand.unbooked.includes(machine.code)) continue
    const random = site.random('template', machine.code, midnight)
    const reserved = spansOn(machine.reserved, midnight)
    let count = 0
    for (const session of spansOn(machine.sessions, midnight))
      for (let at = session.from; ; ) {
        const protocol = protocolFor(site.layout, machine, random)
        const end = at + protocol.minutes * minute
        if (end > session.until) break
        const kept = reserved.find((span) => at < span.until && end > span.from)
        if (kept) {
          at = kept.until
          continue
        }
        if (random.uniform() > unfilled) {
          const person = Math.floor(midnight / day) * 1000 + position * 100 + count++
          const exam: Exam = {
            id: examNumber(person),
            person,
            protocol,
            origin: 'outpatient',
            urgency: 'routine',
            random: site.random('exam', person),
            booked: { machine: machine.code, at },
            ready: null,
            over: false,
          }
          // Appointments are made in the course of the day on which the day opens.
          site.at(Math.min(when + 8 * hour + random.uniform() * 8 * hour, at - hour), () => appoint(site, exam))
        }
        at = end
      }
  }
}

/** The number of an exam that the department has given itself. */
export function examNumber(person: number): string {
  return `X${person.toString(36).toUpperCase()}`
}

function appoint(site: ImagingSite, exam: Exam): void {
  const { machine, at } = exam.booked!
  site.order(exam)
  site.happen(exam, { what: 'booked', machine, at, minutes: exam.protocol.minutes })
  const [fate, early] = [exam.random.uniform(), exam.random.normal()]
  if (fate < cancelled) site.at(at - (4 + 30 * exam.random.uniform()) * hour, () => site.end(exam, 'cancelled'))
  else if (fate < cancelled + noShow) site.at(at + 25 * minute, () => site.end(exam, 'no-show'))
  else site.at(at + (-14 + 11 * early) * minute, () => site.arrive(exam))
}
