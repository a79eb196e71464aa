import { afterEach, describe, expect, it } from 'vitest'
import { type FhirSender, startFhirSender } from './fhir-sender.ts'
import { runtimeTimer } from './time.ts'

let sender: FhirSender | undefined
afterEach(() => sender?.stop())

/** A platform that answers with these statuses, one request after the other (0: the network fails), then 200. */
function start(...statuses: number[]): { got: { body: unknown; authorization: string | null }[] } {
  const got: { body: unknown; authorization: string | null }[] = []
  const fetching = async (_: unknown, init?: RequestInit) => {
    got.push({ body: JSON.parse(String(init!.body)), authorization: new Headers(init!.headers).get('authorization') })
    const status = statuses.shift() ?? 200
    if (status === 0) throw new TypeError('fetch failed')
    return new Response('{}', { status })
  }
  sender = startFhirSender({
    base: 'http://platform/fhir',
    token: 't',
    timer: runtimeTimer,
    retryAfter: 1,
    fetch: fetching as typeof fetch,
  })
  return { got }
}

describe('the FHIR sender', () => {
  it('posts Bundles in order with its token', async () => {
    const { got } = start()
    expect(await Promise.all([sender!.send({ n: 1 }), sender!.send({ n: 2 })])).toEqual(['accepted', 'accepted'])
    expect(got).toEqual([
      { body: { n: 1 }, authorization: 'Bearer t' },
      { body: { n: 2 }, authorization: 'Bearer t' },
    ])
  })

  it('tries again while the platform cannot, without letting a later Bundle pass', async () => {
    const { got } = start(0, 503, 429)
    await Promise.all([sender!.send({ n: 1 }), sender!.send({ n: 2 })])
    expect(got.map(({ body }) => body)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }, { n: 2 }])
  })

  it('does not send again what the platform refuses', async () => {
    const { got } = start(422)
    expect(await Promise.all([sender!.send({ n: 1 }), sender!.send({ n: 2 })])).toEqual(['refused', 'accepted'])
    expect(got).toHaveLength(2)
  })

  it('has as many on their way as the window allows, and each is answered for', async () => {
    let [most, now] = [0, 0]
    const fetching = async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return new Response('{}', { status: 200 })
    }
    sender = startFhirSender({
      base: 'http://platform/fhir',
      timer: runtimeTimer,
      window: 4,
      fetch: fetching as unknown as typeof fetch,
    })
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => sender!.send({ n })))
    expect(all).toEqual(all.map(() => 'accepted'))
    expect(most).toBe(4)
    expect(sender.pending).toBe(0)
    await sender.idle()
  })
})
