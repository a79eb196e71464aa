import {
  day,
  departmentChannels,
  type ExamDetail,
  type ExamOrigin,
  hour,
  type ImagingLayoutDetail,
  type ImagingMachine,
  type ImagingProtocol,
  type Instant,
  imagingChannels,
  type JsonObject,
  minute,
  type Observation,
  type RosterSpan,
  type SubjectId,
} from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'

// A department that stands for the real one: written by itself, as a plain event loop, without the twin's model, its
// engine or its priors, so that what the twin learns and predicts is measured against something it did not make.

/** What is so in this department that the twin does not know. */
export interface RadiologyWorld {
  readonly seed: string
  readonly days: number
  /** Minutes in the room against plan, and the standard deviation of its logarithm. */
  readonly pace: number
  readonly spread: number
  readonly noShow: number
  /** Mean and standard deviation of minutes from appointment to arrival. */
  readonly punctuality: readonly [mean: number, deviation: number]
  /** Multiplies emergencies and inpatients. */
  readonly demand: number
  readonly readingMinutes: number
  /** Session hours between breakdowns of a machine. */
  readonly failureHours: number
  /** How full the lists are booked. */
  readonly booked: number
  /** Instead of that: the same appointments on every working day, minutes from midnight. */
  readonly lists?: readonly {
    readonly id: string
    readonly protocol: string
    readonly machine: string
    readonly from: number
    readonly until: number
  }[]
}

export const usualWorld: RadiologyWorld = {
  seed: 'usual',
  days: 28,
  pace: 1.08,
  spread: 0.25,
  noShow: 0.06,
  punctuality: [-14, 13],
  demand: 1,
  readingMinutes: 10,
  failureHours: 300,
  booked: 0.6,
}

export const department: SubjectId = 'department/north-imaging'
/** A Monday, midnight UTC. */
export const worldStart: Instant = Date.UTC(2026, 0, 5)

const weekdays = [0, 1, 2, 3, 4]
const ct = (code: string, onCall: boolean): ImagingMachine => ({
  code,
  label: `CT ${code.slice(2)}`,
  modality: 'CT',
  sessions: [{ days: weekdays, from: 8 * 60, until: 18 * 60 }],
  onCall,
})
const mr = (code: string): ImagingMachine => ({
  code,
  label: `MRI ${code.slice(2)}`,
  modality: 'MR',
  sessions: [{ days: weekdays, from: 8 * 60, until: 18 * 60 }],
})
const protocol = (
  code: string,
  label: string,
  modality: string,
  minutes: number,
  contrast: boolean,
  sequences: readonly number[],
): ImagingProtocol => ({ code, label, modality, minutes, contrast, sequences })

export const layout: ImagingLayoutDetail = {
  name: 'North imaging',
  utcOffsetMinutes: 0,
  machines: [ct('CT1', true), ct('CT2', false), mr('MR1'), mr('MR2')],
  protocols: [
    protocol('CT-HEAD', 'CT head', 'CT', 12, false, [4]),
    protocol('CT-CHEST', 'CT chest with contrast', 'CT', 20, true, [4, 6]),
    protocol('CT-ABDO', 'CT abdomen with contrast', 'CT', 25, true, [5, 8]),
    protocol('MR-BRAIN', 'MRI brain', 'MR', 30, false, [5, 5, 6, 6]),
    protocol('MR-SPINE', 'MRI spine', 'MR', 35, false, [6, 7, 7, 7]),
    protocol('MR-KNEE', 'MRI knee', 'MR', 25, false, [5, 6, 6]),
    protocol('MR-PROSTATE', 'MRI prostate with contrast', 'MR', 40, true, [6, 7, 8, 9]),
  ],
}

interface Patient {
  readonly id: string
  readonly kind: 'booked' | 'inpatient' | 'emergency' | 'walk-in'
  readonly protocol: ImagingProtocol
  readonly machine?: string
  readonly booked?: Instant
  ready: number
}

interface Event {
  readonly at: Instant
  readonly order: number
  readonly run: () => void
}

