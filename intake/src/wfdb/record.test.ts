import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IntakeError } from '../errors.ts'
import { wfdbFolder } from './node-files.ts'
import { openWfdbRecord } from './record.ts'
import { missingSample } from './signal-file.ts'
import { encode16, encode212, filesOf, published, recordsMissing } from './wfdb.test-data.ts'

describe.skipIf(recordsMissing)('published records', () => {
  test.each(['100', '102', '103', '104', '106', '108'])(
    'record %s of the arrhythmia database has its checksums',
    async (name) => {
      const record = await published(`mitdb/${name}`)
      expect(record.frames).toBe(650_000)
      expect(record.framesPerSecond).toBe(360)
      expect((await record.checksums()).map(({ agrees, stated }) => [agrees, stated !== undefined])).toEqual([
        [true, true],
        [true, true],
      ])
    },
  )

  test('record 100 begins as everyone knows it', async () => {
    const record = await published('mitdb/100')
    expect(record.signals.map(({ description, unit }) => [description, unit])).toEqual([
      ['MLII', 'mV'],
      ['V5', 'mV'],
    ])
    const [mlii, v5] = await record.readDigital(0, 10)
    expect([...mlii!]).toEqual([995, 995, 995, 995, 995, 995, 995, 995, 1000, 997])
    expect([...v5!]).toEqual([1011, 1011, 1011, 1011, 1011, 1011, 1011, 1011, 1008, 1008])
    expect((await record.read(0, 1))[0]![0]).toBeCloseTo(-0.145)
    expect(record.header.comments).toEqual(['69 M 1085 1629 x1', 'Aldomet, Inderal'])
  })

  test.each([
    'binformats',
    '100-no-len',
    '100_3chan',
    '100skew',
    '3000003_0003',
    '310derive',
    '310derive_2',
    '310derive_3',
    '311derive',
    '311derive_2',
    '311derive_3',
    '311derive_4',
    's0010_re',
    'test01_00s',
    'test01_00s_frame',
    'test01_00s_skewframe',
    'test_generator_2',
    'v102s',
    'multi-segment/041s/041s',
    'multi-segment/fixed1/v102s',
    'multi-segment/s00001/3975656_0013',
  ])('%s: all checksums agree, and each signal begins with its initial value', async (name) => {
    const record = await published(`wfdb/${name}`)
    const checksums = await record.checksums()
    expect(checksums.length).toBeGreaterThan(0)
    expect(checksums.filter(({ agrees }) => !agrees)).toEqual([])
    if (record.header.segments || name.includes('frame')) return
    const first = await record.readDigital(0, 1)
    record.header.signals.forEach((signal, s) => {
      if (signal.skew === 0) expect(first[s]![0]).toBe(signal.initialValue)
    })
  })

  test('a length that is not stated is found from the file', async () => {
    expect((await published('wfdb/100-no-len')).frames).toBe(650_000)
  })

  test('a skewed signal is shifted, and ends early', async () => {
    const plain = await published('wfdb/test01_00s')
    const skewed = await published('wfdb/test01_00s_skew')
    const [, expected] = await plain.readDigital(3, 4000)
    const [, found] = await skewed.readDigital(0, 4000)
    expect(found!.subarray(0, 3997)).toEqual(expected)
    expect([...found!.subarray(3997)]).toEqual([missingSample, missingSample, missingSample])
  })

  test('signals with several samples per frame have their own rate', async () => {
    const record = await published('wfdb/multi-segment/041s/041s')
    expect(record.signals.map(({ samplesPerSecond }) => samplesPerSecond)).toEqual([500, 500, 500, 125, 125, 125, 125])
    const samples = await record.readDigital(990, 1010)
    expect(samples.map(({ length }) => length)).toEqual([80, 80, 80, 20, 20, 20, 20])
    // The second segment begins with its own initial values.
    const [lead3, , , pressure] = await record.readDigital(1000, 1001)
    expect([lead3![0], pressure![0]]).toEqual([-103, -715])
  })

  test('a record of variable layout has gaps where a signal was not recorded', async () => {
    const record = await published('wfdb/multi-segment/p000878/p000878-2137-10-26-16-57')
    expect(record.signals.map(({ description }) => description)).toEqual(['PLETH', 'II', 'V', 'ABP'])
    const [pleth, lead2, lead5] = await record.read(3740, 5760)
    expect([...pleth!.subarray(0, 10)].every(Number.isNaN)).toBe(true)
    expect([...lead2!.subarray(0, 2010)].every(Number.isNaN)).toBe(true)
    expect([...lead5!].every(Number.isNaN)).toBe(true)
    const segment = await published('wfdb/multi-segment/p000878/3269321_0001')
    expect(pleth!.subarray(10, 2010)).toEqual((await segment.read(0, 2000))[0])
  })

  test('reading piece by piece gives what reading at once gives', async () => {
    for (const name of ['100_3chan', '310derive', '311derive_3', 'binformats', 'test01_00s_skewframe']) {
      const record = await published(`wfdb/${name}`)
      const whole = await record.readDigital(0, record.frames)
      for (let from = 0; from < record.frames; from += 97) {
        const to = Math.min(record.frames, from + 97)
        const piece = await record.readDigital(from, to)
        piece.forEach((samples, s) => {
          const width = record.signals[s]!.samplesPerFrame
          expect(samples).toEqual(whole[s]!.subarray(from * width, to * width))
        })
      }
    }
  })

  test('compressed formats are refused by name', async () => {
    await expect(published('wfdb/flacformats')).rejects.toThrow(/format 508 \(FLAC-compressed\)/)
    await expect(published('wfdb/flacformats')).rejects.toMatchObject({ code: 'not-supported' })
  })

  test('a signal file that is not there is named', async () => {
    const record = await published('wfdb/drive02')
    await expect(record.read(0, 10)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('drive02.dat'),
    })
  })
})

