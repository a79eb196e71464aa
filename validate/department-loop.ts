// The whole loop on a running server with the hospital that comes with it: its messages, the twin of its emergency department, a
// manager who decides, the orders, what the hospital reports of them, and what then was counted beside what was predicted.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minute } from '@counterpart/kernel'
import { type RunningServer, startServer } from '@counterpart/server'
import type { Measurement } from '../scripts/measure.ts'

const twin = 'emergency-department:department/north-ed'
/** A Monday at noon, when more come than can be seen. */
const noon = Date.UTC(2026, 0, 5, 12)
/** How far the clock goes on at a time; whatever is under way gets that long to be done. */
const step = 5 * minute
/** Outcomes are counted half an hour after the decision; a message may be a while on its way. */
const patience = { advice: 180 * minute, report: 60 * minute, outcome: 90 * minute }

/** What the validation reads of the answers. */
interface Thread {
  readonly id: string
  readonly state: string
  readonly objective: { readonly name: string }
  readonly options: readonly {
    readonly riskClass: string
    readonly scenario: { readonly id: string; readonly interventions: readonly Planned[] }
  }[]
  readonly actions: readonly { readonly delivery: string }[]
  readonly outcomes: readonly { readonly quantity: string; readonly observed: number; readonly within90: boolean }[]
}
interface Planned {
  readonly intervention: string
  readonly dose: number
}

/** Approves the first advice, then has a rule of order set besides, and follows both to the end. */
export async function validate(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-loop-'))
  let now = noon
  const server = await startServer({
    dataDirectory: directory,
    port: 0,
    mllpPort: 0,
    mqttPort: 0,
    sandboxPatients: 1,
    webApp: false,
    clock: () => now,
  })
  try {
    const call = await asManager(server)
    const path = `/api/twins/${encodeURIComponent(twin)}`
    const threads = async () =>
      (await call<{ recommendations?: readonly Thread[] }>('GET', `${path}/recommendations`)).recommendations ?? []
    const reported = async () => (await call<{ treatments?: readonly Planned[] }>('GET', path)).treatments ?? []
    const until = async <T>(so: () => Promise<T | undefined>, within: number): Promise<T | undefined> => {
      for (const end = now + within; now <= end; now += step)
        for (let look = 0; look < 4; look++) {
          await new Promise((resolve) => setTimeout(resolve, 600))
          server.platform.host.tick()
          const found = await so()
          if (found !== undefined) return found
        }
      return undefined
    }
    const decide = (id: string, more: object) =>
      call<Thread>('POST', `/api/recommendations/${encodeURIComponent(id)}/decisions`, { twin, ...more })

    const open = await until(
      async () => (await threads()).find(({ state, objective }) => state === 'open' && objective.name === 'flow'),
      patience.advice,
    )
    if (open === undefined) return [row('advice', 'none', 'an open recommendation', false)]
    const advisedAt = now
    const option = open.options.find((each) => each.riskClass !== 'high' && each.scenario.interventions.length > 0)!
    // With it, though nobody advised it, a rule of order: what a person sets goes the same way.
    const rule = { intervention: 'queue-rule', dose: 240 }
    const asked: readonly Planned[] = [...option.scenario.interventions, rule]
    await decide(open.id, {
      verb: 'override',
      interventions: asked.map(({ intervention, dose }) => ({ intervention, dose })),
      reason: { code: 'other', text: 'and by urgency' },
    })
    const begun = await until(async () => {
      const names = new Set((await reported()).map(({ intervention }) => intervention))
      return asked.every(({ intervention }) => names.has(intervention)) ? now : undefined
    }, patience.report)
    const ours = async () => (await threads()).find(({ id }) => id === open.id)!
    const judged = await until(async () => {
      const { outcomes } = await ours()
      return outcomes.length > 0 ? outcomes : undefined
    }, patience.outcome)
    const { actions } = await ours()
    const delivered = actions.filter(({ delivery }) => delivery === 'acknowledged').length
    const spelt = asked.map(({ intervention, dose }) => `${intervention} ${dose}`).join(', ')
    return [
      row('advice open', (advisedAt - noon) / minute, 'within 180 min', true, 'min after noon'),
      row('orders acknowledged by the hospital', delivered, `${asked.length}`, delivered === asked.length, '', spelt),
      row(
        'all reported back as under way',
        begun === undefined ? 'not within an hour' : (begun - advisedAt) / minute,
        'within 60 min; the desk may refuse (3 %)',
        begun !== undefined,
        begun === undefined ? '' : 'min after the decision',
        (await reported()).map(({ intervention, dose }) => `${intervention} ${dose}`).join(', '),
      ),
      row(
        'outcomes counted beside what was predicted',
        judged?.length ?? 0,
        '≥ 1',
        (judged?.length ?? 0) > 0,
        '',
        `${judged?.filter(({ within90 }) => within90).length ?? 0} of them within the 90 % interval`,
      ),
    ]
  } finally {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

function row(name: string, value: number | string, target: string, met: boolean, unit = '', note = ''): Measurement {
  return { name, value, unit, target, met, ...(note === '' ? {} : { note }) }
}

async function asManager({ url, platform: { accounts, sessions } }: RunningServer) {
  const account = (await accounts.withRole('manager'))!
  const { token } = await sessions.issueToken(await accounts.principal(account.username, 'manager'), { label: 'loop' })
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok && method !== 'GET')
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}
