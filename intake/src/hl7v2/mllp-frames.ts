/** Start of a frame, and its end (HL7 MLLP release 1: <VT> … <FS><CR>). */
const start = 0x0b
const end = 0x1c
const carriageReturn = 0x0d

/** What comes out of a stream of bytes. */
type Frame =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** The stream cannot be read on: what was kept of the frame, and why. */
  | { readonly kind: 'broken'; readonly bytes: Uint8Array; readonly why: 'too-large' | 'no-start' }

/** Takes an MLLP stream apart, however its bytes are cut. */
export interface FrameReader {
  push(chunk: Uint8Array): readonly Frame[]
  /** Whether a frame has begun and not ended. */
  readonly open: boolean
  /** Gives up the open frame, and returns what there is of it. */
  abandon(): Uint8Array
}

/** Bytes between frames that are overlooked: line ends and the like. */
const mostStray = 1024

/** A reader for one connection. A frame of more than `maximumBytes` is broken off as soon as it gets there. */
export function frameReader(maximumBytes: number): FrameReader {
  let pieces: Uint8Array[] = []
  let length = 0
  let inside = false
  let endSeen = false // the last byte of the last piece was <FS>
  let stray = 0
  let broken = false

  const take = (): Uint8Array => {
    const all = joined(pieces, length)
    pieces = []
    length = 0
    inside = false
    endSeen = false
    return all
  }
  const add = (piece: Uint8Array): void => {
    if (piece.length === 0) return
    pieces.push(piece.slice()) // the socket's buffer may be much larger than this piece of it
    length += piece.length
    if (pieces.length >= 1024) pieces = [joined(pieces, length)] // byte by byte: one object per byte would be costly
  }

  return {
    push(chunk) {
      const frames: Frame[] = []
      let at = 0
      while (at < chunk.length && !broken) {
        if (!inside) {
          const found = chunk.indexOf(start, at)
          stray += (found < 0 ? chunk.length : found) - at
          if (stray > mostStray) {
            broken = true
            frames.push({ kind: 'broken', bytes: chunk.slice(at), why: 'no-start' })
            break
          }
          if (found < 0) break
          inside = true
          stray = 0
          at = found + 1
          continue
        }
        if (endSeen) {
          endSeen = false
          if (chunk[at] === carriageReturn) {
            at++
            const whole = take()
            frames.push({ kind: 'message', bytes: whole.subarray(0, whole.length - 1) })
            continue
          }
        }
        const found = chunk.indexOf(end, at)
        const until = found < 0 ? chunk.length : found + 1
        add(chunk.subarray(at, until))
        endSeen = found >= 0
        at = until
        if (length > maximumBytes) {
          broken = true
          frames.push({ kind: 'broken', bytes: take(), why: 'too-large' })
        }
      }
      return frames
    },
    get open() {
      return inside
    },
    abandon: take,
  }
}

/** A message in its frame. */
export function framed(text: string): Uint8Array {
  return Buffer.concat([Buffer.of(start), Buffer.from(text, 'utf8'), Buffer.of(end, carriageReturn)])
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
