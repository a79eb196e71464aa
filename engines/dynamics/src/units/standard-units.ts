import { namedUnit, type Unit } from './unit.ts'

const make = (factor: number, dimension: Record<string, number>): Omit<Unit, 'names'> => ({
  dimension: new Map(Object.entries(dimension)),
  factor,
})

/**
 * The units that SBML (Level 3 Version 2, table 2 of section 4.4.2) and CellML (2.0, table 1 of section 3.2) know by
 * name, in base units of the SI. `item` counts things and is a dimension of its own, as SBML has it; `avogadro` is a
 * dimensionless number of them.
 */
const definitions: Readonly<Record<string, Omit<Unit, 'names'>>> = {
  ampere: make(1, { A: 1 }),
  avogadro: make(6.02214179e23, {}),
  becquerel: make(1, { s: -1 }),
  candela: make(1, { cd: 1 }),
  coulomb: make(1, { s: 1, A: 1 }),
  dimensionless: make(1, {}),
  farad: make(1, { kg: -1, m: -2, s: 4, A: 2 }),
  gram: make(0.001, { kg: 1 }),
  gray: make(1, { m: 2, s: -2 }),
  henry: make(1, { kg: 1, m: 2, s: -2, A: -2 }),
  hertz: make(1, { s: -1 }),
  item: make(1, { item: 1 }),
  joule: make(1, { kg: 1, m: 2, s: -2 }),
  katal: make(1, { mol: 1, s: -1 }),
  kelvin: make(1, { K: 1 }),
  kilogram: make(1, { kg: 1 }),
  liter: make(0.001, { m: 3 }),
  litre: make(0.001, { m: 3 }),
  lumen: make(1, { cd: 1 }),
  lux: make(1, { cd: 1, m: -2 }),
  meter: make(1, { m: 1 }),
  metre: make(1, { m: 1 }),
  mole: make(1, { mol: 1 }),
  newton: make(1, { kg: 1, m: 1, s: -2 }),
  ohm: make(1, { kg: 1, m: 2, s: -3, A: -2 }),
  pascal: make(1, { kg: 1, m: -1, s: -2 }),
  radian: make(1, {}),
  second: make(1, { s: 1 }),
  siemens: make(1, { kg: -1, m: -2, s: 3, A: 2 }),
  sievert: make(1, { m: 2, s: -2 }),
  steradian: make(1, {}),
  tesla: make(1, { kg: 1, s: -2, A: -1 }),
  volt: make(1, { kg: 1, m: 2, s: -3, A: -1 }),
  watt: make(1, { kg: 1, m: 2, s: -3 }),
  weber: make(1, { kg: 1, m: 2, s: -2, A: -1 }),
}

/** Units that need no definition, by name. */
export const standardUnits: ReadonlyMap<string, Unit> = new Map(
  Object.entries(definitions).map(([name, unit]) => [name, namedUnit(name, { ...unit, names: new Map() })]),
)

/** Their scale has another zero than the kelvin's, so no product of powers gives them. */
export const unitsWithOffset: ReadonlySet<string> = new Set(['celsius', 'Celsius'])
