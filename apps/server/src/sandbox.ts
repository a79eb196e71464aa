import { type ClinicSettings, type DepartmentSettings, readClinics, readDepartments } from '@counterpart/intake'
import { clinicChannels, day, hour, type Instant, type SubjectId } from '@counterpart/kernel'
import {
  authority,
  clinicEntry,
  departmentEntry,
  type Feed,
  imagingEntry,
  type LiveClinic,
  type LiveEmergency,
  startClinic,
  startEmergency,
  startHospital,
  startImaging,
  startWard,
  type Ward,
} from '@counterpart/sandbox'
import type { Thread } from '@counterpart/thread'
import type { MqttDoor } from './mqtt.ts'
import type { Platform } from './platform.ts'

/** The simulated hospital beside the platform, joined to it by the real protocols only. */
export interface Sandbox {
  readonly ordersUrl: string
  readonly ward: Ward
  /** Left out when the platform was not told of the department. */
  readonly emergency?: LiveEmergency
  readonly imaging?: Feed
  readonly clinic?: LiveClinic
  stop(): Promise<void>
}

/** The same people come back at every start. */
const seed = 'demonstration ward'
const department: SubjectId = 'department/north-ed'
const about = { name: 'North emergency department', utcOffsetMinutes: 0 }
const imagingDepartment: SubjectId = 'department/north-imaging'
const aboutImaging = { name: 'North imaging', utcOffsetMinutes: 0 }

const clinic: SubjectId = 'clinic/north-family'
const aboutClinic = { seed, name: 'North family medicine', timeZone: 'Europe/London' }
/** Whose work the demonstration's family physician may look at: their own. */
export const sandboxProvider: SubjectId = 'provider/north-family.p001'

/** Their records begin half a day ago; the departments were built by then. Of a clinic's work three weeks are told. */
const builtBefore = 13 * hour
const clinicBuiltBefore = 22 * day

/** The departments and clinics of the simulated hospital, as a file of them would tell. */
export async function sandboxPlaces(
  thread: Thread,
  now: Instant,
): Promise<{ readonly departments: readonly DepartmentSettings[]; readonly clinics: readonly ClinicSettings[] }> {
  const since = async (id: SubjectId, before: number) => {
    // Its layout is the first that is ever said of it.
    for await (const { effective } of thread.read(id, { limit: 1 })) return new Date(effective).toISOString()
    return new Date(now - before).toISOString()
  }
  const departments = [
    { ...departmentEntry(department, about), since: await since(department, builtBefore) },
    { ...imagingEntry(imagingDepartment, aboutImaging, true), since: await since(imagingDepartment, builtBefore) },
  ]
  const clinics = [{ ...clinicEntry(clinic, aboutClinic), since: await since(clinic, clinicBuiltBefore) }]
  return {
    departments: readDepartments(JSON.stringify({ departments })),
    clinics: readClinics(JSON.stringify({ clinics })),
  }
}

/** The start of the last hour of the clinic's work that is known, so that what came before it is not told again. */
async function clinicToldUntil(thread: Thread): Promise<Instant | undefined> {
  const types = ['observation.recorded', 'observation.corrected']
  for await (const { effective, payload } of thread.read(clinic, { types, descending: true }))
    if ((payload as { observation?: { channel?: string } }).observation?.channel === clinicChannels.work)
      return effective
  return undefined
}

