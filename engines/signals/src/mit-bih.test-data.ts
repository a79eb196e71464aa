import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** A record of the MIT-BIH Arrhythmia Database, just as much of it as the tests here need. */
export interface ArrhythmiaRecord {
  readonly samplesPerSecond: number
  /** First signal in millivolts. */
  readonly signal: Float64Array
  /** Sample numbers of the beats that the experts marked. */
  readonly beats: Int32Array
}

export const arrhythmiaRecords = ['100', '102', '103', '104', '106', '108'] as const

const folder = resolve(process.env.COUNTERPART_DATA ?? '../shared/data', 'mitdb')

export const arrhythmiaDataMissing = existsSync(`${folder}/100.dat`) ? undefined : `no MIT-BIH records in ${folder}`

/** Reads the first signal (format 212) and the beat annotations; intake/ has the reader for everything else. */
export function readArrhythmiaRecord(name: string): ArrhythmiaRecord {
  const data = readFileSync(`${folder}/${name}.dat`)
  const signal = new Float64Array(Math.floor(data.length / 3))
  for (let i = 0; i < signal.length; i++) {
    const raw = data[3 * i]! | ((data[3 * i + 1]! & 0x0f) << 8)
    signal[i] = ((raw > 2047 ? raw - 4096 : raw) - 1024) / 200
  }
  return { samplesPerSecond: 360, signal, beats: beatsOf(readFileSync(`${folder}/${name}.atr`)) }
}

function beatsOf(bytes: Buffer): Int32Array {
  // Codes of the PhysioNet annotation table that stand for a beat: N L R a V F J A S E j / Q e n f … r
  const beatCodes = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 30, 34, 35, 38, 41])
  const beats: number[] = []
  let time = 0
  for (let i = 0; i + 1 < bytes.length; ) {
    const word = bytes.readUInt16LE(i)
    const code = word >> 10
    const interval = word & 0x3ff
    i += 2
    if (code === 0 && interval === 0) break
    if (code === 59) {
      time += (bytes.readInt16LE(i) << 16) + bytes.readUInt16LE(i + 2)
      i += 4
    } else if (code === 63) i += interval + (interval & 1)
    else if (code < 60) {
      time += interval
      if (beatCodes.has(code)) beats.push(time)
    }
  }
  return Int32Array.from(beats)
}
