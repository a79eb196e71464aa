import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { FunctionDefinition, Model } from '../model.ts'
import { partsOfFormula } from '../sbml/check-formulas.ts'
import { checkModel } from '../sbml/check-model.ts'
import { assemble } from './assemble.ts'
import type { Name } from './cursor.ts'
import { gather } from './entries.ts'
import { flatten } from './flatten.ts'
import { outerModel, parseAntimony, twice } from './parse.ts'
import { callable } from './parse-formula.ts'
import type { Document, ModuleSyntax } from './syntax.ts'
import { distributions, suggestion } from './words.ts'

export interface ReadAntimonyOptions {
  /** Gives the text of an Antimony file that this one imports; throws where it cannot. */
  readonly resolve?: (file: string) => string
}

/**
 * Reads a model in Antimony (Smith et al., Bioinformatics 2009;25:2452, as libAntimony 2.14 understands it). Of several
 * models in a text it is the one marked `*`, else what stands outside of models, else the last; instances of the others
 * are put into it. What is read and what is not: docs/antimony.md.
 *
 * @example readAntimony('S -> ; k*S; S = 10; k = 0.5').reactions.length // 1
 * @throws DynamicsError that says line and column, what was found and what was expected: `syntax`, `undeclared`,
 *   `invalid-model`, `cycle`, or `not-supported` for what belongs to SBML's packages.
 */
export function readAntimony(text: string, options: ReadAntimonyOptions = {}): Model {
  const { functions, modules, remarks, passedOver } = withImports(parseAntimony(text), options)
  const main = mainOf(modules)
  checkCalls(functions, modules)
  const said = (kind: 'name' | 'notes', id: string) =>
    remarks.findLast((remark) => remark.kind === kind && remark.of.id === id)?.text
  const definitions = functions.map(({ name: { id, place }, parameters, body }): FunctionDefinition => {
    const name = said('name', id)
    return { id, ...(name === undefined ? {} : { name }), arguments: parameters.map((one) => one.id), body, place }
  })
  const name = said('name', main.name.id)
  const notes = said('notes', main.name.id)
  const model = assemble(
    gather(flatten(main, modules)),
    {
      id: main.name.id,
      ...(name === undefined ? {} : { name }),
      ...(notes === undefined ? {} : { notes }),
      source: { format: 'antimony', version: '2.14' },
      ...(passedOver.length > 0 && { remarks: [ofAnnotations(passedOver)] }),
    },
    definitions,
  )
  checkModel(model)
  return model
}

function ofAnnotations(passedOver: Document['passedOver']): string {
  const counts = new Map<string, number>()
  for (const { word } of passedOver) counts.set(word, (counts.get(word) ?? 0) + 1)
  const words = [...counts].map(([word, count]) => (count > 1 ? `${word} (${count} times)` : word))
  return `annotations are passed over, the first in line ${passedOver[0]!.place.line}: ${words.join(', ')}`
}

/** The document with those that it imports, each once, put before it. */
function withImports(document: Document, { resolve }: ReadAntimonyOptions, seen = new Set<string>()): Document {
  if (document.imports.length === 0) return document
  const parts: Document[] = []
  for (const { file, place } of document.imports) {
    if (seen.has(file)) continue
    seen.add(file)
    if (!resolve)
      throw new DynamicsError('not-supported', `importing "${file}" is not supported here`, {
        element: file,
        place,
        mend: 'put the text of that file in the place of the import',
      })
    parts.push(withImports(parseAntimony(resolve(file)), { resolve }, seen))
  }
  parts.push(document)
  const outer = parts.flatMap(({ modules }) => modules.filter(({ name }) => name.id === outerModel))
  const modules = parts.flatMap((part) => part.modules.filter(({ name }) => name.id !== outerModel))
  const functions = parts.flatMap((part) => part.functions)
  const [first] = outer
  const merged = first ? [{ ...first, statements: outer.flatMap(({ statements }) => statements) }] : []
  checkUnique([...modules, ...functions].map(({ name }) => name))
  return {
    imports: [],
    functions,
    modules: [...modules, ...merged],
    remarks: parts.flatMap(({ remarks }) => remarks),
    passedOver: parts.flatMap(({ passedOver }) => passedOver),
  }
}

function checkUnique(names: readonly Name[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name.id)) throw twice(name)
    seen.add(name.id)
  }
}

function mainOf(modules: readonly ModuleSyntax[]): ModuleSyntax {
  const main =
    modules.findLast((module) => module.main) ?? modules.find(({ name }) => name.id === outerModel) ?? modules.at(-1)
  if (main) return main
  throw new DynamicsError('invalid-model', 'the text has no model in it', {
    place: { line: 1, column: 1 },
    expected: 'statements such as "S -> ; k*S; S = 10; k = 0.5"',
  })
}

/** Every function that is called has to be there. */
function checkCalls(functions: Document['functions'], modules: readonly ModuleSyntax[]): void {
  const known = new Set(functions.map(({ name }) => name.id))
  const check = (formula: Expression | undefined) => {
    if (!formula) return
    for (const part of partsOfFormula(formula)) {
      if (part.kind !== 'call' || known.has(part.function)) continue
      const about = { element: part.function, ...(part.place ? { place: part.place } : {}) }
      if (distributions.has(part.function))
        throw new DynamicsError('not-supported', `random draws (${part.function}) are not supported`, about)
      throw new DynamicsError('undeclared', `there is no function called ${part.function}`, {
        ...about,
        mend: suggestion(part.function, callable(known)) ?? 'functions are defined with "function f(x) … end"',
      })
    }
  }
  for (const { body } of functions) check(body)
  for (const { statements } of modules)
    for (const statement of statements)
      switch (statement.kind) {
        case 'initial':
        case 'assignment':
        case 'rate':
        case 'algebraic':
          check(statement.value)
          break
        case 'constraint':
          check(statement.condition)
          break
        case 'reaction':
          check(statement.rate)
          break
        case 'event':
          for (const formula of [statement.trigger, statement.delay, statement.priority]) check(formula)
          for (const { value } of statement.assignments) check(value)
      }
}
