import { IntakeError } from '../errors.ts'

/** One mark that a person or a program set into a record. */
export interface WfdbAnnotation {
  /** Sample number (in frames of the record, or of the annotation file's own rate). */
  readonly sample: number
  /** 1 to 49. */
  readonly code: number
  /** The code as it is written, e.g. `N` for a normal beat, `+` for a change of rhythm; `[42]` where it has no letter. */
  readonly symbol: string
  readonly subtype: number
  readonly channel: number
  readonly number: number
  /** Further text, e.g. `(AFIB`. */
  readonly text: string
}

export interface WfdbAnnotations {
  /** The file's own sampling rate, where it states one. */
  readonly samplesPerSecond: number | undefined
  readonly annotations: readonly WfdbAnnotation[]
}

/** Letters of the annotation codes (PhysioNet, WFDB Programmer's Guide, "Annotation Codes"). */
const symbols: Readonly<Record<number, string>> = {
  1: 'N',
  2: 'L',
  3: 'R',
  4: 'a',
  5: 'V',
  6: 'F',
  7: 'J',
  8: 'A',
  9: 'S',
  10: 'E',
  11: 'j',
  12: '/',
  13: 'Q',
  14: '~',
  16: '|',
  18: 's',
  19: 'T',
  20: '*',
  21: 'D',
  22: '"',
  23: '=',
  24: 'p',
  25: 'B',
  26: '^',
  27: 't',
  28: '+',
  29: 'u',
  30: '?',
  31: '!',
  32: '[',
  33: ']',
  34: 'e',
  35: 'n',
  36: '@',
  37: 'x',
  38: 'f',
  39: '(',
  40: ')',
  41: 'r',
}
const beatSymbols = new Set('NLRBAaJSVrFejnE/fQ?')
const noteCode = 22
const [skipCode, numberCode, subtypeCode, channelCode, textCode] = [59, 60, 61, 62, 63] as const

/** Does it mark a heartbeat? */
export function isBeat(annotation: Pick<WfdbAnnotation, 'symbol'>): boolean {
  return beatSymbols.has(annotation.symbol)
}

/**
 * Reads an annotation file in MIT format (PhysioNet, WFDB Applications Guide, annot(5)).
 * Throws {@link IntakeError} `malformed` where it is cut off or makes no sense.
 */
export function parseWfdbAnnotations(bytes: Uint8Array): WfdbAnnotations {
  const annotations: Writable<WfdbAnnotation>[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const latin1 = new TextDecoder('latin1')
  let time = 0
  let number = 0
  let channel = 0
  let ended = false
  let at = 0
  const need = (count: number): void => {
    if (at + count > bytes.length)
      throw new IntakeError('malformed', 'the annotation file ends within an annotation', {
        location: `byte ${at}`,
        expected: 'an end mark of two zero bytes',
        mend: 'fetch the file again; it seems to be cut off',
      })
  }
  const current = (): Writable<WfdbAnnotation> => {
    const last = annotations.at(-1)
    if (last) return last
    throw new IntakeError('malformed', 'the file begins with a property of an annotation that is not there', {
      location: `byte ${at}`,
      expected: 'an annotation in MIT format',
      mend: 'check that this is an annotation file',
    })
  }
  while (!ended && at < bytes.length) {
    need(2)
    const word = view.getUint16(at, true)
    const code = word >> 10
    const low = word & 0x3ff
    at += 2
    if (word === 0) ended = true
    else if (code === skipCode) {
      need(4)
      time += view.getInt16(at, true) * 65536 + view.getUint16(at + 2, true)
      at += 4
    } else if (code === numberCode) {
      number = signed10(low)
      current().number = number
    } else if (code === subtypeCode) current().subtype = signed10(low)
    else if (code === channelCode) {
      channel = signed10(low)
      current().channel = channel
    } else if (code === textCode) {
      need(low)
      current().text = latin1.decode(bytes.subarray(at, at + low)).replace(/\0+$/, '')
      at += low + (low % 2)
    } else {
      time += low
      annotations.push({
        sample: time,
        code,
        symbol: symbols[code] ?? `[${code}]`,
        subtype: 0,
        channel,
        number,
        text: '',
      })
    }
  }
  return withoutPreamble(annotations)
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** `num` and `subtyp` are small signed numbers in ten bits. */
function signed10(value: number): number {
  return value >= 512 ? value - 1024 : value
}

/**
 * Notes at sample 0 that begin with `## ` speak of the file, not of the signal: they give its rate and letters of its
 * own for codes. Code 0 ("not a beat") marks what has been deleted.
 */
function withoutPreamble(annotations: readonly WfdbAnnotation[]): WfdbAnnotations {
  const own = new Map<number, string>()
  let first = 0
  let samplesPerSecond: number | undefined
  let defining = false
  for (const { sample, code, text } of annotations) {
    if (sample !== 0 || code !== noteCode || !(defining || text.startsWith('## '))) break
    const rate = /^## time resolution: ([\d.]+)/.exec(text)
    if (rate && Number(rate[1]) > 0) samplesPerSecond = Number(rate[1])
    const definition = defining ? /^(\d+) (\S+)/.exec(text) : null
    if (definition) own.set(Number(definition[1]), definition[2]!)
    if (text.startsWith('## annotation type definitions')) defining = true
    if (text.startsWith('## end of definitions')) defining = false
    first++
  }
  return {
    samplesPerSecond,
    annotations: annotations
      .slice(first)
      .filter(({ code }) => code !== 0)
      .map((annotation) => ({ ...annotation, symbol: own.get(annotation.code) ?? annotation.symbol })),
  }
}
