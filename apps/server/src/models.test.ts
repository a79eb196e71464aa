import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { ModelCheck, ModelList, ModelRun, Problem, StoredModel } from './contract/index.ts'
import { startModelPool } from './models/model-pool.ts'

const decay = "k = 0.5 // per second; by hand\nx = 10\nx' = -k * x"

/** Minutes of work: just below as many steps as are allowed, of many states. */
const endlessRun = {
  text: Array.from({ length: 40 }, (_, i) => `x${i} = 1; x${i}' = -sin(x${i})`).join('\n'),
  start: 0,
  end: 900,
  steps: 10,
  observed: ['x0'],
  method: 'runge-kutta-4' as const,
  step: 1e-6,
}

describe('models on the server', () => {
  let test: TestServer
  beforeAll(async () => {
    test = await startTestServer()
  })
  afterAll(() => test.close())

  const ask = async <T>(path: string, body: unknown, role = 'researcher') => {
    const answer = await (await test.as(role)).post(path, body)
    return { status: answer.status, body: answer.body as T }
  }
  const run = (more: object) =>
    ask<ModelRun>('/api/models/run', {
      text: decay,
      end: 2,
      steps: 2,
      observed: ['x'],
      sets: [{ name: 'A', given: {} }],
      ...more,
    })

  it('those that come with it are read without a doubt, and run as suggested', async () => {
    const caller = await test.as('clinician')
    const { models } = (await caller.get('/api/models')).body as ModelList
    expect(models.length).toBeGreaterThan(2)
    for (const { id } of models) {
      const stored = (await caller.get(`/api/models/${id}`)).body as StoredModel
      const check = (await ask<ModelCheck>('/api/models/check', { text: stored.text })).body
      if (check.outcome !== 'understood') throw new Error(check.refusal.message)
      expect(check.model.unitFindings.filter(({ severity }) => severity !== 'remark')).toEqual([])
      expect(check.model.warnings).toEqual([])
      const { sets, ...suggested } = stored.suggested
      const ran = (await run({ text: stored.text, ...suggested, sets })).body
      if (ran.outcome !== 'ran') throw new Error(ran.refusal.message)
      expect(ran.runs.map(({ name }) => name)).toEqual(sets.map(({ name }) => name))
      expect(ran.runs[0]!.values.flat()).not.toContain(null)
      expect(ran.runs[0]!.values).not.toEqual(ran.runs[1]!.values)
    }
    expect((await caller.get('/api/models/nothing')).status).toBe(404)
  })

  it('glucose after the injection falls as its published parameters say', async () => {
    const { text } = (await (await test.as('engineer')).get('/api/models/glucose-minimal')).body as StoredModel
    const { body } = await run({ text, end: 180, steps: 180, observed: ['G', 'X', 'I'] })
    if (body.outcome !== 'ran') throw new Error(body.refusal.message)
    const [glucose = [], action = []] = body.runs[0]!.values
    expect(body.columns[0]).toEqual({ symbol: 'G', label: 'Glucose in plasma', unit: 'mg/dL' })
    expect(glucose[0]).toBe(287)
    // At first only glucose effectiveness acts: dG/dt = -p1 (G - Gb).
    expect(glucose[1]! - glucose[0]!).toBeCloseTo(-0.03082 * (287 - 92), -0.5)
    expect(Math.min(...(glucose as number[]))).toBeLessThan(92)
    expect(glucose[180]).toBeGreaterThan(85)
    expect(Math.max(...(action as number[]))).toBeGreaterThan(0.005)
  })

  it('an equation comes typeset, a value with what its author wrote behind it', async () => {
    const { body } = await ask<ModelCheck>('/api/models/check', { text: decay })
    if (body.outcome !== 'understood') throw new Error(body.refusal.message)
    expect(body.model.equations[0]!.mathml).toContain('<mfrac>')
    expect(body.model.parameters[0]).toMatchObject({ symbol: 'k', value: 0.5, note: 'per second; by hand', line: 1 })
    expect(body.model.identity).toMatch(/^[0-9a-f]{64}$/)
  })

  it('sets of values are run one by one, as far as they go', async () => {
    const sets = [
      { name: 'slow', given: {} },
      { name: 'fast', given: { k: 1, x: 1 } },
    ]
    const { body } = await run({ sets })
    if (body.outcome !== 'ran') throw new Error(body.refusal.message)
    expect(body.times).toEqual([0, 1, 2])
    expect(body.runs[0]!.values[0]![2]).toBeCloseTo(10 * Math.exp(-1), 6)
    expect(body.runs[1]!.values[0]![2]).toBeCloseTo(Math.exp(-2), 6)
    expect((await run({ sets: [...sets, { name: 'odd', given: { nobody: 1 } }] })).body).toMatchObject({
      outcome: 'refused',
      set: 'odd',
      refusal: { code: 'invalid-option', element: 'nobody' },
    })
  })

  it('a model that is refused is an answer: what, and in which line', async () => {
    for (const [text, code, line] of [
      ['a = 1\nb = = 2', 'syntax', 2],
      ['x := y\ny := x + z', 'undeclared', 2],
      ['', 'syntax', null],
      ['<sbml><model>', 'syntax', 1],
      [
        '<?xml version="1.0"?>\n<!DOCTYPE sbml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<sbml>&b;</sbml>',
        'not-supported',
        2,
      ],
    ] as const) {
      const { status, body } = await ask<ModelCheck>('/api/models/check', { text })
      expect([text, status, body.outcome]).toEqual([text, 200, 'refused'])
      if (body.outcome === 'refused') expect([text, body.refusal.code, body.refusal.line]).toEqual([text, code, line])
    }
  })

  it('a model of more equations than a page can hold is shown in part', async () => {
    const sum = Array.from({ length: 500 }, (_, i) => `${i} * time`).join(' + ')
    const text = Array.from({ length: 120 }, (_, i) => `p${i} := ${i} + ${sum}`).join('\n')
    const { body } = await ask<ModelCheck>('/api/models/check', { text })
    if (body.outcome !== 'understood') throw new Error(body.refusal.message)
    expect(body.model.equationsLeftOut).toBeGreaterThan(0)
    expect(body.model.equations.length + body.model.equationsLeftOut).toBe(120)
  })

  it('what nobody waits for any more does not keep others waiting', async () => {
    const { token } = await test.as('researcher')
    const gone = new AbortController()
    const endless = fetch(`${test.server.url}/api/models/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...endlessRun, sets: [{ name: 'A', given: {} }] }),
      signal: gone.signal,
    })
    setTimeout(() => gone.abort(), 500)
    await expect(endless).rejects.toThrow()
    const began = performance.now()
    expect((await ask<ModelCheck>('/api/models/check', { text: decay })).body.outcome).toBe('understood')
    // Far less than the 20 s that the run would have been given.
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  it('what is asked amiss is refused as such', async () => {
    for (const more of [
      { end: 0 },
      { steps: 0 },
      { observed: [] },
      { sets: [] },
      { method: 'euler' },
      { steps: 100_000, observed: Array(20).fill('x') },
    ]) {
      const { status, body } = await run(more)
      expect([more, status, (body as unknown as Problem).code]).toEqual([more, 400, 'invalid'])
    }
    expect((await ask('/api/models/check', { text: 'x'.repeat(8_000_001) })).status).toBe(400)
  })

  it('patients do not run models, and nobody does without signing in', async () => {
    expect((await ask('/api/models/check', { text: decay }, 'patient')).status).toBe(403)
    expect((await fetch(`${test.server.url}/api/models`)).status).toBe(401)
  })

  it('is described for programs', async () => {
    const { paths } = (await (await fetch(`${test.server.url}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/models/check', '/api/models/run']))
  })
})

it('what takes too long is stopped and says so, and the next one is served', async () => {
  const pool = startModelPool({ limit: 1_500 })
  try {
    const endless = await pool.run({ ...endlessRun, sets: [{ name: 'A', given: {} }] })
    expect(endless).toMatchObject({ outcome: 'refused', refusal: { code: 'out-of-time' } })
    expect(await pool.check(decay)).toMatchObject({ outcome: 'understood' })
  } finally {
    await pool.close()
  }
})
