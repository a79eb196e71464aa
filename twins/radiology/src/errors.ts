/** Every error that this room throws on purpose. */
export class RadiologyError extends Error {
  readonly code: 'prior-invalid' | 'scenario-invalid' | 'schedule-invalid' | 'schedule-infeasible' | 'solver-failed'
  /** Of an infeasible schedule: the demands that cannot all be met, in words. */
  readonly clash: readonly string[]

  constructor(code: RadiologyError['code'], message: string, clash: readonly string[] = []) {
    super(message)
    this.name = 'RadiologyError'
    this.code = code
    this.clash = clash
  }
}
