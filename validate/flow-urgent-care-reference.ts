// Published and measured figures of the treatment-centre model treat-sim 2.2.0 (MIT), means with 95 % half-widths in minutes.

export const scenarios = ['base', 'triage+1', 'exam+1', 'treat+1', 'swap_exam_treat', 'short_exam'] as const
export type Scenario = (typeof scenarios)[number]

/** A mean and half the width of its 95 % interval. */
export type Cell = readonly [mean: number, halfWidth: number]

const row = (...cells: readonly Cell[]): Readonly<Record<Scenario, Cell>> =>
  Object.fromEntries(scenarios.map((name, i) => [name, cells[i]!])) as Record<Scenario, Cell>
const same = (cell: Cell) => row(cell, cell, cell, cell, cell, cell)

/** 4,000 replications of the Python program by scenario. Cells that its common random numbers make equal are equal. */
export const legacyTable: Readonly<Record<string, Readonly<Record<Scenario, Cell>>>> = {
  arrivals: same([226.82, 0.49]),
  'triage wait': row([30.57, 0.54], [1.287, 0.026], [30.57, 0.54], [30.57, 0.54], [1.287, 0.026], [1.287, 0.026]),
  'registration wait': row(
    [103.47, 0.75],
    [129.31, 0.93],
    [103.47, 0.75],
    [103.47, 0.75],
    [129.31, 0.93],
    [129.31, 0.93],
  ),
  'examination wait': row([25.24, 0.27], [25.99, 0.28], [0.1464, 0.0024], [25.24, 0.27], [150.94, 0.43], [65.85, 0.34]),
  'non-trauma treatment wait': row(
    [133.49, 0.8],
    [135.49, 0.8],
    [148.78, 0.8],
    [2.112, 0.028],
    [30.29, 0.55],
    [107.52, 0.84],
  ),
  'total time non-trauma': row(
    [228.06, 0.76],
    [225.74, 0.77],
    [216.59, 0.78],
    [185.78, 0.78],
    [277.34, 0.68],
    [238.76, 0.75],
  ),
  'trauma wait': row([151.84, 2.35], [171.44, 2.53], [151.84, 2.35], [151.84, 2.35], [171.44, 2.53], [171.44, 2.53]),
  'trauma treatment wait': row(
    [17.79, 0.41],
    [18.54, 0.43],
    [17.79, 0.41],
    [17.79, 0.41],
    [18.54, 0.43],
    [18.54, 0.43],
  ),
  'total time trauma': row(
    [290.87, 2.33],
    [283.12, 2.45],
    [290.87, 2.33],
    [290.87, 2.33],
    [283.12, 2.45],
    [283.12, 2.45],
  ),
  throughput: row([163.68, 0.27], [164.4, 0.27], [167.35, 0.28], [195.95, 0.22], [139.06, 0.2], [157.92, 0.26]),
}

/** The same program, base scenario. */
export const legacyUtilisations: Readonly<Record<string, Cell>> = {
  'triage utilisation': [0.597, 0.0018],
  'registration utilisation': [0.8391, 0.0012],
  'examination utilisation': [0.8513, 0.0009],
  'non-trauma treatment utilisation': [0.8694, 0.001],
  'trauma utilisation': [0.8399, 0.0036],
  'trauma treatment utilisation': [0.5016, 0.0031],
}

/** An independent program, base scenario, 20,000 replications: with the Python program's arrivals. */
export const secondLegacy: Readonly<Record<string, Cell>> = {
  'triage wait': [30.63, 0.24],
  'registration wait': [103.22, 0.34],
  'examination wait': [25.35, 0.12],
  'non-trauma treatment wait': [133.65, 0.36],
  'total time non-trauma': [228.09, 0.34],
  'trauma wait': [149.58, 1.04],
  'trauma treatment wait': [17.92, 0.19],
  'total time trauma': [289.5, 1],
  throughput: [163.66, 0.12],
}

/** The same with correct arrivals. Half-widths other than that of triage were not noted; these are `secondLegacy`'s. */
export const exactArrivals: Readonly<Record<string, Cell>> = {
  arrivals: [227.22, 0.22],
  'triage wait': [31.48, 0.25],
  'registration wait': [104, 0.34],
  'examination wait': [25.3, 0.12],
  'non-trauma treatment wait': [134.77, 0.36],
  throughput: [165.98, 0.12],
}

/** How many times smaller the variance of a difference from base is with common random numbers in the Python program. */
export const varianceRatios = [
  ['exam+1', 'total time non-trauma', 46],
  ['exam+1', 'throughput', 26],
  ['treat+1', 'total time non-trauma', 8.1],
  ['treat+1', 'throughput', 3.1],
] as const
