import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSystem, type Model, readModel, type System } from '@counterpart/dynamics'

/** A model to measure with: long enough a run to be timed, in its own unit of time. */
export interface BenchModel {
  readonly name: string
  readonly model: Model
  readonly system: System
  /** What is written down, a state. */
  readonly observed: string
  /** A parameter that members of an ensemble differ in, by up to 10 % from the model's. */
  readonly varied: string
  readonly end: number
  /** Step of the methods with a fixed step. */
  readonly step: number
  readonly fixed: 'runge-kutta-4' | 'rush-larsen'
  /** Part of `end` that ensembles run to. */
  readonly ensemblePart: number
}

/**
 * The MAPK cascade of Huang and Ferrell (PNAS 1996;93:10078): ten enzymatic reactions by mass action, 22 species and 30
 * reactions, the size of many models of BioModels (there it is number 9). µM and seconds; 150/min and 1000/(µM min).
 */
const cascade = (() => {
  const enzymatic = [
    ['KKK', 'E1', 'KKK_P'],
    ['KKK_P', 'E2', 'KKK'],
    ['KK', 'KKK_P', 'KK_P'],
    ['KK_P', 'KKPase', 'KK'],
    ['KK_P', 'KKK_P', 'KK_PP'],
    ['KK_PP', 'KKPase', 'KK_P'],
    ['K', 'KK_PP', 'K_P'],
    ['K_P', 'KPase', 'K'],
    ['K_P', 'KK_PP', 'K_PP'],
    ['K_PP', 'KPase', 'K_P'],
  ] as const
  const reactions = enzymatic.flatMap(([from, enzyme, to], i) => [
    `b${i}: ${from} + ${enzyme} -> C${i}; a${i}*${from}*${enzyme} - d${i}*C${i};`,
    `c${i}: C${i} -> ${to} + ${enzyme}; k${i}*C${i};`,
    `a${i} = 1000/60; d${i} = 150/60; k${i} = 150/60; C${i} = 0;`,
  ])
  return `${reactions.join('\n')}
    E1 = 3e-5; E2 = 3e-4; KKK = 3e-3; KK = 1.2; KKPase = 3e-4; K = 1.2; KPase = 0.12
    KKK_P = 0; KK_P = 0; KK_PP = 0; K_P = 0; K_PP = 0`
})()

/**
 * The MAPK cascade with feedback of Kholodenko (Eur J Biochem 2000;267:1583), which oscillates: 8 species, 10 reactions
 * (number 10 of BioModels). nM and seconds.
 */
const oscillator = `
  v1: MKKK -> MKKK_P; V1*MKKK/((1 + (MAPK_PP/Ki)^n)*(K1 + MKKK)); V1 = 2.5; Ki = 9; n = 1; K1 = 10
  v2: MKKK_P -> MKKK; V2*MKKK_P/(K2 + MKKK_P); V2 = 0.25; K2 = 8
  v3: MKK -> MKK_P; k3*MKKK_P*MKK/(K3 + MKK); k3 = 0.025; K3 = 15
  v4: MKK_P -> MKK_PP; k4*MKKK_P*MKK_P/(K4 + MKK_P); k4 = 0.025; K4 = 15
  v5: MKK_PP -> MKK_P; V5*MKK_PP/(K5 + MKK_PP); V5 = 0.75; K5 = 15
  v6: MKK_P -> MKK; V6*MKK_P/(K6 + MKK_P); V6 = 0.75; K6 = 15
  v7: MAPK -> MAPK_P; k7*MKK_PP*MAPK/(K7 + MAPK); k7 = 0.025; K7 = 15
  v8: MAPK_P -> MAPK_PP; k8*MKK_PP*MAPK_P/(K8 + MAPK_P); k8 = 0.025; K8 = 15
  v9: MAPK_PP -> MAPK_P; V9*MAPK_PP/(K9 + MAPK_PP); V9 = 0.5; K9 = 15
  v10: MAPK_P -> MAPK; V10*MAPK_P/(K10 + MAPK_P); V10 = 0.5; K10 = 15
  MKKK = 90; MKKK_P = 10; MKK = 280; MKK_P = 10; MKK_PP = 10; MAPK = 280; MAPK_P = 10; MAPK_PP = 10`

/** Shared data lies beside the repository, or where the environment says. */
const data = process.env.COUNTERPART_DATA ?? join(import.meta.dirname, '../../shared/data')
const tenTusscher = join(data, 'chaste/cellml/ten_tusscher_model_2006_epi.cellml')

/** The models there are on this machine, and why others are not. */
export function benchModels(): { readonly models: readonly BenchModel[]; readonly missing: readonly string[] } {
  const model = readModel(cascade)
  const oscillating = readModel(oscillator)
  const models: BenchModel[] = [
    {
      name: 'MAPK cascade (22 species, 30 reactions)',
      model,
      system: buildSystem(model),
      observed: 'K_PP',
      varied: 'k3',
      end: 600,
      step: 0.02,
      fixed: 'runge-kutta-4',
      ensemblePart: 0.1,
    },
    {
      name: 'MAPK oscillator (8 species, 10 reactions)',
      model: oscillating,
      system: buildSystem(oscillating),
      observed: 'MAPK_PP',
      varied: 'V9',
      end: 9000,
      step: 1,
      fixed: 'runge-kutta-4',
      ensemblePart: 1,
    },
  ]
  if (!existsSync(tenTusscher)) return { models, missing: [`${tenTusscher} is not there`] }
  const cell = readModel(readFileSync(tenTusscher, 'utf8'))
  models.push({
    name: 'ten Tusscher 2006 epi (19 states)',
    model: cell,
    system: buildSystem(cell),
    observed: 'membrane__V',
    varied: 'L_type_Ca_current__g_CaL',
    end: 300,
    step: 0.01,
    fixed: 'rush-larsen',
    ensemblePart: 0.1,
  })
  return { models, missing: [] }
}
