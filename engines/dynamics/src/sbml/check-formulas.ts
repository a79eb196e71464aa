import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { FunctionDefinition } from '../model.ts'

type Functions = ReadonlyMap<string, FunctionDefinition>

/**
 * Looks whether every symbol and function that a formula names is known, and functions have the operands they ask for.
 *
 * @param place Where the formula is, for parts that do not say it themselves.
 * @throws {DynamicsError} `undeclared` or `invalid-model`.
 */
export function checkFormula(
  formula: Expression,
  isSymbol: (id: string) => boolean,
  functions: Functions,
  place?: Place,
): void {
  for (const part of partsOfFormula(formula)) {
    const where = part.place ?? place
    const about = { ...(where && { place: where }) }
    if ((part.kind === 'symbol' || part.kind === 'rate-of') && !isSymbol(part.id))
      throw new DynamicsError(
        'undeclared',
        `a formula names '${part.id}', which ${functions.has(part.id) ? 'is a function' : 'is not declared'}`,
        {
          element: part.id,
          ...about,
        },
      )
    if (part.kind !== 'call') continue
    const called = functions.get(part.function)
    if (!called)
      throw new DynamicsError(
        'undeclared',
        `a formula calls '${part.function}', which ${isSymbol(part.function) ? 'is not a function' : 'is not defined'}`,
        {
          element: part.function,
          ...about,
        },
      )
    if (called.arguments.length !== part.operands.length)
      throw new DynamicsError('invalid-model', `'${part.function}' is called with ${part.operands.length} operands`, {
        element: part.function,
        ...about,
        expected: String(called.arguments.length),
      })
  }
}

/**
 * Looks whether functions name nothing but their arguments and do not lead back to themselves.
 *
 * @throws {DynamicsError} `undeclared`, `invalid-model`, or `cycle` with the functions in it.
 */
export function checkFunctions(functions: Functions): void {
  for (const { id, arguments: names, body, place } of functions.values()) {
    const symbols = new Set(names)
    if (symbols.size < names.length)
      throw new DynamicsError('invalid-model', `the function '${id}' has two arguments of one name`, {
        element: id,
        ...(place && { place }),
      })
    checkFormula(body, (name) => symbols.has(name), functions, place)
  }
  const done = new Set<string>()
  for (const id of functions.keys()) follow(id, functions, done)
}

/** Depth first, without recursion: chains of functions may be long. */
function follow(first: string, functions: Functions, done: Set<string>): void {
  const callsOf = (id: string) => {
    const calls: string[] = []
    for (const part of partsOfFormula(functions.get(id)!.body)) if (part.kind === 'call') calls.push(part.function)
    return calls[Symbol.iterator]()
  }
  if (done.has(first)) return
  const path = [{ id: first, calls: callsOf(first) }]
  const onPath = new Set([first])
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = top.calls.next()
    if (next.done) {
      path.pop()
      onPath.delete(top.id)
      done.add(top.id)
    } else if (onPath.has(next.value)) {
      const place = functions.get(next.value)!.place
      const loop = path.slice(path.findIndex(({ id }) => id === next.value)).map(({ id }) => id)
      throw new DynamicsError('cycle', `functions that call themselves: ${[...loop, next.value].join(' → ')}`, {
        element: next.value,
        ...(place && { place }),
      })
    } else if (!done.has(next.value)) {
      path.push({ id: next.value, calls: callsOf(next.value) })
      onPath.add(next.value)
    }
  }
}

/** A formula and all that it is made of. */
export function* partsOfFormula(formula: Expression): Generator<Expression> {
  const pending = [formula]
  for (let part = pending.pop(); part; part = pending.pop()) {
    yield part
    if (part.kind === 'apply' || part.kind === 'call') pending.push(...part.operands)
    else if (part.kind === 'delay') pending.push(part.of, part.by)
    else if (part.kind === 'piecewise') {
      if (part.otherwise) pending.push(part.otherwise)
      for (const { value, condition } of part.pieces) pending.push(value, condition)
    }
  }
}
