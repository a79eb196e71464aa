import { IntakeError } from '../errors.ts'

/** A mark to be written; left out, it is a beat (code 1, `N`) on channel 0 without further properties. */
export interface NewWfdbAnnotation {
  /** Sample number, whole and not below 0. */
  readonly sample: number
  /** 1 to 49 (PhysioNet, WFDB Programmer's Guide, "Annotation Codes"). */
  readonly code?: number
  /** −128 to 127, as are `channel` and `number`. */
  readonly subtype?: number
  readonly channel?: number
  readonly number?: number
  /** At most 254 printable characters of Latin-1. */
  readonly text?: string
}

const noteCode = 22
const [skipCode, numberCode, subtypeCode, channelCode, textCode] = [59, 60, 61, 62, 63] as const
const longestStep = 0x3ff
const longestSkip = 0x7fffffff
/** The WFDB library counts a text in one byte. */
const longestText = 254

/**
 * Writes an annotation file in MIT format (PhysioNet, WFDB Applications Guide, annot(5)): what `parseWfdbAnnotations`
 * reads. Annotations must be in order of sample. With `samplesPerSecond`, a note at sample 0 tells the rate, as WFDB 10.5
 * and later do. Throws {@link IntakeError} `invalid`.
 *
 * @example writeFileSync('100.qrs', encodeWfdbAnnotations([{ sample: 77 }, { sample: 370 }], { samplesPerSecond: 360 }))
 */
export function encodeWfdbAnnotations(
  annotations: readonly NewWfdbAnnotation[],
  options: { readonly samplesPerSecond?: number } = {},
): Uint8Array {
  const bytes: number[] = []
  const word = (code: number, low: number): void => {
    bytes.push(low & 0xff, (code << 2) | ((low >> 8) & 0x3))
  }
  let time = 0
  let number = 0
  let channel = 0
  const write = (annotation: NewWfdbAnnotation, index: number): void => {
    check(annotation, index, time)
    let step = annotation.sample - time
    for (; step > longestStep; step -= Math.min(step, longestSkip)) {
      const skip = Math.min(step, longestSkip)
      word(skipCode, 0)
      // High half first, each half with its low byte first.
      bytes.push((skip >> 16) & 0xff, (skip >> 24) & 0xff, skip & 0xff, (skip >> 8) & 0xff)
    }
    word(annotation.code ?? 1, step)
    time = annotation.sample
    // Number and channel hold on until they change; a subtype belongs to one annotation.
    if (annotation.subtype) word(subtypeCode, annotation.subtype)
    if ((annotation.channel ?? 0) !== channel) {
      channel = annotation.channel ?? 0
      word(channelCode, channel)
    }
    if ((annotation.number ?? 0) !== number) {
      number = annotation.number ?? 0
      word(numberCode, number)
    }
    const text = annotation.text ?? ''
    if (text !== '') {
      // With the zero that ends it, as the published files have it.
      const length = text.length + 1
      word(textCode, length)
      for (let i = 0; i < length + (length % 2); i++) bytes.push(i < text.length ? text.charCodeAt(i) : 0)
    }
  }
  if (options.samplesPerSecond !== undefined)
    write({ sample: 0, code: noteCode, text: `## time resolution: ${options.samplesPerSecond}` }, -1)
  annotations.forEach(write)
  bytes.push(0, 0)
  return Uint8Array.from(bytes)
}

function check(annotation: NewWfdbAnnotation, index: number, earliest: number): void {
  const { sample, code = 1, subtype = 0, channel = 0, number = 0, text = '' } = annotation
  const wrong = (what: string, expected: string): never => {
    throw new IntakeError('invalid', `${what} cannot be written`, { location: `annotation ${index}`, expected })
  }
  if (!Number.isSafeInteger(sample) || sample < earliest)
    wrong(`sample ${sample}`, `a whole number not below ${earliest}: annotations go in order of sample`)
  if (!Number.isInteger(code) || code < 1 || code > 49) wrong(`code ${code}`, '1 to 49')
  for (const [name, value] of Object.entries({ subtype, channel, number }))
    if (!Number.isInteger(value) || value < -128 || value > 127) wrong(`${name} ${value}`, '-128 to 127')
  if (text.length > longestText || /[^\u0020-\u00ff]/.test(text))
    wrong(`the text "${text.slice(0, 40)}"`, `at most ${longestText} printable characters of Latin-1`)
}
