import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Catalogue, Channel, Instant, Observation } from '@counterpart/kernel'
import { catalogueOf, defineTwin, hour, loincSystem, minute } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import { openThread } from '@counterpart/thread'
import { Intake } from './intake.ts'
import type { IntakeOptions } from './options.ts'
import type { Receipt } from './receipt.ts'

/** Noon of an ordinary day: the present in these tests. */
export const now: Instant = Date.UTC(2024, 2, 15, 12)

const channel = (name: string, code: string, unit: string, plausible: readonly [number, number]): Channel => ({
  name,
  label: name,
  codes: [{ system: loincSystem, code }],
  unit,
  plausible,
  error: { standardDeviation: 1, source: 'test' },
  staleAfter: hour,
})

/** A catalogue of vital signs, one laboratory value and one treatment. */
const catalogue: Catalogue = catalogueOf([
  defineTwin({
    kind: 'test',
    version: '1.0.0',
    label: 'Test',
    subjectKind: 'patient',
    intendedUse: { user: '', decision: '', validFor: '', notFor: '', riskClass: 'low' },
    channels: [
      channel('heart-rate', '8867-4', '/min', [10, 350]),
      channel('systolic-pressure', '8480-6', 'mm[Hg]', [20, 350]),
      channel('diastolic-pressure', '8462-4', 'mm[Hg]', [5, 250]),
      channel('temperature', '8310-5', 'Cel', [20, 46]),
      channel('oxygen-saturation', '2708-6', '%', [1, 100]),
      channel('glucose', '2345-7', 'mg/dL', [5, 2500]),
      channel('haemoglobin', '718-7', 'g/dL', [1, 30]),
    ],
    variables: [],
    quantities: [],
    interventions: [
      {
        name: 'vasodilator',
        label: 'Vasodilator',
        unit: 'ug/min',
        dose: { low: 0, high: 200, step: 10, usual: 50 },
        reversibility: '',
        mayApprove: ['clinician'],
        riskClass: 'moderate',
        cost: '',
        order: {
          resource: 'MedicationRequest',
          code: { system: 'http://snomed.info/sct', code: '387404004', display: 'Nitroglycerin' },
        },
        undo: '',
        evidence: '',
      },
    ],
    objectives: [{ name: 'test', statement: '', unit: '1' }],
    modelCard: '',
    cadence: { forecastSteps: [minute], forecastEvery: minute },
    begin: () => unused(),
    assimilate: () => unused(),
    forecast: () => unused(),
    advise: () => unused(),
  }),
])

function unused(): never {
  throw new Error('this twin only lends its channels')
}

export interface Ward {
  readonly thread: Thread
  readonly intake: Intake
  readonly directory: string
  close(): Promise<void>
}

/** A thread in a temporary directory with a door before it. */
export async function openWard(options: Partial<IntakeOptions> = {}): Promise<Ward> {
  const directory = mkdtempSync(join(tmpdir(), 'intake-'))
  const clock = options.clock ?? (() => now)
  const thread = options.thread ?? (await openThread({ directory, clock }))
  const intake = await Intake.open({ catalogue, ...options, thread, clock })
  return {
    thread,
    intake,
    directory,
    async close() {
      intake.close()
      await thread.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Every event of the thread, or those of some types. */
export async function eventsOf(thread: Thread, ...types: readonly string[]): Promise<readonly ThreadEvent[]> {
  const events: ThreadEvent[] = []
  for await (const event of thread.readAll(0, types.length > 0 ? { types } : {})) events.push(event)
  return events
}

/** Every observation event's content. */
export async function observationsOf(thread: Thread): Promise<readonly Observation[]> {
  const events = await eventsOf(thread, 'observation.recorded', 'observation.corrected', 'observation.retracted')
  return events.map(({ payload }) => payload!.observation as unknown as Observation)
}

/** What is wrong with a message, in a line; `accepted` when nothing is. */
export function verdict(receipt: Receipt): string {
  return receipt.outcome === 'refused' ? `${receipt.code} at ${receipt.location}` : receipt.outcome
}

/** An HL7 v2 message of the given segments. */
export function hl7(
  type: string,
  controlId: string,
  segments: readonly string[],
  sent = '20240315115900+0000',
): string {
  return `${[`MSH|^~\\&|MON|WARD|CP|HOME|${sent}||${type}|${controlId}|P|2.5.1`, ...segments].join('\r')}\r`
}

export const pid = 'PID|1||4711^^^NORTH&1.2.3&ISO^MR||Larsen^Ida^Marie||19610615|F'

/** An ORU^R01 with one or more OBX for patient 4711. */
export function oru(controlId: string, ...results: readonly string[]): string {
  const obx = results.map((result, i) => `OBX|${i + 1}|${result}`)
  return hl7('ORU^R01^ORU_R01', controlId, [pid, 'OBR|1||VITALS|29274-8^Vital signs^LN|||20240315115800+0000', ...obx])
}

/** Where others' data are kept; `undefined` when they are not here. */
export function dataFolder(name: string): string | undefined {
  const root = resolve(import.meta.dirname, '../..', process.env.COUNTERPART_DATA ?? '../shared/data')
  const folder = join(root, name)
  return existsSync(folder) ? folder : undefined
}
