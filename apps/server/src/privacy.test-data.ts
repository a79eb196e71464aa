import { readClinics } from '@counterpart/intake'
import {
  type ConsentName,
  clinicChannels,
  clinicCodeSystem,
  day,
  type Instant,
  type JsonObject,
  type SubjectId,
} from '@counterpart/kernel'
import type { Caller, TestServer } from '../test-support/test-server.ts'

export const clinic: SubjectId = 'clinic/north'
/** Pods of eight, seven and two people. */
const sizes = { alpha: 8, beta: 7, gamma: 2 }
const pods = Object.entries(sizes).flatMap(([pod, size]) => Array.from({ length: size }, () => pod))
export const people = pods.map((_, i) => `p${String(i + 1).padStart(3, '0')}`)
export const podOf = (provider: string) => pods[people.indexOf(provider)]!
export const subjectOf = (provider: string): SubjectId => `provider/north.${provider}`
export const minimumCell = 5

export const clinics = readClinics(
  JSON.stringify({
    clinics: [
      {
        id: 'north',
        name: 'North family medicine',
        since: '2026-01-01T00:00:00Z',
        timeZone: 'Europe/London',
        pods: Object.keys(sizes).map((code) => ({ code, label: `Pod ${code}` })),
        providers: people.map((code, i) => ({
          code,
          label: `Dr Name-${code}`,
          pod: pods[i],
          clinicalFte: 1,
          panel: 1_500 + i,
          sex: i % 2 === 0 ? 'female' : 'male',
          yearsQualified: 3 + i,
          users: [`login-${code}`],
        })),
        visitKinds: [{ code: 'follow-up', label: 'Follow-up', minutes: 15 }],
        minimumCell,
      },
    ],
  }),
)

/**
 * What is only ever said, worn or worked by one person, each in a form that nothing else has: where one of these is seen, it is
 * that person's. Numbers are so long that no other figure has them by chance, and none is the mean of others.
 */
export function canariesOf(provider: string) {
  const i = people.indexOf(provider)
  return {
    words: `canary-${provider}-words`,
    /** Steps of a day, RMSSD and minutes asleep. */
    steps: 161_301 + 97 * i + 13 * i * i,
    heartRateVariability: 31.417 + i * 1.013 + i * i * 0.0511,
    sleep: 377.731 + i * 3.017 + i * i * 0.1013,
    /** Seconds at the screen in one quarter of an hour, and what all of them make in hours. */
    seconds: 613.457 + i * 7.003 + i * i * 0.3109,
    label: `Dr Name-${provider}`,
    login: `login-${provider}`,
  }
}

/** Digits of a number as they would stand in JSON, without what rounding may change. */
export const digits = (value: number) => String(value).slice(0, 7)

/** What {@link recordWork} says, and four single actions of {@link auditLog}, each of which counts five seconds. */
export const hoursWorked = (provider: string) => (canariesOf(provider).seconds * 4 + 20) / 3_600

/** Whoever burns out: alternate people, some in every pod that may be told. */
export const burnoutOf = (provider: string) => 1 + ((people.indexOf(provider) * 3) % 5)

/** An hour of work of one person, and of what else a clinic knows of single people, as intake writes them. */
export async function recordWork({ server }: TestServer, at: Instant): Promise<void> {
  const { thread } = server.platform
  await thread.append(
    people.flatMap((provider) => {
      const { seconds, words } = canariesOf(provider)
      const quarters = [seconds, seconds, seconds, seconds]
      const about = [
        [
          clinicChannels.work,
          {
            provider,
            hour: at,
            seconds: { inbox: quarters },
            received: {},
            done: {},
            orders: { signed: 0, team: 0 },
            notesSigned: 0,
            actions: 40,
            switches: 3,
            covered: 1,
          },
        ],
        [clinicChannels.doubt, { provider, problem: words, assumed: words }],
        [
          clinicChannels.sheet,
          { provider, day: '2026-05-04', visits: [{ at, minutes: 15, kind: words, state: 'booked' }] },
        ],
      ] as const
      return about.map(([channel, detail]) => ({
        stream: clinic,
        subject: clinic,
        type: 'observation.recorded',
        effective: at,
        idempotencyKey: `${channel}/${provider}/${at}`,
        payload: {
          observation: {
            id: `${channel}/${provider}/${at}`,
            version: at,
            status: 'final',
            subject: clinic,
            channel,
            code: { system: clinicCodeSystem, code: channel },
            value: null,
            unit: '',
            text: `${provider}: ${words}, ${seconds} s`,
            detail: detail as unknown as JsonObject,
            effective: at,
            source: { protocol: 'api', system: `log of ${canariesOf(provider).login}` },
            quality: { score: 1, flags: [] },
          },
        } as unknown as JsonObject,
      }))
    }),
  )
}

