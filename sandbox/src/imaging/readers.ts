import { hour } from '@counterpart/kernel'
import { logNormal } from '../emergency/visitor.ts'
import { type Exam, isEmergency } from './exam.ts'
import type { ImagingSite } from './site.ts'

const ranks = { stat: 0, urgent: 1, routine: 2 } as const

/** Median minutes of reading by modality; assumptions. */
const readingMinutes: Readonly<Record<string, number>> = { MR: 20, CT: 14 }
/** With calling whoever waits for it, and for those who read between other things. */
const emergencyMinutes: Readonly<Record<string, number>> = { MR: 32, CT: 28, DX: 6 }

/** Radiologists take emergencies first, the others in order; at night emergencies only. */
export class Readers {
  readonly #site: ImagingSite
  readonly #onDuty: (hour: number) => number
  readonly #unreported: Exam[] = []
  #reading = 0

  constructor(site: ImagingSite, onDuty: (hour: number) => number) {
    this.#site = site
    this.#onDuty = onDuty
  }

  take(exam: Exam): void {
    this.#unreported.push(exam)
    this.#read()
  }

  #read(): void {
    const site = this.#site
    const time = site.hourOfDay()
    const rank = (exam: Exam) => (isEmergency(exam) ? Math.min(ranks[exam.urgency], 0.5) : ranks[exam.urgency])
    for (;;) {
      const [next] = [...this.#unreported].sort((a, b) => rank(a) - rank(b))
      if (!next || this.#reading >= Math.max(this.#onDuty(time), isEmergency(next) ? 1 : 0)) break
      this.#unreported.splice(this.#unreported.indexOf(next), 1)
      this.#reading++
      const median = (next.for ? emergencyMinutes : readingMinutes)[next.protocol.modality] ?? 14
      const takes = logNormal(next.random, median, 0.4) * (next.for?.haste() ?? 1)
      site.at(site.now + takes, () => {
        this.#reading--
        site.happen(next, { what: 'reported' })
        next.for?.reported()
        this.#read()
      })
    }
    if (this.#unreported.length > 0 && this.#onDuty(time) === 0)
      site.at(site.midnight(site.now) + (time < 8 ? 8 : 32) * hour, () => this.#read())
  }
}
