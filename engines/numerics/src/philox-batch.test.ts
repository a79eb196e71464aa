import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { philox4x32 } from './philox.ts'
import { byNumbers, inWebAssembly, uniformBatch } from './philox-batch.ts'
import { portableLog } from './portable-math.ts'

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const fourth = fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((n) => 4 * n)

describe('a batch of uniforms', () => {
  it('is four blocks of Philox, and minus the logarithms, in WebAssembly and without, bit for bit', () => {
    const quick = inWebAssembly()!
    const plain = byNumbers()
    fc.assert(
      fc.property(fourth, word, word, word, word, word, (c0, c1, c2, c3, k0, k1) => {
        for (const batch of [quick, plain]) {
          batch.drawExponential(c0, c1, c2, c3, k0, k1)
          const block = new Uint32Array(4)
          for (let b = 0; b < 4; b++) {
            philox4x32(block, c0 + b, c1, c2, c3, k0, k1)
            const [x, y, z, v] = block
            expect(batch.uniforms[b]).toBe((Math.floor(x! / 64) * 2 ** 26 + Math.floor(y! / 64) + 0.5) / 2 ** 52)
            expect(batch.uniforms[4 + b]).toBe((Math.floor(z! / 64) * 2 ** 26 + Math.floor(v! / 64) + 0.5) / 2 ** 52)
          }
          for (let i = 0; i < 8; i++) expect(batch.exponentials[i]).toBe(-portableLog(batch.uniforms[i]!))
          const before = [...batch.uniforms]
          batch.draw(c0, c1, c2, c3, k0, k1)
          expect([...batch.uniforms]).toEqual(before)
        }
      }),
    )
  })

  it('is one for the thread', () => {
    expect(uniformBatch()).toBe(uniformBatch())
  })
})