/** Four weeks from a Monday: everybody in clinic on nine half-days, with one for messages; four hours each. */
export function rotaCsv(monday: string): string {
  const lines = Array.from({ length: 4 }, (_, week) => week).flatMap((week) =>
    Array.from({ length: 5 }, (_, weekday) => {
      const date = new Date(Date.parse(monday) + (7 * week + weekday) * day).toISOString().slice(0, 10)
      return people.flatMap((provider, i) => [
        `${provider},${date}T08:00,${date}T12:00,clinic`,
        `${provider},${date}T13:00,${date}T17:00,${weekday === i % 5 ? 'inbox' : 'clinic'}`,
      ])
    }).flat(),
  )
  return `provider,from,until,work\n${lines.join('\n')}\n`
}

/** Some minutes of the audit log of everybody, under their logins. */
export function auditLog(at: Instant): string {
  const lines = people.flatMap((provider, i) =>
    ['inbox.open', 'inbox.read', 'inbox.reply', 'inbox.done'].map((action, k) => {
      const time = new Date(at + (61 * k + 7 * i) * 1_000).toISOString()
      return `${time},${canariesOf(provider).login},${action},x${i}${k},m${i},patient`
    }),
  )
  return `time,user,action,patient,object,detail\n${lines.join('\n')}\n`
}

/** Everybody gets an account that is theirs. */
export async function openAccountsOf({ server, asAccount }: TestServer): Promise<ReadonlyMap<string, Caller>> {
  const callers = new Map<string, Caller>()
  for (const provider of people) {
    await server.platform.accounts.create({
      username: provider,
      displayName: canariesOf(provider).label,
      roles: ['clinician'],
      password: 'lantern harbour violet',
      subject: subjectOf(provider),
    })
    callers.set(provider, await asAccount(provider, { lifetime: 90 * day }))
  }
  return callers
}

export async function consent(by: Caller, state: string, ...what: readonly ConsentName[]): Promise<void> {
  for (const each of what) {
    const { status, text } = await by.send('PUT', `/api/me/consents/${each}`, JSON.stringify({ state }))
    if (status !== 200) throw new Error(`consent: ${status} ${text}`)
  }
}

/** The first ten days of a month, as this person's wearable has them. */
export async function wear(by: Caller, provider: string, month: string): Promise<void> {
  const { steps, sleep, heartRateVariability } = canariesOf(provider)
  const days = Array.from({ length: 10 }, (_, i) => ({
    day: `${month}-${String(i + 1).padStart(2, '0')}`,
    steps,
    sleep,
    heartRateVariability,
  }))
  const { status, body } = await by.post('/api/me/wearable', { days })
  if (status !== 200) throw new Error(`wearable: ${status} ${JSON.stringify(body)}`)
}

/** Answers, a fortnight of a wearable and a contest, all with this person's canaries. */
export async function sayAll(by: Caller, provider: string, today: string): Promise<void> {
  const { steps, sleep, heartRateVariability, words } = canariesOf(provider)
  await consent(by, 'given', 'surveys', 'surveys-in-groups', 'wearable', 'wearable-in-groups')
  const answers = { burnout: burnoutOf(provider) }
  const first = Date.parse(today) - 14 * day
  const days = Array.from({ length: 14 }, (_, i) => ({
    day: new Date(first + i * day).toISOString().slice(0, 10),
    steps,
    sleep,
    heartRateVariability,
  }))
  for (const [path, body] of [
    ['surveys', { instrument: 'mini-z', answers }],
    ['wearable', { days }],
    ['statements', { kind: 'contest', about: { week: today }, text: words }],
    ['statements', { kind: 'annotation', about: { measure: 'work' }, text: words }],
  ] as const) {
    const { status, body: answer } = await by.post(`/api/me/${path}`, body)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
  }
}
