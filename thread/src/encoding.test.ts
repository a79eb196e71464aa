import { createHmac, hash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainHash, type EventHeader, encodeHeader, noHash } from './encoding.ts'
import { Mac, seal, sealText, secretKey, unseal, unsealText, unwrapKey, wrapKey } from './secrets.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const instant = fc.maxSafeInteger()
const header: fc.Arbitrary<EventHeader> = fc.record({
  stream: text,
  sequence: fc.nat(2 ** 40),
  type: text,
  schemaVersion: fc.nat(1_000),
  effective: instant,
  recorded: instant,
  keyDigest: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  subject: fc.option(fc.constantFrom('patient/a', 'patient/b') as fc.Arbitrary<'patient/a'>),
  derivedFrom: fc.array(
    text.map((stream) => `${stream}@1` as const),
    { maxLength: 5 },
  ),
  madeBy: fc.option(
    fc.record({ definition: text, version: text, seed: text }, { requiredKeys: ['definition', 'version'] }),
    { nil: undefined },
  ),
  previousHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
})

describe('the canonical bytes of a header', () => {
  test('hold everything: the header can be read back from them, with nothing left over', () => {
    fc.assert(
      fc.property(header, (given) => {
        expect(decodeHeader(Buffer.from(encodeHeader(given)))).toEqual(given)
      }),
      { numRuns: 500 },
    )
  })

  test('are these for a known event, so that a later program checks the same chain', () => {
    const bytes = encodeHeader({
      stream: 'patient/a',
      sequence: 1,
      type: 'observation.recorded',
      schemaVersion: 1,
      effective: -1,
      recorded: 1_760_000_000_000,
      keyDigest: new Uint8Array(16).fill(0xab),
      subject: 'patient/a',
      derivedFrom: ['patient/a@7'],
      madeBy: { definition: 'heart', version: '1.0.0' },
      previousHash: noHash,
    })
    expect(bytes.toString('hex')).toBe(
      [
        '43504531',
        '00000009706174 69656e742f61',
        '0000000000000001',
        '00000014 6f62736572766174696f6e2e7265636f72646564',
        '00000001',
        'ffffffffffffffff',
        '00000199c82cc000',
        'abababababababababababababababab',
        '01 00000009 70617469656e742f61',
        '00000001 0000000b 70617469656e742f614037',
        '01 00000005 6865617274 00000005 312e302e30 00',
        '00'.repeat(32),
      ]
        .join('')
        .replaceAll(' ', ''),
    )
  })

  test('are hashed together with the encrypted payload, of whatever length', () => {
    fc.assert(
      fc.property(header, fc.constantFrom(0, 1, 500, 70_000), (given, length) => {
        const sealed = randomBytes(length)
        const count = Buffer.alloc(4)
        count.writeUInt32BE(length)
        const expected = hash('sha256', Buffer.concat([encodeHeader(given), count, sealed]), 'hex')
        expect(chainHash(encodeHeader(given), sealed).toString('hex')).toBe(expected)
      }),
    )
  })
})

describe('secrets', () => {
  const key = secretKey(Buffer.alloc(32, 1))
  const nonce = Buffer.alloc(12, 2)

  test('the message digest is HMAC-SHA-256 for messages of any length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string({ unit: 'grapheme', maxLength: 3_000 }),
        (secret, message) => {
          const mac = new Mac(secret)
          const expected = createHmac('sha256', secret).update(message).digest('hex')
          expect(mac.of(message).toString('hex')).toBe(expected)
          expect(mac.of(Buffer.from(message)).toString('hex')).toBe(expected)
        },
      ),
    )
  })

  test('what is sealed opens with the same key and context only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 9_000 }), fc.nat(), (content, where) => {
        const sealed = sealText(key, nonce, Buffer.from('context'), content)
        expect(unsealText(key, Buffer.from('context'), sealed)).toBe(content)
        expect(unseal(key, Buffer.from('other'), sealed)).toBeUndefined()
        expect(unseal(secretKey(Buffer.alloc(32, 3)), Buffer.from('context'), sealed)).toBeUndefined()
        sealed[where % sealed.length]! ^= 1
        expect(unseal(key, Buffer.from('context'), sealed)).toBeUndefined()
      }),
    )
  })

  test('follows the published vector of AES-256-GCM (NIST GCM test case 16)', () => {
    const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
    const sealed = seal(
      secretKey(bytes('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')),
      bytes('cafebabefacedbaddecaf888'),
      bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
      bytes(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      ),
    )
    expect(sealed.subarray(-16).toString('hex')).toBe('76fc6ece0f4e1768cddf8853bb2d551b')
  })

  test('a wrapped key opens under its own name and master key only', () => {
    const wrapped = wrapKey(key, 'patient/a', Buffer.alloc(32, 9), nonce)
    expect(wrapped.length).toBe(60)
    expect(unwrapKey(key, 'patient/a', wrapped)).toEqual(Buffer.alloc(32, 9))
    expect(() => unwrapKey(key, 'patient/b', wrapped)).toThrow(expect.objectContaining({ code: 'key-missing' }))
  })
})

/** Reads the layout that `encodeHeader` documents, written apart from it. */
function decodeHeader(bytes: Buffer): EventHeader {
  let at = 0
  const take = (length: number): Buffer => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const uint32 = (): number => take(4).readUInt32BE()
  const int64 = (): number => Number(take(8).readBigInt64BE())
  const string = (): string => take(uint32()).toString('utf8')
  const option = <Value>(read: () => Value): Value | undefined => (take(1)[0] === 1 ? read() : undefined)
  expect(take(4).toString('latin1')).toBe('CPE1')
  const decoded = {
    stream: string(),
    sequence: int64(),
    type: string(),
    schemaVersion: uint32(),
    effective: int64(),
    recorded: int64(),
    keyDigest: new Uint8Array(take(16)),
    subject: (option(string) ?? null) as EventHeader['subject'],
    derivedFrom: Array.from({ length: uint32() }, string) as `${string}@${number}`[],
    madeBy: option(() => {
      const [definition, version, seed] = [string(), string(), option(string)]
      return { definition, version, ...(seed === undefined ? {} : { seed }) }
    }),
    previousHash: new Uint8Array(take(32)),
  }
  expect(at).toBe(bytes.length)
  return decoded
}