export async function startSandbox(options: {
  readonly platform: Platform
  readonly patients: number
  readonly url: string
  readonly mllp: { readonly host: string; readonly port: number }
  readonly mqtt: MqttDoor
  /** Whether the platform was told of the simulated clinic. */
  readonly clinicFollowed: boolean
}): Promise<Sandbox> {
  const { platform } = options
  // The ward's own credentials, like any other sender's; they end with the session of the process.
  const { token } = await platform.sessions.issueToken(
    { userId: 'sandbox', name: 'Simulated hospital', role: 'engineer' },
    { label: 'sandbox' },
  )
  const timer = (delay: number, work: () => void) => {
    const handle = setTimeout(work, delay)
    return () => clearTimeout(handle)
  }
  const shared = {
    seed,
    clock: platform.clock,
    timer,
    fhir: { base: `${options.url}/fhir`, token },
    onProblem: (problem: string) => platform.log.info(`sandbox: ${problem}`),
  }
  // The same seed is the same hospital at any time, so its history may be told again: what is known already adds nothing.
  const followed = (which: SubjectId) => platform.departments.some(({ id }) => `department/${id}` === which)
  const rosterOf = (which: SubjectId) => ({
    url: `${options.url}/api/departments/${which.split('/')[1]}/roster`,
    token,
  })
  const { emergency, imaging } = startDepartments()
  /** Whoever waits for a scan in one is an emergency of the other, where both are followed. */
  function startDepartments(): { readonly emergency?: LiveEmergency; readonly imaging?: Feed } {
    const both = { ...shared, mllp: options.mllp }
    const asEmergency = { ...both, ...about, department }
    const rosters = { emergency: rosterOf(department), imaging: rosterOf(imagingDepartment) }
    if (followed(department) && followed(imagingDepartment))
      return startHospital({ ...asEmergency, imagingName: aboutImaging.name, rosters })
    if (followed(department)) return { emergency: startEmergency({ ...asEmergency, roster: rosters.emergency }) }
    if (!followed(imagingDepartment)) return {}
    return { imaging: startImaging({ ...both, ...aboutImaging, roster: rosters.imaging }) }
  }
  const family = options.clinicFollowed ? await startFamilyClinic() : undefined
  async function startFamilyClinic(): Promise<LiveClinic> {
    const toldUntil = await clinicToldUntil(platform.thread)
    return startClinic({
      ...shared,
      ...aboutClinic,
      clinic,
      url: options.url,
      token,
      mllp: options.mllp,
      ...(toldUntil === undefined ? {} : { toldUntil }),
    })
  }
  const ward = await startWard({
    ...shared,
    patients: options.patients,
    ...(emergency ? { department: { id: department, onRequest: (request) => emergency.request(request) } } : {}),
    ...(family ? { clinic: { id: clinic, parts: family.parts, onRequest: (request) => family.request(request) } } : {}),
    // After a short stop the past is in the thread already; filling it in again would contradict it.
    ...((await platform.thread.lastPosition()) > 1_000 ? { history: 0 } : {}),
    mllp: options.mllp,
    mqtt: {
      url: options.mqtt.address,
      // Devices of an external broker are its business.
      ...(options.mqtt.port === null
        ? {}
        : { credentials: (device: string) => ({ username: device, password: token }) }),
    },
  })
  const stopWaiting = whenIntroduced(platform, ward, async (subject) => {
    const account = await platform.accounts.get('patient')
    if (account && account.subject !== subject) await platform.accounts.bindSubject('patient', subject)
  })
  return {
    ordersUrl: ward.ordersUrl,
    ward,
    ...(emergency ? { emergency } : {}),
    ...(imaging ? { imaging } : {}),
    ...(family ? { clinic: family } : {}),
    stop: async () => {
      stopWaiting()
      await family?.stop()
      await emergency?.stop()
      await imaging?.stop()
      await ward.stop()
      await platform.sessions.end(token)
    },
  }
}

/** Tells once under which pseudonym the ward's first patient is known; the demonstration's patient account is theirs. */
function whenIntroduced(platform: Platform, ward: Ward, tell: (subject: SubjectId) => Promise<unknown>): () => void {
  const { recordNumber } = ward.patients[0]!.person
  const look = () => {
    const subject = platform.intake.subjectOf({ system: authority.system, value: recordNumber })
    if (!subject) return
    stop()
    tell(subject).catch((error: unknown) => platform.log.error('the patient account has no patient', error))
  }
  const stop = platform.thread.subscribe((events) => {
    if (events.some(({ type }) => type === 'subject.identified')) setImmediate(look)
  })
  look()
  return stop
}
