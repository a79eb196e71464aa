import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intake } from '../intake.ts'
import { openWard, type Ward } from '../test-support.ts'
import { ageAt } from './age.ts'
import { accepted, adt, departmentObservations, departments, heard, peer } from './department.test-data.ts'

let ward: Ward
let intake: Intake
beforeEach(async () => {
  ward = await openWard({ departments })
  ;({ intake } = ward)
})
afterEach(() => ward.close())

const arrival = adt('A04', { time: '08:05', pv1: { 3: 'ED-WAIT^^^NORTH', 14: '7' }, pv2: { 38: 'A' } })

/** Vital signs taken at one time, of the same visit as the ADT messages. */
function oru(results: readonly string[], { place = 'ED-WAIT^^^NORTH' } = {}): string {
  const [msh, ...rest] = arrival.split('\r')
  const pid = rest.find((line) => line.startsWith('PID'))!
  const pv1 = rest.find((line) => line.startsWith('PV1'))!.split('|')
  pv1[3] = place
  const header = msh!.split('|')
  header[8] = 'ORU^R01^ORU_R01'
  header[9] = `ORU-${results.length}-${place}`
  return [
    header.join('|'),
    pid,
    pv1.join('|'),
    'OBR|1||4711^X|8716-3^Vital signs^LN|||20240315081200+0000|||||||||||||||||F',
    ...results.map((result, i) => `OBX|${i + 1}|${result}`),
  ].join('\r')
}
const number = (code: string, value: string, unit: string) => `NM|${code}^x^LN||${value}|${unit}|||||F`
const set = [
  number('9279-1', '22', '/min'),
  number('59408-5', '95', '%'),
  number('3151-8', '0', 'L/min'),
  number('8480-6', '118', 'mm[Hg]'),
  number('8867-4', '96', '/min'),
  number('8310-5', '101.1', '[degF]'),
  'ST|67775-7^Level of responsiveness^LN||A||||||F',
]
const looks = async () =>
  (await departmentObservations(ward.thread, 'north-ed')).flatMap(({ detail }) =>
    detail?.what === 'observed' ? [detail] : [],
  )

describe('vital signs of a visit', () => {
  test('are told to its department as one look, in the units of NEWS2', async () => {
    for (const message of [arrival, oru(set)]) accepted(await intake.receiveHl7(message, peer))
    const [look, ...others] = await looks()
    expect(others).toEqual([])
    const { temperature, ...signs } = look!.signs as { temperature: number }
    expect(signs).toEqual({
      respiratoryRate: 22,
      saturation: 95,
      oxygen: false,
      systolic: 118,
      pulse: 96,
      consciousness: 'A',
    })
    expect(temperature).toBeCloseTo(38.39, 2)
    expect((await heard(ward.thread)).at(-1)).toContain('observed')
  })

  test('are none when a monitor tells one or two values, or the patient is elsewhere', async () => {
    const few = [arrival, oru(set.slice(0, 3)), oru(set, { place: 'WARD-7^1^2^NORTH' })]
    for (const message of few) accepted(await intake.receiveHl7(message, peer))
    expect(await looks()).toEqual([])
  })

  test('go without what was taken back, is in words, or in a unit that is no temperature', async () => {
    const odd = [
      ...set.slice(0, 5),
      number('8310-5', '311.15', 'K'),
      'ST|67775-7^Level of responsiveness^LN||Responds to voice||||||F',
      'NM|8889-8^x^LN||50|/min|||||D',
    ]
    for (const message of [arrival, oru(odd)]) accepted(await intake.receiveHl7(message, peer))
    const [look] = await looks()
    expect(look!.signs).toMatchObject({ consciousness: 'V', pulse: 96 })
    expect(look!.signs).not.toHaveProperty('temperature')
  })
})

describe('the age of who comes', () => {
  test('is in completed years, and nobody is older than 90', () => {
    const at = Date.UTC(2026, 5, 2)
    const born = ['1950-06-02', '1950-06-03', '1950-07', '1950', '1920-01-01', '2030', 'x', undefined]
    expect(born.map((date) => ageAt(date, at))).toEqual([76, 75, 75, 76, 90, undefined, undefined, undefined])
  })

  test('comes with the arrival', async () => {
    accepted(await intake.receiveHl7(arrival, peer))
    const [arrived] = await departmentObservations(ward.thread, 'north-ed')
    expect(arrived!.detail).toMatchObject({ what: 'arrived', age: expect.any(Number) })
  })
})
