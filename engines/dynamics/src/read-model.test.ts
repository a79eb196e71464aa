import { expect, it } from 'vitest'
import { readModel } from './read-model.ts'
import { writeSbml } from './sbml/write-sbml.ts'

const antimony = "model decay\n  k = 0.5\n  x = 10\n  x' = -k * x\nend"
const cellml = `<?xml version="1.0"?>
<model name="decay" xmlns="http://www.cellml.org/cellml/1.1#" xmlns:xlink="http://www.w3.org/1999/xlink">
  <import xlink:href="part.cellml"><component name="c" component_ref="c"/></import>
</model>`

it('reads each format for what it is', () => {
  const model = readModel(antimony)
  expect(model.source.format).toBe('antimony')
  const again = readModel(writeSbml(model))
  expect(again.source.format).toBe('sbml')
  expect(again.rules).toHaveLength(1)
})

it('hands a CellML model’s imports to whoever can find them', () => {
  const asked: string[] = []
  const resolve = (href: string) => {
    asked.push(href)
    return `<model name="part" xmlns="http://www.cellml.org/cellml/1.1#">
      <component name="c"><variable name="k" units="dimensionless" initial_value="3"/></component></model>`
  }
  expect(readModel(cellml, { resolve }).parameters.map(({ value }) => value)).toContain(3)
  expect(asked).toEqual(['part.cellml'])
})

it('refuses what is none of them, with the line', () => {
  expect(() => readModel('\n<html/>')).toThrow('line 2')
})
