import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Caller, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { Recommendations, TwinState } from './contract/index.ts'

// The whole loop with the hospital that comes with the platform: its messages, its department's twin, a manager, the order, and
// what then happened.

const minute = 60_000
/** A Monday at noon, when more come than can be seen. */
let now = Date.UTC(2026, 0, 5, 12)
let house: TestServer
let manager: Caller
const path = `/api/twins/${encodeURIComponent('emergency-department:department/north-ed')}`

beforeAll(async () => {
  house = await startTestServer({ clock: () => now, sandboxPatients: 1 })
  manager = await house.as('manager')
}, 60_000)
afterAll(() => house?.close())

/** Lets minutes pass, a few at a time, until something is so; the hospital takes them up at its next tick. */
async function until<T>(so: () => Promise<T | undefined>, within: number): Promise<T> {
  for (const end = now + within * minute; now <= end; now += 5 * minute) {
    for (let look = 0; look < 4; look++) {
      await new Promise((resolve) => setTimeout(resolve, 400))
      house.server.platform.host.tick()
      await house.server.platform.host.settled()
      const found = await so()
      if (found !== undefined) return found
    }
  }
  throw new Error(`it was not so within ${within} minutes`)
}

const threads = async () =>
  ((await manager.get(`${path}/recommendations`)).body as Recommendations).recommendations ?? []

test('advice is approved, sent, obeyed, reported back, and judged by what then happened', {
  timeout: 240_000,
}, async () => {
  const open = await until(
    async () => (await threads()).find(({ state, objective }) => state === 'open' && objective.name === 'flow'),
    120,
  )
  const option = open.options.find(
    ({ riskClass, scenario }) => riskClass !== 'high' && scenario.interventions.length > 0,
  )!
  const asked = option.scenario.interventions.map(({ intervention, dose }) => [intervention, dose])
  const decided = await manager.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, {
    twin: 'emergency-department:department/north-ed',
    verb: 'accept',
    scenarioId: option.scenario.id,
    reason: { code: 'agrees-with-assessment' },
  })
  expect(decided.status).toBe(200)
  const ours = async () => (await threads()).find(({ id }) => id === open.id)!

  const begun = await until(async () => {
    const { treatments } = (await manager.get(path)).body as TwinState
    return treatments.length > 0 ? treatments : undefined
  }, 60)
  expect((await ours()).actions.map(({ delivery }) => delivery)).toEqual(asked.map(() => 'acknowledged'))
  for (const { intervention, dose } of begun) expect(asked).toContainEqual([intervention, dose])

  const outcomes = await until(async () => {
    const { outcomes } = await ours()
    return outcomes.length > 0 ? outcomes : undefined
  }, 120)
  for (const { observed, predicted, predictedCarryingOn } of outcomes) {
    expect(observed).toBeGreaterThanOrEqual(0)
    expect(predicted.p95).toBeGreaterThanOrEqual(predicted.p05)
    expect(predictedCarryingOn.p50).toBeGreaterThanOrEqual(0)
  }
})
