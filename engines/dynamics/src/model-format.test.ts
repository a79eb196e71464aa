import { expect, it } from 'vitest'
import { DynamicsError } from './errors.ts'
import { modelFormat } from './model-format.ts'

it.each([
  ['S -> ; k*S', 'antimony'],
  ['\n\n// a < b\nmodel m', 'antimony'],
  ['<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core">', 'sbml'],
  ['\uFEFF<?xml version="1.0"?>\n<!-- <model> -->\n<s:sbml xmlns:s="http://www.sbml.org/sbml/level2">', 'sbml'],
  ['<?xml version="1.0"?><model name="x" xmlns="http://www.cellml.org/cellml/1.0#">', 'cellml'],
  ['<c:model xmlns:c="http://www.cellml.org/cellml/2.0#"/>', 'cellml'],
  ['<!DOCTYPE sbml [<!ENTITY a "<b>">]><sbml/>', 'sbml'],
  ['<!DOCTYPE model SYSTEM "cellml.dtd"><model xmlns=\'http://www.cellml.org/cellml/1.1#\'/>', 'cellml'],
])('%j is %s', (text, format) => {
  expect(modelFormat(text)).toBe(format)
})

it.each([
  ['', 'there is no text'],
  [' \n', 'there is no text'],
  ['<html><sbml/></html>', '<html>'],
  ['<model name="x"/>', '<model>'],
  ['<?xml version="1.0"', 'missing'],
  ['\n\n<!-- never closed', 'line 3'],
])('%j is refused', (text, words) => {
  expect(() => modelFormat(text)).toThrow(DynamicsError)
  expect(() => modelFormat(text)).toThrow(words)
})
