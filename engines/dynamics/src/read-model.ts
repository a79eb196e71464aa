import { readAntimony } from './antimony/read-antimony.ts'
import { readCellml } from './cellml/read-cellml.ts'
import type { Model } from './model.ts'
import { modelFormat } from './model-format.ts'
import { readSbml } from './sbml/read-sbml.ts'

export interface ReadModelOptions {
  /** Gives the text of a file that a model in CellML or Antimony imports; throws where it cannot. */
  readonly resolve?: (href: string) => string
}

/**
 * Reads a model from Antimony, SBML or CellML, whichever it is.
 *
 * @example readModel('S -> ; k*S; S = 10; k = 0.5').source.format // 'antimony'
 * @throws DynamicsError that names the element and line of what is wrong
 */
export function readModel(text: string, options: ReadModelOptions = {}): Model {
  switch (modelFormat(text)) {
    case 'antimony':
      return readAntimony(text, options)
    case 'sbml':
      return readSbml(text)
    case 'cellml':
      return readCellml(text, options)
  }
}
