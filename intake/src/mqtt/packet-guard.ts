import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** What a guard puts up with. */
export interface PacketLimits {
  /** Largest first packet, in bytes: room for a CONNECT, from whomever. */
  readonly first: number
  /** Largest packet after it. */
  readonly later: number
}

/** A packet larger than allowed, as far as it was seen. */
export interface OversizedPacket {
  readonly declaredBytes: number
  readonly allowedBytes: number
  readonly beginning: Uint8Array
}

/** Of what came last, so much is remembered for the quarantine. */
const remembered = 1024

/**
 * Stands between a connection and the broker and looks at the fixed header of each packet (MQTT 3.1.1, §2.2): one that
 * announces more than allowed ends the connection before any of it is stored. The parser behind it would collect
 * up to 256 MiB.
 */
export class PacketGuard extends Duplex {
  readonly #inner: Duplex
  readonly #limits: PacketLimits
  readonly #onOversized: (packet: OversizedPacket) => void
  /** Bytes of the current packet's body still to come; −1: its header is being read. */
  #left = -1
  #headerBytes = 0
  #length = 0
  #isFirst = true
  #finishing = false
  #recent: Uint8Array = new Uint8Array()

  constructor(inner: Duplex, limits: PacketLimits, onOversized: (packet: OversizedPacket) => void) {
    super({ allowHalfOpen: false })
    this.#inner = inner
    this.#limits = limits
    this.#onOversized = onOversized
    inner.on('data', (chunk: Buffer) => {
      if (this.destroyed || this.#finishing) return
      this.#recent = chunk.subarray(-remembered)
      const oversized = this.#inspect(chunk)
      if (oversized) {
        this.#onOversized(oversized)
        this.destroy()
      } else if (!this.push(chunk)) inner.pause()
    })
    inner.on('end', () => this.push(null))
    inner.on('error', (error) => this.destroy(error))
    inner.on('close', () => this.destroy())
  }

  /** The end of what came last. */
  get recent(): Uint8Array {
    return this.#recent
  }

  /** Where the connection comes from, for people. */
  get address(): string {
    const { remoteAddress, remotePort } = this.#inner as Partial<Socket>
    return remoteAddress === undefined ? '' : `${remoteAddress}:${remotePort}`
  }

  /** Takes in nothing more; what still comes is dropped, so that the other side sees an orderly close. */
  stopReading(): void {
    this.#finishing = true
    this.#inner.resume()
  }

  /** Sends what is to be sent, and closes, at the latest after so many milliseconds. */
  async finish(patience = 1000): Promise<void> {
    if (this.destroyed) return
    const timer = setTimeout(() => this.destroy(), patience)
    await new Promise<void>((resolve) => this.once('close', resolve).end(() => this.destroy()))
    clearTimeout(timer)
  }

  override _read(): void {
    this.#inner.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#inner.destroyed) done(new Error('the connection is closed'))
    else this.#inner.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.#inner.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy()
    done(error)
  }

  #inspect(chunk: Uint8Array): OversizedPacket | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at)
        this.#left -= skipped
        at += skipped
        if (this.#left === 0) this.#left = -1
        continue
      }
      const byte = chunk[at]!
      at++
      this.#headerBytes++
      if (this.#headerBytes === 1) {
        this.#length = 0
        continue
      }
      // Remaining length: seven bits per byte, least significant first, at most four bytes.
      this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2)
      const isComplete = (byte & 0x80) === 0
      if (!isComplete && this.#headerBytes < 5) continue
      const allowedBytes = this.#isFirst ? this.#limits.first : this.#limits.later
      if (this.#length > allowedBytes || !isComplete)
        return { declaredBytes: this.#length, allowedBytes, beginning: chunk.slice(0, remembered) }
      this.#left = this.#length === 0 ? -1 : this.#length
      this.#headerBytes = 0
      this.#isFirst = false
    }
    return undefined
  }
}
