import { hour, type Milliseconds, minute } from '@counterpart/kernel'
import type { Pool } from './pool.ts'
import { logNormal, type TestKind } from './visitor.ts'
import type { Visit, World } from './world.ts'

interface Scan {
  readonly priority: number
  readonly wanted: () => boolean
  readonly scan: Milliseconds
  readonly report: Milliseconds
  readonly done: () => void
}

/** A kind of scanner with its queue; machines break down. */
class Scanner {
  readonly #world: World
  readonly #queue: Scan[] = []
  #machines: number
  #busy = 0
  #broken = 0

  constructor(world: World, name: string, machines: number, failsEvery: Milliseconds) {
    this.#world = world
    this.#machines = machines
    const random = world.random('scanner', name)
    const fail = () => {
      this.#broken++
      world.after(logNormal(random, 130, 0.7), () => {
        this.#broken--
        this.#serve()
        world.after(failsEvery * random.exponential(), fail)
      })
    }
    world.after(failsEvery * random.exponential(), fail)
  }

  ask(scan: Scan): void {
    let index = this.#queue.length
    while (index > 0 && this.#queue[index - 1]!.priority > scan.priority) index--
    this.#queue.splice(index, 0, scan)
    this.#serve()
  }

  #serve(): void {
    while (this.#busy < this.#machines - Math.min(this.#broken, this.#machines) && this.#queue.length > 0) {
      const next = this.#queue.shift()!
      if (!next.wanted()) continue
      this.#busy++
      this.#world.after(next.scan, () => {
        this.#busy--
        this.#world.after(next.report, next.done)
        this.#serve()
      })
    }
  }
}

/** Laboratory and imaging as the department meets them. Lengths are assumptions near published turnaround times. */
export class Diagnostics {
  /** Factor on laboratory and reporting times; below 1 while somebody makes them go faster. */
  haste = 1
  readonly #world: World
  readonly #nurses: Pool
  readonly #porters: Pool
  /** Of its own, where the hospital's imaging department does not scan for it. */
  readonly #scanners: { readonly ct: Scanner; readonly 'x-ray': Scanner } | null

  constructor(world: World, nurses: Pool, porters: Pool) {
    this.#world = world
    this.#nurses = nurses
    this.#porters = porters
    this.#scanners = world.imaging
      ? null
      : { ct: new Scanner(world, 'ct', 1, 16 * 24 * hour), 'x-ray': new Scanner(world, 'x-ray', 2, 40 * 24 * hour) }
    if (this.#scanners) this.#inpatientScans(this.#scanners.ct)
  }

  /** Orders a test; `done` is called when the result is there, even if nobody waits for it any more. */
  order(visit: Visit, kind: TestKind, round: number, done: () => void): void {
    const random = this.#world.random('test', visit.visitor.number, round, kind)
    const order = `${visit.id}-${round}${kind[0]!.toUpperCase()}`
    this.#world.happen(visit, { what: 'test-ordered', test: kind, order })
    const here = () => visit.stage !== 'gone'
    const result = () => {
      if (here()) this.#world.happen(visit, { what: 'test-done', order })
      done()
    }
    if (kind === 'laboratory') {
      const spoilt = random.uniform() < 0.035
      const turnaround = () => this.#laboratory(random.normal())
      const draw = (times: number) =>
        this.#nurses.ask({
          priority: 10 + 3 * visit.acuity,
          wanted: here,
          duration: logNormal(random, 6, 0.4),
          done: () => this.#world.after(turnaround(), times > 0 ? () => draw(times - 1) : result),
        })
      draw(spoilt ? 1 : 0)
      return
    }
    const scan = logNormal(random, kind === 'ct' ? 17 : 9, 0.35)
    const reading = logNormal(random, kind === 'ct' ? 38 : 14, 0.6)
    const walks = visit.visitor.fitToSit
    const { imaging } = this.#world
    const brought = imaging?.order({ order, kind, visit, haste: () => this.haste, done: result })
    const queue =
      brought ??
      (() =>
        this.#scanners?.[kind].ask({
          priority: visit.acuity,
          wanted: here,
          scan,
          report: reading * this.haste,
          done: result,
        }))
    if (walks) this.#world.after(5 * minute, queue)
    else this.#porters.ask({ priority: visit.acuity, wanted: here, duration: logNormal(random, 9, 0.3), done: queue })
  }

  #laboratory(deviate: number): Milliseconds {
    const time = this.#world.hourOfDay()
    const busy = time >= 10 && time < 14 ? 1.2 : time >= 0 && time < 6 ? 1.15 : 1
    return 48 * Math.exp(0.42 * deviate) * busy * this.haste * minute
  }

  /** The wards' own scans, by day: about 2 an hour. */
  #inpatientScans(scanner: Scanner): void {
    const random = this.#world.random('inpatient scans')
    const next = () => {
      const time = this.#world.hourOfDay()
      const perHour = time >= 8 && time < 18 ? 1.5 : 0.25
      this.#world.after((random.exponential() / perHour) * hour, () => {
        scanner.ask({
          priority: 3.5,
          wanted: () => true,
          scan: logNormal(random, 19, 0.35),
          report: 0,
          done: () => {},
        })
        next()
      })
    }
    next()
  }
}
