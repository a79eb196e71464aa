// A simulated hospital and a twin that follows its emergency department, side by side: what the two department validations share.
import { emergencyDepartment } from '@counterpart/emergency-department'
import { type Belief, type Instant, type SubjectId, TwinLoop } from '@counterpart/kernel'
import {
  type Census,
  Chronicle,
  type DepartmentAction,
  type EmergencyOptions,
  observationsOf,
  simulateEmergency,
  treatmentsOf,
} from '@counterpart/sandbox'

const department: SubjectId = 'department/judged'

/** A hospital whose events a twin hears of as they happen, without a word of what it does not record. */
export class FollowedHospital {
  readonly chronicle = new Chronicle()
  readonly #emergency: ReturnType<typeof simulateEmergency>
  readonly #loop: TwinLoop | null
  readonly #begun = new Map<string, Instant>()

  readonly #vitalSigns: boolean

  /** `followed` false: the hospital alone, for comparison. Vital signs are told only when asked for. */
  constructor(options: EmergencyOptions, followed = true, { vitalSigns = false } = {}) {
    this.#vitalSigns = vitalSigns
    this.#emergency = simulateEmergency(options)
    this.#loop = followed
      ? new TwinLoop({ definition: emergencyDepartment, subject: { id: department, kind: 'department' } })
      : null
  }

  get now(): Instant {
    return this.#emergency.now
  }
  get hidden() {
    return this.#emergency.hidden
  }

  advance(to: Instant): Census {
    const events = this.#emergency.advance(to)
    this.chronicle.take(events)
    if (this.#loop) {
      const treatments = treatmentsOf(events, this.#begun)
      for (const event of events)
        if (event.kind === 'action' && event.status === 'in-progress') this.#begun.set(event.action.id, event.at)
      const { failures } = this.#loop.take([
        ...observationsOf(events, department, { vitalSigns: this.#vitalSigns }).map((observation) => ({
          kind: 'observation' as const,
          observation,
        })),
        ...treatments.map((treatment) => ({ kind: 'treatment' as const, treatment })),
      ])
      if (failures.length > 0) throw failures[0]!.error
    }
    return this.chronicle.census(to)
  }

  act(action: DepartmentAction): void {
    this.#emergency.act(action)
  }

  get belief(): Belief {
    const belief = this.#loop?.belief
    if (!belief) throw new Error('nothing has been heard of the department yet')
    return belief
  }

  get context() {
    return this.#loop!.contextAt(this.belief.asOf)
  }
}
