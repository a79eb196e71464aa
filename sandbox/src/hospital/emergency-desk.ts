import { minute } from '@counterpart/kernel'
import type { ImagingDesk, ScanRequest } from '../emergency/imaging-desk.ts'
import { logNormal } from '../emergency/visitor.ts'
import type { Exam } from '../imaging/exam.ts'
import type { ImagingSite } from '../imaging/site.ts'

/** What a complaint makes people look for: codes of protocols. All shares here are assumptions. */
const wanted: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /head|stroke|mental|seizure|unresponsive|collapse/,
    ['CT-HEAD', 'CT-HEAD', 'CT-HEAD', 'CT-HEAD', 'CT-HEAD', 'MR-HEAD'],
  ],
  [/chest|breath|respiratory|cardiac/, ['CT-ANGIO', 'CT-CHEST']],
  [/abdominal|vomiting|urinary|back|fever|sepsis/, ['CT-ABDOMEN']],
]
const onX: readonly (readonly [RegExp, readonly string[]])[] = [
  [/chest|breath|respiratory|cardiac|fever|sepsis|cough|collapse|palpitations|mental/, ['XR-CHEST']],
]

/** Where the imaging department takes what the emergency department asks for. */
export class EmergencyDesk implements ImagingDesk {
  readonly #site: ImagingSite
  readonly #awaited = new Map<string, Set<Exam>>()

  constructor(site: ImagingSite) {
    this.#site = site
  }

  order({ order, kind, visit, haste, done }: ScanRequest): () => void {
    const { visitor } = visit
    const random = this.#site.random('emergency exam', order)
    const code =
      kind === 'ct'
        ? chosen(wanted, visitor.complaint, ['CT-HEAD', 'CT-ABDOMEN', 'CT-CHEST'], random.uniform())
        : chosen(onX, visitor.complaint, ['XR-LIMB', 'XR-LIMB', 'XR-CHEST'], random.uniform())
    const exam: Exam = {
      id: order,
      person: visitor.number,
      protocol: this.#site.layout.protocols.find((protocol) => protocol.code === code)!,
      origin: 'emergency',
      urgency: visit.acuity <= 2 ? 'stat' : 'urgent',
      random,
      booked: null,
      ready: null,
      over: false,
      for: {
        waiting: { visit: visit.id, arrived: visit.arrived, area: visit.area },
        haste,
        reported: () => {
          this.#awaited.get(visit.id)?.delete(exam)
          done()
        },
      },
    }
    const exams = this.#awaited.get(visit.id) ?? new Set()
    this.#awaited.set(visit.id, exams.add(exam))
    this.#site.order(exam)
    return () => {
      // They come as they are, most with a cannula.
      if (!exam.over) this.#site.arrive(exam, logNormal(random, 3, 0.35) + minute)
    }
  }

  left(visit: string): void {
    for (const exam of this.#awaited.get(visit) ?? []) this.#site.withdraw(exam)
    this.#awaited.delete(visit)
  }
}

function chosen(
  table: readonly (readonly [RegExp, readonly string[]])[],
  complaint: string,
  otherwise: readonly string[],
  u: number,
): string {
  const codes = table.find(([words]) => words.test(complaint))?.[1] ?? otherwise
  return codes[Math.floor(u * codes.length)]!
}
