import { createHash } from 'node:crypto'
import { type Belief, encodeBelief } from '@counterpart/kernel'

/** A belief's identity: SHA-256 of its encoded bytes, hex. Equal hashes mean equal to the bit. */
export function beliefHash(belief: Belief): string {
  return createHash('sha256').update(encodeBelief(belief)).digest('hex')
}
