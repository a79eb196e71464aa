import type { Observation, SubjectId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { openThread } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Intake } from './intake.ts'
import { hl7, now, openWard, verdict, type Ward } from './test-support.ts'

// Records of people that turn out to be one person's, and visits that were somebody else's.

const peer = { system: 'hospital' }
let ward: Ward
beforeEach(async () => {
  ward = await openWard()
})
afterEach(() => ward.close())

const pid = (number: string, name = 'Larsen^Ida') => `PID|1||${number}^^^NORTH&1.2.3&ISO^MR||${name}||19610615|F`
const mrg = (number: string, visit = '') =>
  `MRG|${number}^^^NORTH&1.2.3&ISO^MR||||${visit === '' ? '' : `${visit}^^^NORTH&1.2.4&ISO^VN`}`
const pv1 = (visit: string) => `PV1|1|I|CCU^3^2^NORTH||||||||||||||||${visit}^^^NORTH&1.2.4&ISO^VN`
let control = 0
const message = (type: string, clock: string, ...segments: readonly string[]) =>
  hl7(type, `R${++control}`, segments, `20240315${clock.replace(':', '')}00+0000`)
const heartRate = (person: string, clock: string, value: number, visit?: string) =>
  message(
    'ORU^R01',
    clock,
    pid(person),
    ...(visit === undefined ? [] : [pv1(visit)]),
    `OBR|1||${person}-${clock}|29274-8^Vital signs^LN|||20240315${clock.replace(':', '')}00+0000`,
    `OBX|1|NM|8867-4^Heart rate^LN||${value}|/min|||||F`,
  )

async function send(intake: Intake, ...messages: readonly string[]): Promise<void> {
  for (const each of messages) {
    const receipt = await intake.receiveHl7(each, peer)
    if (receipt.outcome === 'refused') throw new Error(`${verdict(receipt)}: ${receipt.message}`)
  }
}

const subject = (intake: Intake, number: string) => intake.subjectOf({ system: 'urn:oid:1.2.3', value: number })!

/** The heart rates that hold in a subject's stream: of each fact the highest version, unless that is retracted. */
async function rates(thread: Thread, of: SubjectId): Promise<readonly number[]> {
  const latest = new Map<string, Observation>()
  for await (const { type, payload } of thread.read(of)) {
    if (!type.startsWith('observation.')) continue
    const observation = (payload as unknown as { observation: Observation }).observation
    expect(observation.subject).toBe(of)
    const known = latest.get(observation.id)
    if (!known || observation.version > known.version) latest.set(observation.id, observation)
  }
  return [...latest.values()]
    .filter(({ status }) => status !== 'retracted')
    .map(({ value }) => value!)
    .sort((a, b) => a - b)
}

