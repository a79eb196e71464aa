import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../test-support/test-server.ts'

let house: TestServer
beforeAll(async () => {
  house = await startTestServer()
})
afterAll(() => house.close())

const message = (type: string, sent: string, ...segments: readonly string[]) =>
  [`MSH|^~\\&|ADT|NORTH|CP|NORTH|${sent}+0000||${type}|${sent}|P|2.5.1`, ...segments].join('\r')
const pid = (number: string) => `PID|1||${number}^^^NORTH&2.999.7&ISO^MR||Larsen^Ida||19610615|F`

test('who was merged into somebody else is no longer listed, and comes back when that is taken back', async () => {
  const { intake } = house.server.platform
  const send = async (text: string) =>
    expect((await intake.receiveHl7(text, { system: 'test' })).outcome).toBe('accepted')
  const clinician = await house.as('clinician')
  const listed = async () => {
    const { body } = await clinician.get('/api/subjects?kind=patient')
    return (body as { subjects: readonly { id: string }[] }).subjects.map(({ id }) => id).sort()
  }
  await send(message('ADT^A28', '20250115080000', pid('1')))
  await send(message('ADT^A28', '20250115080100', pid('2')))
  const [one, two] = ['1', '2'].map((value) => intake.subjectOf({ system: 'urn:oid:2.999.7', value })!)
  expect(await listed()).toEqual([one, two].sort())
  await send(message('ADT^A40', '20250115080200', pid('1'), 'MRG|2^^^NORTH&2.999.7&ISO^MR'))
  expect(await listed()).toEqual([one])
  const { status, body } = await clinician.get(`/api/subjects/${two}`)
  expect(status).toBe(404)
  expect(JSON.stringify(body)).toContain(one)
  await send(message('ADT^A37', '20250115080300', pid('1'), pid('2')))
  expect(await listed()).toEqual([one, two].sort())
})