/** Everything that the department tells of, in the order of time. */
export function simulateDepartment(world: RadiologyWorld): readonly Observation[] {
  const stream = randomStream('radiology-world', world.seed)
  const told: Observation[] = []
  const calendar: Event[] = []
  let order = 0
  let now = worldStart
  const end = worldStart + world.days * day
  const at = (time: Instant, run: () => void) => {
    const event = { at: Math.round(time), order: order++, run }
    let low = 0
    let high = calendar.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (calendar[middle]!.at <= event.at) low = middle + 1
      else high = middle
    }
    calendar.splice(low, 0, event)
  }
  const tell = (channel: string, detail: JsonObject, text: string) => {
    told.push({
      id: `${channel}-${told.length}`,
      version: now,
      status: 'final',
      subject: department,
      channel,
      code: { system: 'urn:counterpart:department', code: channel },
      value: null,
      unit: '',
      text,
      detail,
      effective: now,
      source: { protocol: 'api', system: 'world' },
      quality: { score: 1, flags: [] },
    })
  }
  const say = (patient: Patient, what: Record<string, unknown>) => {
    const detail = { exam: patient.id, patient: `patient/${patient.id}`, ...what } as unknown as ExamDetail
    tell(imagingChannels.exam, detail as unknown as JsonObject, `${patient.id}: ${detail.what}`)
  }
  /** Every patient's fate has streams of its own, so that other appointments do not change it. */
  const fate = (patient: Patient, what: string): RandomStream => stream.substream(patient.id, what)
  const logNormal = (median: number, spread: number, from: RandomStream) => median * Math.exp(spread * from.normal())

  // Staff.
  const inDay = (time: Instant, from: number, until: number) => {
    const sinceMidnight = (time - worldStart) % day
    return Math.floor((time - worldStart) / day) % 7 < 5 && sinceMidnight >= from * hour && sinceMidnight < until * hour
  }
  const technologists = (time: Instant) => (inDay(time, 8, 18) ? 4 : 1)
  const radiologists = (time: Instant) => (inDay(time, 8, 18) ? 3 : 1)
  const nurses = (time: Instant) => (inDay(time, 8, 18) ? 2 : 1)
  const spans: RosterSpan[] = []
  for (let d = 0; d < world.days; d++) {
    const start = worldStart + d * day
    const work = d % 7 < 5
    for (const [role, count] of [
      ['technologist', 4],
      ['radiologist', 3],
      ['contrast-nurse', 2],
    ] as const) {
      if (work) spans.push({ role, from: start + 8 * hour, until: start + 18 * hour, count: count - 1 })
      spans.push({ role, from: start, until: start + day, count: 1 })
    }
  }

  // Machines, queues.
  const busy = new Map<string, Patient>()
  const broken = new Set<string>()
  let queue: Patient[] = []
  let nurseQueue: Patient[] = []
  let nursing = 0
  let reading = 0
  const reports: { patient: Patient; at: Instant }[] = []
  const rank = { emergency: 0, booked: 1, inpatient: 2, 'walk-in': 3 }
  const read = { emergency: 0, inpatient: 1, booked: 2, 'walk-in': 2 }

  const prepare = (patient: Patient) => {
    nurseQueue.push(patient)
    nurse()
  }
  const nurse = () => {
    while (nurseQueue.length > 0 && nursing < nurses(now)) {
      const [patient, ...rest] = nurseQueue.toSorted((a, b) => rank[a.kind] - rank[b.kind] || a.ready - b.ready)
      nurseQueue = rest
      nursing++
      at(now + logNormal(11, 0.4, fate(patient!, 'cannula')) * minute, () => {
        nursing--
        nurse()
        ready(patient!)
      })
    }
  }
  const ready = (patient: Patient) => {
    say(patient, { what: 'prepared' })
    patient.ready = now
    queue.push(patient)
    dispatch()
  }
  const dispatch = () => {
    for (const patient of queue.toSorted((a, b) => rank[a.kind] - rank[b.kind] || a.ready - b.ready)) {
      const machine = layout.machines.find(
        ({ code, modality, onCall }) =>
          modality === patient.protocol.modality &&
          (patient.machine === undefined || patient.machine === code) &&
          !busy.has(code) &&
          !broken.has(code) &&
          (inDay(now, 8, 18) ||
            (patient.kind === 'emergency' && onCall === true) ||
            (patient.kind === 'booked' && inDay(now, 8, 24))) &&
          (busy.size < technologists(now) || (patient.kind === 'booked' && inDay(now, 18, 24))),
      )
      if (machine) scan(patient, machine.code)
    }
  }
  const scan = (patient: Patient, machine: string) => {
    queue = queue.filter((other) => other !== patient)
    busy.set(machine, patient)
    say(patient, { what: 'started', machine })
    const begun = now
    const slow = { emergency: 1.05, inpatient: 1.1, booked: 1, 'walk-in': 1 }[patient.kind]
    const { minutes, sequences } = patient.protocol
    // Gamma, where the twin believes in a log-normal.
    const shape = 1 / world.spread ** 2
    const lasts = (fate(patient, 'scan').gamma(shape) / shape) * minutes * world.pace * slow
    const frame = minutes - sequences.reduce((a, b) => a + b, 0)
    let done = frame / 2
    for (const [i, length] of sequences.entries()) {
      done += length
      at(begun + (done / minutes) * lasts * minute, () => {
        if (busy.get(machine) === patient && !broken.has(machine))
          say(patient, { what: 'sequence-done', sequence: i + 1 })
      })
    }
    at(begun + lasts * minute, () => {
      if (busy.get(machine) !== patient || broken.has(machine)) return
      busy.delete(machine)
      say(patient, { what: 'finished' })
      reports.push({ patient, at: now })
      report()
      dispatch()
    })
  }
  const report = () => {
    while (reports.length > 0 && reading < radiologists(now)) {
      reports.sort((a, b) => read[a.patient.kind] - read[b.patient.kind] || a.at - b.at)
      const { patient } = reports.shift()!
      reading++
      const weight = patient.protocol.modality === 'MR' ? 1.4 : 1
      at(now + (fate(patient, 'report').gamma(2) / 2) * world.readingMinutes * weight * minute, () => {
        reading--
        say(patient, { what: 'reported' })
        report()
      })
    }
  }

  // Who comes.
  const pick = (from: RandomStream, modality: string, plain = false) => {
    const able = layout.protocols.filter(
      (each) => each.modality === modality && !(plain && each.code === 'MR-PROSTATE'),
    )
    return able[from.integer(able.length)]!
  }
  let number = 0
  const asked = (patient: Patient, origin: ExamOrigin) =>
    say(patient, {
      what: 'ordered',
      protocol: patient.protocol.code,
      origin,
      urgency: origin === 'emergency' ? 'stat' : 'routine',
    })
  const arrive = (patient: Patient, preparing: number) => {
    say(patient, { what: 'arrived' })
    patient.ready = now
    if (patient.protocol.contrast) prepare(patient)
    else if (preparing > 0) at(now + logNormal(preparing, 0.4, fate(patient, 'prepare')) * minute, () => ready(patient))
    else ready(patient)
  }
  const unbooked = (kind: 'emergency' | 'inpatient' | 'walk-in', perHour: (time: Instant) => number, most: number) => {
    const arrivals = stream.substream(kind)
    let count = 0
    const next = (from: Instant) => {
      const time = from + (arrivals.exponential() / most) * hour
      if (time >= end) return
      at(time, () => {
        next(now)
        if (arrivals.uniform() * most > perHour(now)) return
        const magnetic = arrivals.uniform() < (kind === 'emergency' ? 0.08 : 0.35)
        const chosen = pick(arrivals, magnetic ? 'MR' : 'CT', true)
        const patient: Patient = { id: `${kind}-${count++}`, kind, protocol: chosen, ready: now }
        asked(patient, kind)
        if (kind === 'walk-in') arrive(patient, 9)
        else
          at(now + logNormal(kind === 'emergency' ? 12 : 30, 0.5, fate(patient, 'fetch')) * minute, () =>
            arrive(patient, 0),
          )
      })
    }
    next(worldStart)
  }
  const factors = stream.substream('days')
  const dayFactor = Array.from({ length: world.days + 1 }, () => factors.gamma(40) / 40)
  const factor = (time: Instant) => world.demand * dayFactor[Math.floor((time - worldStart) / day)]!
  const wave = (time: Instant) => 1 + 0.7 * Math.sin((2 * Math.PI * ((time - worldStart) % day)) / day - 2.2)
  unbooked('emergency', (time) => 1.5 * factor(time) * wave(time), 6)
  unbooked('inpatient', (time) => (inDay(time, 8, 18) ? 1.2 : 0.1) * factor(time), 5)
  unbooked('walk-in', (time) => (inDay(time, 8, 16) ? 0.4 : 0), 0.5)

  const invite = (patient: Patient, told: Instant, minutes: number) => {
    const { machine, booked } = patient
    at(Math.max(worldStart, told), () => {
      asked(patient, 'outpatient')
      say(patient, { what: 'booked', machine, at: booked, minutes })
    })
    if (fate(patient, 'no-show').uniform() < world.noShow) {
      at(booked! + hour, () => say(patient, { what: 'no-show' }))
      return
    }
    const [mean, deviation] = world.punctuality
    const late = Math.max(-110, mean + deviation * fate(patient, 'lateness').normal())
    at(booked! + late * minute, () => arrive(patient, 9))
  }
  const lists = stream.substream('lists')
  for (let d = 0; d < world.days; d++) {
    const start = worldStart + d * day
    for (const edge of [8, 18]) at(start + edge * hour, () => [nurse(), dispatch(), report()])
    if (d % 7 >= 5) continue
    for (const { id, protocol: code, machine, from, until } of world.lists ?? []) {
      const booked = start + from * minute
      const chosen = layout.protocols.find((each) => each.code === code)!
      invite(
        { id: `${id}-${d}`, kind: 'booked', protocol: chosen, machine, booked, ready: 0 },
        start - 12 * hour,
        until - from,
      )
    }
    if (world.lists) continue
    for (const { code, modality } of layout.machines) {
      let slot = start + 8 * hour
      while (slot < start + 17.5 * hour) {
        const chosen = pick(lists, modality)
        const slotMinutes = Math.ceil(chosen.minutes / 5) * 5
        const booked = slot
        slot += slotMinutes * minute
        if (slot > start + 18 * hour) break
        if (lists.uniform() > world.booked) continue
        const id = `booked-${number++}`
        invite(
          { id, kind: 'booked', protocol: chosen, machine: code, booked, ready: 0 },
          start - 12 * hour,
          slotMinutes,
        )
      }
    }
  }
  for (const { code } of layout.machines) {
    const chance = stream.substream('breakdown', code)
    const fail = (from: Instant) => {
      const time = from + chance.exponential() * world.failureHours * 3.4 * hour
      if (time >= end) return
      at(time, () => {
        broken.add(code)
        const patient = busy.get(code)
        tell(imagingChannels.machine, { machine: code, state: 'down' }, `${code} is down`)
        if (patient) {
          busy.delete(code)
          queue.push(patient)
          dispatch()
        }
        at(now + logNormal(80, 0.7, chance) * minute, () => {
          broken.delete(code)
          tell(imagingChannels.machine, { machine: code, state: 'up' }, `${code} is up`)
          dispatch()
          fail(now)
        })
      })
    }
    fail(worldStart)
  }

  tell(imagingChannels.layout, layout as unknown as JsonObject, 'layout')
  tell(
    departmentChannels.roster,
    { from: worldStart, until: end, spans: spans as unknown as readonly JsonObject[] },
    'roster',
  )
  while (calendar.length > 0 && calendar[0]!.at < end) {
    const event = calendar.shift()!
    now = event.at
    event.run()
  }
  return told
}
