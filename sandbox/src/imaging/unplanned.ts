import { type ExamOrigin, hour, type Instant } from '@counterpart/kernel'
import { examNumber } from './appointments.ts'
import type { Exam } from './exam.ts'
import { protocolFor } from './plan.ts'
import type { ImagingSite } from './site.ts'

/** Inpatients, and emergencies where the department has some of its own, of one hour. */
export function unplannedIn(
  site: ImagingSite,
  start: Instant,
): readonly { readonly exam: Exam; readonly at: Instant }[] {
  const { demand } = site
  const random = site.random('demand', start / hour)
  const time = (start - site.midnight(start)) / hour
  const rates: readonly (readonly [ExamOrigin, Exam['urgency'], number])[] = [
    ['inpatient', 'urgent', demand.inpatientsPerHour(time)],
    ...(demand.emergenciesPerHour ? ([['emergency', 'stat', demand.emergenciesPerHour(time)]] as const) : []),
  ]
  const orders: { exam: Exam; at: Instant }[] = []
  for (const [origin, urgency, rate] of rates)
    for (let t = random.exponential() / rate; t < 1; t += random.exponential() / rate) {
      const modality = random.uniform() < (origin === 'emergency' ? 0.8 : demand.ct) ? 'CT' : 'MR'
      const machine = site.layout.machines.find((each) => each.modality === modality && each.onCall)!
      const person = 1e9 + (start / hour) * 50 + orders.length
      const exam: Exam = {
        id: examNumber(person),
        person,
        protocol: protocolFor(site.layout, machine, random),
        origin,
        urgency,
        random: site.random('exam', person),
        booked: null,
        ready: null,
        over: false,
      }
      orders.push({ exam, at: start + t * hour })
    }
  return orders
}
