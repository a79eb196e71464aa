import { readFileSync } from 'node:fs'
import type { StoredModel } from '../contract/index.ts'

type Entry = Omit<StoredModel, 'text'>

const entries: readonly Entry[] = [
  {
    id: 'theophylline',
    title: 'Theophylline by mouth',
    summary: 'One compartment with first-order absorption and elimination; a single dose.',
    citation:
      'Pinheiro JC, Bates DM. Approximations to the log-likelihood function in the nonlinear mixed-effects model. J Comput Graph Stat 1995;4:12–35. doi:10.1080/10618600.1995.10474663',
    suggested: {
      end: 24,
      steps: 240,
      observed: ['C'],
      sets: [
        { name: 'Population', given: {} },
        { name: 'Clearance halved', given: { CL: 0.02 } },
      ],
    },
  },
  {
    id: 'glucose-minimal',
    title: 'Glucose and insulin after intravenous glucose',
    summary:
      'The minimal models of glucose disappearance and of insulin kinetics, joined; parameters of one healthy person.',
    citation:
      'Bergman RN, Ider YZ, Bowden CR, Cobelli C. Quantitative estimation of insulin sensitivity. Am J Physiol 1979;236:E667–E677. doi:10.1152/ajpendo.1979.236.6.E667. Parameters: Pacini G, Bergman RN. MINMOD. Comput Methods Programs Biomed 1986;23:113–122. doi:10.1016/0169-2607(86)90106-9',
    suggested: {
      end: 180,
      steps: 360,
      observed: ['G', 'I'],
      sets: [
        { name: 'As published', given: {} },
        { name: 'Insulin acts half as much', given: { p3: 5.31e-6 } },
      ],
    },
  },
  {
    id: 'van-der-pol',
    title: 'Van der Pol’s oscillator',
    summary: 'A relaxation oscillation, which van der Pol and van der Mark compared with the heartbeat.',
    citation: 'van der Pol B. On relaxation-oscillations. Philos Mag 1926;2:978–992. doi:10.1080/14786442608564127',
    suggested: {
      end: 60,
      steps: 1_200,
      observed: ['x'],
      sets: [
        { name: 'ε = 10', given: {} },
        { name: 'ε = 0.1', given: { epsilon: 0.1 } },
      ],
    },
  },
]

let library: readonly StoredModel[] | undefined

/** The models that come with the installation; their equations are the text files in `library/`. */
export function modelLibrary(): readonly StoredModel[] {
  library ??= entries.map((entry) => ({
    ...entry,
    text: readFileSync(new URL(`./library/${entry.id}.ant`, import.meta.url), 'utf8'),
  }))
  return library
}
