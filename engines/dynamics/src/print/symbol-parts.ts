/** A symbol as it is drawn: `alpha_m` is α with the subscript m, `k12` is k with 12, `tau_f_Ca` is τ with f and Ca. */
export interface SymbolParts {
  readonly base: string
  readonly subscripts: readonly string[]
}

const letters: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  upsilon: 'υ',
  phi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Xi: 'Ξ',
  Pi: 'Π',
  Sigma: 'Σ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
}

/** Greek letter to its English name, for LaTeX. */
export const greekNames: ReadonlyMap<string, string> = new Map(
  Object.entries(letters).map(([name, letter]) => [letter, name]),
)

/** Takes a symbol's id apart at its underscores and before its last digits. */
export function symbolParts(id: string): SymbolParts {
  const [first, ...rest] = id.split('_')
  // What starts or ends with an underscore, or has two in a row, means something by it: left as it is.
  if (!first || rest.includes('')) return { base: id, subscripts: [] }
  const [, word = first, digits = ''] = /^(\p{L}+)(\d+)$/u.exec(first) ?? []
  return { base: greek(word), subscripts: [...(digits ? [digits] : []), ...rest.map(greek)] }
}

function greek(word: string): string {
  return Object.hasOwn(letters, word) ? letters[word]! : word
}