describe('two records that are one person’s', () => {
  const all = [
    heartRate('1', '08:00', 61),
    heartRate('2', '08:10', 72),
    message('ADT^A40', '08:20', pid('1'), mrg('2')),
    heartRate('2', '08:30', 73),
    heartRate('1', '08:40', 64),
  ]

  test('are seen as one: what was said before and after, under either number', async () => {
    await send(ward.intake, ...all)
    expect(subject(ward.intake, '2')).toBe(subject(ward.intake, '1'))
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61, 64, 72, 73])
  })

  test('… in whatever order the messages come, however often', { timeout: 20_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }), async (messages) => {
        const house = await openWard()
        await send(house.intake, ...messages)
        expect(await rates(house.thread, subject(house.intake, '1'))).toEqual([61, 64, 72, 73])
        await house.close()
      }),
      { numRuns: 8 },
    )
  })

  test('… even when everything comes at once', async () => {
    await Promise.all(all.map((each) => send(ward.intake, each)))
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61, 64, 72, 73])
  })

  test('stay one when the house is opened again, and each copy names what it is a copy of', async () => {
    await send(ward.intake, ...all.slice(0, 3))
    ward.intake.close()
    const again = await Intake.open({ thread: ward.thread, catalogue: ward.intake.catalogue, clock: () => now })
    await send(again, ...all.slice(3))
    const one = subject(again, '2')
    expect(await rates(ward.thread, one)).toEqual([61, 64, 72, 73])
    for await (const { payload, derivedFrom } of ward.thread.read(one, { types: ['observation.recorded'] }))
      if (payload?.original !== undefined) expect(derivedFrom).toEqual([payload.original])
    again.close()
  })

  test('are two again when that is taken back (A37), each with what was said of them', async () => {
    await send(ward.intake, ...all)
    const [one, two] = [
      subject(ward.intake, '1'),
      (await everybody(ward.thread)).find((each) => each !== subject(ward.intake, '1'))!,
    ]
    await send(ward.intake, message('ADT^A37', '09:00', pid('1'), pid('2')), heartRate('2', '09:10', 75))
    expect(subject(ward.intake, '2')).toBe(two)
    expect(await rates(ward.thread, one)).toEqual([61, 64])
    expect(await rates(ward.thread, two)).toEqual([72, 73, 75])
  })

  test('… and may be one once more', async () => {
    await send(
      ward.intake,
      ...all,
      message('ADT^A37', '09:00', pid('1'), pid('2')),
      message('ADT^A24', '09:20', pid('1'), pid('2')),
    )
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61, 64, 72, 73])
  })

  test('of two statements the later holds, whichever comes first', async () => {
    const [merge, apart] = [all[2]!, message('ADT^A37', '08:25', pid('1'), pid('2'))]
    await send(ward.intake, ...all.slice(0, 2), apart, merge)
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61])
    expect(await rates(ward.thread, subject(ward.intake, '2'))).toEqual([72])
  })

  test('a chain of them ends in one, and a circle in the last one named', async () => {
    await send(
      ward.intake,
      heartRate('1', '08:00', 61),
      heartRate('2', '08:01', 62),
      heartRate('3', '08:02', 63),
      message('ADT^A40', '08:10', pid('2'), mrg('3')),
      message('ADT^A40', '08:20', pid('1'), mrg('2')),
    )
    expect(await rates(ward.thread, subject(ward.intake, '3'))).toEqual([61, 62, 63])
    await send(ward.intake, message('ADT^A40', '08:30', pid('2'), mrg('1')))
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61, 62, 63])
    expect(subject(ward.intake, '1')).toBe(subject(ward.intake, '3'))
  })

  test('are erased as one', async () => {
    await send(ward.intake, ...all)
    const people = await everybody(ward.thread)
    await ward.thread.eraseSubject(subject(ward.intake, '1'), { user: 'test' })
    await vi.waitFor(async () => {
      for (const person of people)
        for await (const { type, payload } of ward.thread.read(person))
          if (type !== 'subject.erased') expect(payload).toBeNull()
    })
    for (const number of ['1', '2'])
      expect(verdict(await ward.intake.receiveHl7(heartRate(number, '09:00', 70), peer))).toMatch(/^subject-erased/)
  })
})

describe('a visit that was somebody else’s (A45)', () => {
  const all = [
    heartRate('1', '08:00', 61, 'V1'),
    heartRate('1', '08:10', 72, 'V2'),
    message('ADT^A45', '08:20', pid('2', 'Berg^Per'), mrg('1', 'V2'), pv1('V2')),
    heartRate('1', '08:15', 73, 'V2'),
    heartRate('2', '08:40', 64, 'V2'),
  ]

  test('goes there with all that was measured during it, and nothing else does', async () => {
    await send(ward.intake, ...all)
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61])
    expect(await rates(ward.thread, subject(ward.intake, '2'))).toEqual([64, 72, 73])
  })

  test('… in whatever order', { timeout: 20_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (messages) => {
        const house = await openWard()
        await send(house.intake, ...messages)
        expect(await rates(house.thread, subject(house.intake, '1'))).toEqual([61])
        expect(await rates(house.thread, subject(house.intake, '2'))).toEqual([64, 72, 73])
        await house.close()
      }),
      { numRuns: 6 },
    )
  })

  test('comes back when that was the mistake', async () => {
    await send(ward.intake, ...all, message('ADT^A45', '09:00', pid('1'), mrg('2', 'V2'), pv1('V2')))
    expect(await rates(ward.thread, subject(ward.intake, '1'))).toEqual([61, 64, 72, 73])
    expect(await rates(ward.thread, subject(ward.intake, '2'))).toEqual([])
  })

  test('stays where it went when its first owner’s record is merged', async () => {
    await send(ward.intake, heartRate('3', '07:00', 53), ...all, message('ADT^A40', '09:00', pid('3'), mrg('1')))
    expect(await rates(ward.thread, subject(ward.intake, '3'))).toEqual([53, 61])
    expect(await rates(ward.thread, subject(ward.intake, '2'))).toEqual([64, 72, 73])
  })
})

