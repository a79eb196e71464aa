import type { ClinicLayoutDetail, SubjectId } from '@counterpart/kernel'
import { releaseCells } from '@counterpart/privacy'
import type { Clinic } from '../contract/index.ts'
import type { Platform } from '../platform.ts'
import { providerSubject } from './clinic-state.ts'
import { openContests, readOwnRecord } from './own-record.ts'

/** How many people say that a figure of theirs is wrong; counts only, and none that would tell who. */
export async function contestCounts(
  { thread, clock }: Pick<Platform, 'thread' | 'clock'>,
  clinic: SubjectId,
  { providers, pods, minimumCell }: ClinicLayoutDetail,
): Promise<Clinic['contests']> {
  const contesting = new Set<string>()
  for (const { provider } of providers) {
    const record = await readOwnRecord(thread, providerSubject(clinic, provider), clock())
    if (openContests(record).length > 0) contesting.add(provider)
  }
  const cells = [
    { name: '', members: providers.map(({ provider }) => provider) },
    ...pods.map(({ code }) => ({
      name: code,
      members: providers.filter(({ pod }) => pod === code).map(({ provider }) => provider),
    })),
  ]
  const told = new Set(releaseCells({ cells, minimum: Math.max(3, minimumCell), having: contesting }).told)
  const count = (name: string) =>
    told.has(name)
      ? cells.find((cell) => cell.name === name)!.members.filter((who) => contesting.has(who)).length
      : null
  return {
    people: count(''),
    byPod: pods.map(({ code }) => ({ pod: code, people: count(code) })),
    note: 'People who contest a figure of their own. Not told: none, all, or what would tell who.',
  }
}
