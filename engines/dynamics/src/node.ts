/**
 * What runs: formulas with everything resolved, as a graph in which equal parts are one node. Made by a {@link Graph}
 * only, so that two nodes are equal exactly when they are the same object.
 */
export type Node =
  | { readonly op: 'number'; readonly index: number; readonly value: number }
  | { readonly op: 'time'; readonly index: number }
  /** A place in the states, the parameters or the unknowns of a {@link System}. */
  | { readonly op: 'state' | 'parameter' | 'unknown'; readonly index: number; readonly slot: number }
  /** What the {@link Lag} `slot` of the system gives. */
  | { readonly op: 'lag'; readonly index: number; readonly slot: number }
  | { readonly op: UnaryOp; readonly index: number; readonly a: Node }
  | { readonly op: BinaryOp; readonly index: number; readonly a: Node; readonly b: Node }
  /** `b` if `a` is not 0, else `c`. */
  | { readonly op: 'if'; readonly index: number; readonly a: Node; readonly b: Node; readonly c: Node }

/** Few, so that each compiler needs few: the readers' other operators are put together from these. Truth is 1 and 0. */
export type UnaryOp =
  | 'neg'
  | 'not'
  | 'abs'
  | 'sqrt'
  | 'exp'
  | 'expm1'
  | 'ln'
  /** Of its own, because ln x / ln 10 is not whole where it should be. */
  | 'log10'
  | 'floor'
  | 'ceiling'
  | 'factorial'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'arcsin'
  | 'arccos'
  | 'arctan'
  | 'arcsinh'
  | 'arccosh'
  | 'arctanh'
/** A graph makes `power` with a constant whole exponent up to 16 into products; `rem` has the dividend's sign. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'power'
  | 'rem'
  | 'min'
  | 'max'
  | 'lt'
  | 'le'
  | 'eq'
  | 'ne'
  | 'and'
  | 'or'

/** Children before parents: `index` grows with the order of making. */
export interface Graph {
  number(value: number): Node
  readonly time: Node
  state(slot: number): Node
  parameter(slot: number): Node
  unknown(slot: number): Node
  lag(slot: number): Node
  /** Folds constants and drops what does nothing, without changing any value a run could see (not even rounding, except 0 + x, 1 · x and x / 1). */
  unary(op: UnaryOp, a: Node): Node
  binary(op: BinaryOp, a: Node, b: Node): Node
  if(condition: Node, then: Node, otherwise: Node): Node
  readonly size: number
}