describe('any statements about three people and two visits', () => {
  const minutes = (i: number) => `08:${String(i).padStart(2, '0')}`
  const person = fc.constantFrom('1', '2', '3')
  const visit = fc.constantFrom('V1', 'V2')
  type Said = (clock: string, i: number) => string
  const said: fc.Arbitrary<Said> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(person, visit).map(
        ([of, during]): Said =>
          (clock, i) =>
            heartRate(of, clock, 60 + i, during),
      ),
    },
    fc.tuple(person, person).map(
      ([stays, goes]): Said =>
        (clock) =>
          message('ADT^A40', clock, pid(stays), mrg(goes)),
    ),
    fc.tuple(person, person).map(
      ([one, other]): Said =>
        (clock) =>
          message('ADT^A37', clock, pid(one), pid(other)),
    ),
    fc.tuple(person, person, visit).map(
      ([to, from, which]): Said =>
        (clock) =>
          message('ADT^A45', clock, pid(to), mrg(from, which), pv1(which)),
    ),
  )
  const known = ['1', '2', '3'].map((number, i) => heartRate(number, minutes(i), 50 + i))

  /** What is seen under each number in the end. */
  async function seen(messages: readonly string[]): Promise<readonly (readonly number[])[]> {
    const house = await openWard()
    try {
      for (const each of messages) await house.intake.receiveHl7(each, peer)
      return await Promise.all(['1', '2', '3'].map((number) => rates(house.thread, subject(house.intake, number))))
    } finally {
      await house.close()
    }
  }

  test('come to the same in whatever order, however often', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { minLength: 3, maxLength: 9 }),
        fc.infiniteStream(fc.nat()),
        async (things, order) => {
          const messages = [...known, ...things.map((thing, i) => thing(minutes(10 + i), i))]
          const shuffled = [...messages, ...messages]
            .map((each) => ({ each, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each)
          expect(await seen(shuffled)).toEqual(await seen(messages))
        },
      ),
      { numRuns: 12 },
    )
  })
})

test('two patients change beds (A17): each is told of, and nothing of one stands with the other', async () => {
  const place = (bed: string, before: string, visit: string) =>
    `PV1|1|I|CCU^3^${bed}^NORTH|||CCU^3^${before}^NORTH|||||||||||||${visit}^^^NORTH&1.2.4&ISO^VN`
  await send(
    ward.intake,
    message('ADT^A17', '08:00', pid('1'), place('1', '2', 'V1'), pid('2', 'Berg^Per'), place('2', '1', 'V2')),
  )
  const beds: unknown[] = []
  for (const number of ['1', '2'])
    for await (const { type, payload } of ward.thread.read(subject(ward.intake, number))) {
      if (type === 'encounter.changed') beds.push((payload!.location as { bed: string }).bed)
      if (type === 'message.received') expect(payload!.text).not.toContain(number === '1' ? 'Berg' : 'Larsen')
    }
  expect(beds).toEqual(['1', '2'])
})

test('a house whose thread was closed in between still knows whose facts are whose', async () => {
  await send(
    ward.intake,
    heartRate('1', '08:00', 61),
    heartRate('2', '08:10', 72),
    message('ADT^A40', '08:20', pid('1'), mrg('2')),
  )
  ward.intake.close()
  await ward.thread.close()
  const thread = await openThread({ directory: ward.directory, clock: () => now })
  const intake = await Intake.open({ thread, catalogue: ward.intake.catalogue, clock: () => now })
  expect(subject(intake, '2')).toBe(subject(intake, '1'))
  expect((await thread.verify()).broken).toEqual([])
  intake.close()
  await thread.close()
})

async function everybody(thread: Thread): Promise<readonly SubjectId[]> {
  return (await thread.streams('patient/')).map(({ stream }) => stream as SubjectId)
}