describe('what is written is read', () => {
  const rows = (low: number, high: number) =>
    fc.array(fc.integer({ min: low, max: high }), { minLength: 2, maxLength: 60 })

  test.each([
    [212, -2047, 2047, encode212],
    [16, -32767, 32767, encode16],
  ] as const)('in format %i, as two signals, from any place', async (format, low, high, encode) => {
    await fc.assert(
      fc.asyncProperty(rows(low, high), fc.nat(), fc.nat(), async (samples, a, b) => {
        const frames = Math.floor(samples.length / 2)
        const files = filesOf({
          'x.hea': `x 2 250\nx.dat ${format} 100\nx.dat ${format} 100`,
          'x.dat': encode(samples.slice(0, 2 * frames)),
        })
        const record = await openWfdbRecord('x', files)
        expect(record.frames).toBe(frames)
        const [from, to] = [a % (frames + 1), b % (frames + 1)].sort((p, q) => p - q) as [number, number]
        const [first, second] = await record.readDigital(from, to)
        for (let i = from; i < to; i++) {
          expect(first![i - from]).toBe(samples[2 * i])
          expect(second![i - from]).toBe(samples[2 * i + 1])
        }
      }),
    )
  })

  test('the value that stands for "not there" is read as not there', async () => {
    const record = await openWfdbRecord(
      'x',
      filesOf({ 'x.hea': 'x 1 250\nx.dat 16 100(50)', 'x.dat': encode16([150, -32768]) }),
    )
    expect(await record.read(0, 2)).toEqual([Float64Array.of(1, Number.NaN)])
  })

  test('a file that is shorter than its header says reads as not there at the end', async () => {
    const record = await openWfdbRecord('x', filesOf({ 'x.hea': 'x 1 250 4\nx.dat 16', 'x.dat': encode16([7, 8]) }))
    expect([...(await record.readDigital(0, 4))[0]!]).toEqual([7, 8, missingSample, missingSample])
    expect((await record.checksums())[0]).toMatchObject({ stated: undefined, found: 15 })
  })
})

test('a wrong checksum is told', async () => {
  const files = filesOf({ 'x.hea': 'x 1 250 2\nx.dat 16 200 12 0 7 99 0 I', 'x.dat': encode16([7, 8]) })
  expect(await (await openWfdbRecord('x', files)).checksums()).toEqual([
    { description: 'I', stated: 99, found: 15, agrees: false },
  ])
})

test('any bytes at all, in any format, are read without harm', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(8, 16, 24, 32, 61, 80, 160, 212, 310, 311),
      fc.integer({ min: 1, max: 3 }),
      async (bytes, format, width) => {
        const files = filesOf({ 'x.hea': `x 2 250\nx.dat ${format}x${width} 100\nx.dat ${format} 100`, 'x.dat': bytes })
        const record = await openWfdbRecord('x', files)
        const [first, second] = await record.readDigital(0, record.frames)
        expect([first!.length, second!.length]).toEqual([record.frames * width, record.frames])
        await record.checksums()
      },
    ),
  )
})

test('reading outside the record is refused', async () => {
  const record = await openWfdbRecord('x', filesOf({ 'x.hea': 'x 1 250\nx.dat 16', 'x.dat': encode16([1, 2, 3]) }))
  for (const [from, to] of [
    [-1, 2],
    [2, 1],
    [0, 4],
    [0.5, 2],
  ] as const)
    await expect(record.read(from, to)).rejects.toThrow(IntakeError)
})

test('signals of different formats in one file, a layout that does not fit and nested segments are refused', async () => {
  await expect(openWfdbRecord('x', filesOf({ 'x.hea': 'x 2 250\nx.dat 16\nx.dat 212' }))).rejects.toThrow(
    /different formats/,
  )
  await expect(
    openWfdbRecord('x', filesOf({ 'x.hea': 'x/1 2 250 5\na 5', 'a.hea': 'a 1 250 5\na.dat 16' })),
  ).rejects.toThrow(/announces 2/)
  await expect(openWfdbRecord('x', filesOf({ 'x.hea': 'x/1 1 250 5\n~ 5' }))).rejects.toThrow(/gaps only/)
  await expect(openWfdbRecord('x', filesOf({}))).rejects.toMatchObject({ code: 'not-found' })
})

test('no name leads out of the folder', async () => {
  await expect(wfdbFolder('.').readFile('../secret')).rejects.toThrow(/lies outside/)
})
