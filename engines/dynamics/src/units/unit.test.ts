import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printUnit } from './print-unit.ts'
import { standardUnits } from './standard-units.ts'
import { dimensionless, divideUnits, multiplyUnits, raiseUnit, sameDimension, sameFactor, type Unit } from './unit.ts'

const standard = (name: string): Unit => standardUnits.get(name)!
const same = (a: Unit, b: Unit) => sameDimension(a, b) && sameFactor(a, b)

// Avogadro's number to high powers leaves the range of double precision.
const names = [...standardUnits.keys()].filter((name) => name !== 'avogadro')
const anyUnit = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: -3, max: 3 })), { maxLength: 4 })
  .map((factors) =>
    factors.reduce((unit, [name, exponent]) => multiplyUnits(unit, raiseUnit(standard(name), exponent)), dimensionless),
  )

describe('the algebra of units', () => {
  test('what is divided by what it was multiplied by is what it was', () => {
    fc.assert(fc.property(anyUnit, anyUnit, (a, b) => same(divideUnits(multiplyUnits(a, b), b), a)))
  })

  test('roots undo powers, also where exponents are fractions', () => {
    fc.assert(
      fc.property(anyUnit, fc.constantFrom(2, 3, 7, 1 / 3, 2 / 7, -1.5), (unit, exponent) =>
        same(raiseUnit(raiseUnit(unit, exponent), 1 / exponent), unit),
      ),
    )
  })

  test('units of other dimensions are never the same', () => {
    fc.assert(
      fc.property(anyUnit, fc.constantFrom('metre', 'item', 'volt'), (unit, other) => {
        return !sameDimension(multiplyUnits(unit, standard(other)), unit)
      }),
    )
  })
})

describe('the standard units agree with each other', () => {
  const product = (...factors: [name: string, exponent: number][]): Unit =>
    factors.reduce((unit, [name, exponent]) => multiplyUnits(unit, raiseUnit(standard(name), exponent)), dimensionless)
  test.each<[string, [string, number][]]>([
    [
      'newton',
      [
        ['kilogram', 1],
        ['metre', 1],
        ['second', -2],
      ],
    ],
    [
      'pascal',
      [
        ['newton', 1],
        ['metre', -2],
      ],
    ],
    [
      'joule',
      [
        ['newton', 1],
        ['metre', 1],
      ],
    ],
    [
      'watt',
      [
        ['joule', 1],
        ['second', -1],
      ],
    ],
    [
      'coulomb',
      [
        ['ampere', 1],
        ['second', 1],
      ],
    ],
    [
      'volt',
      [
        ['watt', 1],
        ['ampere', -1],
      ],
    ],
    [
      'ohm',
      [
        ['volt', 1],
        ['ampere', -1],
      ],
    ],
    ['siemens', [['ohm', -1]]],
    [
      'farad',
      [
        ['coulomb', 1],
        ['volt', -1],
      ],
    ],
    [
      'weber',
      [
        ['volt', 1],
        ['second', 1],
      ],
    ],
    [
      'tesla',
      [
        ['weber', 1],
        ['metre', -2],
      ],
    ],
    [
      'henry',
      [
        ['weber', 1],
        ['ampere', -1],
      ],
    ],
    [
      'lux',
      [
        ['lumen', 1],
        ['metre', -2],
      ],
    ],
    [
      'gray',
      [
        ['joule', 1],
        ['kilogram', -1],
      ],
    ],
    ['sievert', [['gray', 1]]],
    [
      'katal',
      [
        ['mole', 1],
        ['second', -1],
      ],
    ],
    ['becquerel', [['hertz', 1]]],
    ['litre', [['liter', 1]]],
    ['metre', [['meter', 1]]],
  ])('%s', (name, factors) => {
    expect(same(standard(name), product(...factors))).toBe(true)
  })

  test('and their factors', () => {
    expect(standard('gram').factor / standard('kilogram').factor).toBeCloseTo(1e-3, 15)
    expect(standard('litre').factor).toBeCloseTo(0.1 ** 3, 15)
  })
})

test('units are written in the author’s words and in base units', () => {
  const millivolt = { ...standard('volt'), factor: 1e-3, names: new Map([['mV', 1]]) }
  const slope = divideUnits(millivolt, raiseUnit(standard('second'), 0.5))
  expect(printUnit(slope)).toBe('mV second^(-1/2) (kg m² s^(-7/2) A⁻¹)')
  expect(printUnit(millivolt, { scale: true })).toBe('mV (0.001 kg m² s⁻³ A⁻¹)')
  expect(printUnit(dimensionless)).toBe('dimensionless')
  expect(printUnit(raiseUnit(standard('metre'), 12))).toBe('metre¹² (m¹²)')
})
