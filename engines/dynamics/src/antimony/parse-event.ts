import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Cursor, Name } from './cursor.ts'
import { parseFormula } from './parse-formula.ts'
import type { Statement } from './syntax.ts'
import { suggestion } from './words.ts'

const settings = ['priority', 't0', 'persistent', 'fromTrigger'] as const

/**
 * Reads an event from its `at` on: `at delay after trigger, priority = 1, t0 = false: x = 1, y = 2`. What is not said is
 * as libAntimony has it: nothing triggers at the start, triggered is triggered, values are those at the trigger.
 */
export function parseEvent(cursor: Cursor, of: Name | undefined): Statement {
  const { place } = cursor.expect('at')
  const first = parseFormula(cursor)
  const delayed = cursor.takes('after')
  const trigger = delayed ? parseFormula(cursor) : first
  let priority: Expression | undefined
  const flags = { t0: true, persistent: true, fromTrigger: true }
  while (cursor.takes(',')) {
    cursor.skipLineEnds()
    const word = cursor.peek().text
    const setting = settings.find((one) => one.toLowerCase() === word.toLowerCase())
    if (setting === undefined)
      return cursor.fail(settings.join(', '), suggestion(word, settings) ?? 'what the event assigns comes after ":"')
    cursor.next()
    cursor.expect('=')
    if (setting === 'priority') priority = parseFormula(cursor)
    else flags[setting] = parseFlag(cursor, setting)
  }
  if (cursor.sees('=')) cursor.fail('":" and what the event assigns', 'comparisons are written with "=="')
  cursor.expect(':', 'after the trigger come ":" and what the event assigns, such as "at time > 5: x = 1"')
  const assignments: { of: Name; value: Expression }[] = []
  do {
    cursor.skipLineEnds()
    const target = cursor.name('the name of what the event assigns')
    cursor.expect('=')
    assignments.push({ of: target, value: parseFormula(cursor) })
  } while (cursor.takes(',') || cursor.takes(':'))
  return {
    kind: 'event',
    ...(of ? { of } : {}),
    trigger,
    ...(delayed ? { delay: first } : {}),
    ...(priority ? { priority } : {}),
    initialValue: flags.t0,
    persistent: flags.persistent,
    useValuesFromTriggerTime: flags.fromTrigger,
    assignments,
    place: of?.place ?? place,
  }
}

function parseFlag(cursor: Cursor, setting: string): boolean {
  const { place } = cursor.peek()
  const value = parseFormula(cursor)
  if (value.kind === 'named-number' && value.name === 'true') return true
  if (value.kind === 'named-number' && value.name === 'false') return false
  if (value.kind === 'number' && (value.value === 0 || value.value === 1)) return value.value === 1
  throw new DynamicsError('syntax', `the value of ${setting} is neither true nor false`, {
    place,
    expected: 'true or false',
  })
}
