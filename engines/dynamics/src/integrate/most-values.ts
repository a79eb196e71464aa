import { DynamicsError } from '../errors.ts'

/** 4 GB: what one result may hold. */
const most = 2 ** 29

/** @throws {DynamicsError} `invalid-option` where a result would hold more numbers than fit into memory */
export function checkCount(element: string, count: number, what: string): void {
  if (count <= most) return
  throw new DynamicsError('invalid-option', `${what} are ${count} values`, {
    element,
    expected: `at most ${most}`,
    mend: 'ask for less, or run in parts',
  })
}
