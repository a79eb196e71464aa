import { DynamicsError } from '../errors.ts'
import { type Cursor, createCursor, type Name } from './cursor.ts'
import { parseFormula } from './parse-formula.ts'
import { parseRemark, parseStatement } from './parse-statement.ts'
import type { Document, FunctionSyntax, ModuleSyntax, Statement } from './syntax.ts'
import { tokenize } from './tokens.ts'
import { isReserved, suggestion } from './words.ts'

/** The model of all statements outside of models. */
export const outerModel = '__main'

/**
 * Reads an Antimony text as it is written, without asking what its names mean.
 *
 * @throws DynamicsError `syntax` with line and column; `not-supported` for what belongs to SBML's packages.
 */
export function parseAntimony(text: string): Document {
  const cursor = createCursor(tokenize(text))
  const imports: { file: string; place: Name['place'] }[] = []
  const functions: FunctionSyntax[] = []
  const modules: ModuleSyntax[] = []
  const remarks: { kind: 'name' | 'notes'; of: Name; text: string }[] = []
  const outer: Statement[] = []
  const unnamed = numbering()
  const defined = new Set<string>()
  for (;;) {
    cursor.skipLineEnds()
    const token = cursor.peek()
    if (token.kind === 'end') break
    if (cursor.sees('import')) imports.push(parseImport(cursor))
    else if (cursor.sees('function')) functions.push(fresh(parseFunction(cursor), defined))
    else if (cursor.sees('model') || cursor.sees('module')) modules.push(fresh(parseModule(cursor), defined))
    else if (token.kind === 'word' && defined.has(token.text) && !cursor.sees('(', 1)) {
      const remark = parseOuterRemark(cursor)
      if (remark) remarks.push(remark)
    } else if (cursor.sees('end')) cursor.fail('a statement or a model', 'there is one "end" too many')
    else outer.push(...parseStatement(cursor, unnamed))
  }
  if (outer.length > 0)
    modules.push({
      name: { id: outerModel, place: { line: 1, column: 1 } },
      main: false,
      interface: [],
      statements: outer,
    })
  return { imports, functions, modules, remarks, passedOver: cursor.passedOver }
}

function numbering(): (prefix: string) => string {
  const counts = new Map<string, number>()
  return (prefix) => {
    const count = counts.get(prefix) ?? 0
    counts.set(prefix, count + 1)
    return `${prefix}${count}`
  }
}

function fresh<T extends { readonly name: Name }>(made: T, defined: Set<string>): T {
  const { id } = made.name
  if (defined.has(id)) throw twice(made.name)
  defined.add(id)
  return made
}

/** Two models or functions of one name. */
export const twice = ({ id, place }: Name): DynamicsError =>
  new DynamicsError('invalid-model', `there are two models or functions called ${id}`, { element: id, place })

function parseImport(cursor: Cursor): { file: string; place: Name['place'] } {
  const { place } = cursor.next()
  const file = cursor.peek()
  if (file.kind !== 'string') cursor.fail('the name of a file in quotes')
  cursor.next()
  return { file: file.text, place }
}

function parseNames(cursor: Cursor, what: string): readonly Name[] {
  cursor.expect('(')
  const names: Name[] = []
  cursor.skipLineEnds()
  if (!cursor.sees(')'))
    do {
      cursor.skipLineEnds()
      cursor.takes('$')
      names.push(cursor.name(what))
      cursor.skipLineEnds()
    } while (cursor.takes(','))
  cursor.expect(')')
  return names
}

function parseFunction(cursor: Cursor): FunctionSyntax {
  cursor.next()
  const name = cursor.name('the name of a function')
  if (isReserved(name.id))
    throw new DynamicsError('invalid-model', `a function is called ${name.id}, which the language has already`, {
      element: name.id,
      place: name.place,
      expected: 'another name',
    })
  const parameters = parseNames(cursor, 'the name of an argument')
  cursor.skipLineEnds()
  const body = parseFormula(cursor)
  cursor.skipLineEnds()
  if (!cursor.sees('end')) cursor.fail(`"end" of the function ${name.id}`, 'a function is a single formula')
  cursor.next()
  return { name, parameters, body }
}

function parseModule(cursor: Cursor): ModuleSyntax {
  cursor.next()
  const main = cursor.takes('*')
  const name = cursor.name('the name of a model')
  if (cursor.peek().kind === 'mark' && !['(', '$', '->', '=>'].includes(cursor.peek().text))
    cursor.fail('"(" or a new line after the name of a model', 'names are made of letters, digits and "_"')
  const exported = cursor.sees('(') ? parseNames(cursor, 'the name of something in the model') : []
  const unnamed = numbering()
  const statements: Statement[] = []
  for (;;) {
    cursor.skipLineEnds()
    if (cursor.takes('end')) return { name, main, interface: exported, statements }
    const { kind, text } = cursor.peek()
    if (kind === 'end') cursor.fail(`"end" of the model ${name.id}, which begins at line ${name.place.line}`)
    if (text === 'import' || text === 'function')
      cursor.fail(`"end" of the model ${name.id} before "${text}"`, 'it stands outside of models')
    statements.push(...parseStatement(cursor, unnamed))
  }
}

/** `model1 is "…"`, `f notes "…"`: of a model or function, said after it. */
function parseOuterRemark(cursor: Cursor): { kind: 'name' | 'notes'; of: Name; text: string } | undefined {
  const of = cursor.name('a name')
  if (of.id.endsWith('.sboTerm') || cursor.sees('=')) {
    cursor.passOver({ word: of.id.slice(of.id.lastIndexOf('.') + 1), place: of.place })
    while (!['line-end', 'end'].includes(cursor.peek().kind)) cursor.next()
    return undefined
  }
  if (cursor.takes('is')) {
    const { kind, text } = cursor.peek()
    if (kind !== 'string') cursor.fail('a text in quotes')
    cursor.next()
    return { kind: 'name', of, text }
  }
  const remark = parseRemark(cursor, of)
  if (remark === undefined)
    return cursor.fail(
      '"is" or an annotation after the name of a model',
      suggestion(cursor.peek().text, ['is', 'notes']),
    )
  const [said] = remark
  return said?.kind === 'notes' ? { kind: 'notes', of, text: said.text } : undefined
}
