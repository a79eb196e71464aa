import {
  carryOn,
  coverageLevels,
  type Forecast,
  noScores,
  type Picture,
  type PlannedIntervention,
  parseTwinId,
  type Scenario,
  type ScoreTotals,
  type SubjectId,
  skill,
  type TwinDefinition,
  type TwinId,
} from '@counterpart/kernel'
import { wilsonInterval } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  beliefHistory,
  type ForecastBands,
  forecastBands,
  forecastHistory,
  type Score,
  scores,
  type TwinState as TwinStateAnswer,
  twinKind,
  twinState,
  whatIf,
  whatIfRequest,
} from '../contract/index.ts'
import { accessOf, type Env, requireKnown } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { beliefHash } from '../twins/belief-hash.ts'
import { computeJob, forecastTimes, picturesOf } from '../twins/compute.ts'
import type { BeliefUpdated, ForecastScored } from '../twins/events.ts'
import { movesByItself } from '../twins/live-twin.ts'
import { bandsOf, differenceBands, summariseForecast, summariseVariables } from '../twins/summaries.ts'
import { totalsOf } from '../twins/twin-state.ts'
import { layoutOf } from '../work/clinic-state.ts'
import { guardPicture } from '../work/guard-picture.ts'
import { requireGroups } from '../work/require-groups.ts'
import { copyPicture, describeDefinition } from './describe.ts'
import { instantParameter, jsonBody, jsonOf, numberParameter, problems } from './openapi.ts'

const twinPath = z.object({ id: z.string() })
const historyPointsAtMost = 500

/** A twin named in a path. Throws `not-found` when there is no such kind or subject. */
export function twinFrom(
  platform: Platform,
  id: string,
): { definition: TwinDefinition; subject: SubjectId; twin: TwinId } {
  const parsed = parseTwinId(id)
  const definition = parsed && platform.definitions.find((each) => each.kind === parsed.kind)
  if (!parsed || !definition || !platform.follows(definition, parsed.subject)) throw notFound(`twin "${id}"`)
  return { definition, subject: parsed.subject, twin: id as TwinId }
}

/** What twins hold true, expect, and how well they did. */
export function twinRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twin-kinds',
      summary: 'The kinds of twin that this platform runs',
      responses: { 200: jsonOf(z.object({ kinds: z.array(twinKind) }), 'The kinds'), ...problems(401) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('view-trust')
      return context.json({ kinds: platform.definitions.map(describeDefinition) })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}',
      summary: 'What a twin holds true now',
      request: { params: twinPath },
      responses: { 200: jsonOf(twinState, 'Its belief'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { definition, subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('view-observations', { subject })
      await requireKnown(platform, subject)
      return context.json(await describeTwin(platform, definition, subject, twin))
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/history',
      summary: 'How its belief has moved',
      request: {
        params: twinPath,
        query: z.object({ from: instantParameter.optional(), to: instantParameter.optional() }),
      },
      responses: { 200: jsonOf(beliefHistory, 'Beliefs, oldest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('view-observations', { subject })
      await requireKnown(platform, subject)
      const { from, to } = context.req.valid('query')
      const points = []
      const span = { validFrom: from ?? platform.clock() - 2 * 3_600_000, ...(to === undefined ? {} : { validAt: to }) }
      for await (const event of platform.thread.read(twin, { types: ['belief.updated'], ...span })) {
        if (event.payload === null) continue
        const { asOf, quantities, variables } = event.payload as unknown as BeliefUpdated
        points.push({ asOf, recorded: event.recorded, event: event.id, quantities, variables })
      }
      points.sort((a, b) => a.asOf - b.asOf)
      const every = Math.ceil(points.length / historyPointsAtMost)
      return context.json({ points: points.filter((_, i) => i % every === 0 || i === points.length - 1) })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/forecast',
      summary: 'The newest forecast of carrying on as now',
      request: { params: twinPath },
      responses: { 200: jsonOf(forecastBands, 'The forecast'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('view-observations', { subject })
      await requireKnown(platform, subject)
      const { forecast } = await platform.twins.get(twin)
      if (!forecast) throw notFound('forecast yet: the twin makes one when it has taken in its first measurements')
      const { madeAt, times, scenario, bands } = forecast
      const outdated = platform.host.forecastOutdated(twin, madeAt)
      return context.json({ madeAt, times: [...times], scenario, quantities: copyBands(bands), outdated })
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/twins/{id}/what-if',
      summary: 'What would happen under a scenario, beside carrying on',
      request: { params: twinPath, body: jsonBody(whatIfRequest) },
      responses: { 200: jsonOf(whatIf, 'Both, and their difference'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const { definition, subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('run-what-if', { subject })
      await requireKnown(platform, subject)
      const request = context.req.valid('json')
      const loop = await platform.host.loop(definition.kind, subject)
      const belief = loop && platform.host.present(definition.kind, loop)
      if (!loop || !belief) throw notFound('belief yet: the twin needs a first measurement')
      await requireGroups(platform, subject, [...request.interventions, ...(request.beside ?? [])])
      const now = Math.max(platform.clock(), belief.asOf)
      const scenario: Scenario = {
        id: 'what-if',
        name: 'What if',
        interventions: planned(definition, request.interventions, now),
      }
      const scenarios = [carryOn, scenario]
      const besides: Scenario[] = request.beside
        ? [{ id: 'beside', name: 'Beside', interventions: planned(definition, request.beside, now) }]
        : []
      const times = [now, ...forecastTimes(definition, now, request.horizon)]
      const started = performance.now()
      const { forecasts } = await platform.pool.run(
        computeJob(twin, belief, loop.treatments, { kind: 'forecast', scenarios: [...scenarios, ...besides], times }),
        true,
      )
      const [without, withIt, other] = forecasts as readonly [Forecast, Forecast, Forecast?]
      const name = pictureAsked(definition, request.picture)
      const pictures =
        name !== undefined
          ? (
              await platform.pool.run(
                computeJob(twin, belief, loop.treatments, { kind: 'picture', scenarios, name }),
                true,
              )
            ).pictures
          : undefined
      const layout = subject.startsWith('clinic/') ? await layoutOf(platform.subjects, subject) : undefined
      const shown = (made: Picture) => (layout ? guardPicture(copyPicture(made), layout) : copyPicture(made))
      return context.json({
        carryOn: answerBands(without),
        scenario: answerBands(withIt),
        difference: copyBands(differenceBands(withIt, without)),
        beside: other
          ? {
              scenario: answerBands(other),
              difference: copyBands(differenceBands(other, without)),
              between: copyBands(differenceBands(withIt, other)),
            }
          : null,
        picture: pictures?.[1] ? { carryOn: shown(pictures[0]!), scenario: shown(pictures[1]) } : null,
        milliseconds: Math.round(performance.now() - started),
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/forecasts',
      summary: 'Past forecasts of a quantity beside what was then measured',
      request: {
        params: twinPath,
        query: z.object({
          quantity: z.string(),
          from: instantParameter.optional(),
          to: instantParameter.optional(),
          lead: numberParameter.optional(),
        }),
      },
      responses: { 200: jsonOf(forecastHistory, 'Scored forecasts, newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { definition, subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('view-observations', { subject })
      await requireKnown(platform, subject)
      const { quantity, from, to, lead } = context.req.valid('query')
      const scored = []
      const span = {
        validFrom: from ?? platform.clock() - 24 * 3_600_000,
        ...(to === undefined ? {} : { validAt: to }),
      }
      for await (const event of platform.thread.read(twin, { types: ['forecast.scored'], descending: true, ...span })) {
        const score = event.payload as unknown as ForecastScored | null
        if (score === null || score.quantity !== quantity || (lead !== undefined && score.lead !== lead)) continue
        const { madeAt, at, predicted, observed, crps, persistenceCrps } = score
        scored.push({ madeAt, at, lead: score.lead, predicted, observed, crps, persistenceCrps, event: event.id })
        if (scored.length >= historyPointsAtMost) break
      }
      const unit = definition.quantities.find((each) => each.name === quantity)?.unit ?? ''
      return context.json({ quantity, unit, scored })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/scores',
      summary: 'How well its forecasts did: CRPS against persistence, coverage, calibration',
      request: { params: twinPath },
      responses: { 200: jsonOf(scores, 'Scores by quantity and lead'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { definition, subject, twin } = twinFrom(platform, context.req.valid('param').id)
      await (await accessOf(platform, context)).require('view-trust', { subject })
      await requireKnown(platform, subject)
      const state = await platform.twins.get(twin)
      const rows = definition.quantities
        .filter(({ name, channel }) => channel !== undefined || totalsOf(state, name).count > 0)
        .flatMap((quantity): Score[] => {
          const leads = definition.cadence.forecastSteps.filter((step) => state.scores[`${quantity.name}|${step}`])
          return [
            scoreRow(quantity, null, totalsOf(state, quantity.name)),
            ...leads.map((step) => scoreRow(quantity, step, state.scores[`${quantity.name}|${step}`] ?? noScores)),
          ]
        })
      return context.json({ scores: rows })
    },
  )
}

async function describeTwin(
  platform: Platform,
  definition: TwinDefinition,
  subject: SubjectId,
  twin: TwinId,
): Promise<TwinStateAnswer> {
  const loop = (await platform.host.loop(definition.kind, subject))!
  const state = await platform.twins.get(twin)
  const facts = await platform.subjects.get(subject)
  const kept = loop.belief
  const belief = platform.host.present(definition.kind, loop)
  const context = loop.contextAt(belief?.asOf ?? platform.clock())
  const prior = definition.begin(
    { id: subject, kind: definition.subjectKind },
    belief?.asOf ?? platform.clock(),
    {},
    context,
  )
  const priorFigures = summariseVariables(prior.ensemble)
  const figures = belief ? summariseVariables(belief.ensemble) : priorFigures
  const standing = belief ?? prior
  const times = [standing.asOf]
  const job = { kind: 'forecast', scenarios: [carryOn], times } as const
  const estimate = movesByItself(definition)
    ? (await platform.pool.run(computeJob(twin, standing, loop.treatments, job), true)).forecasts![0]!
    : definition.forecast(standing, carryOn, times, context)
  return {
    id: twin,
    kind: definition.kind,
    version: definition.version,
    subject,
    asOf: belief?.asOf ?? null,
    beliefHash: kept ? beliefHash(kept) : '',
    beliefEvent: state.belief?.event ?? null,
    variables: definition.variables.map((variable) => ({
      ...variable,
      belief: figures[variable.name]!,
      prior: priorFigures[variable.name]!,
    })),
    quantities: definition.quantities
      .filter((quantity) => estimate.quantities[quantity.name])
      .map((quantity) => ({
        name: quantity.name,
        label: quantity.label,
        unit: quantity.unit,
        digits: quantity.digits,
        headline: quantity.headline ?? false,
        channel: quantity.channel ?? null,
        reference: quantity.reference ? [...quantity.reference] : null,
        estimate: summariseForecast(estimate, quantity.name, 0),
      })),
    treatments: loop.treatments.map((treatment) => {
      const intervention = definition.interventions.find((each) => each.name === treatment.intervention)
      return {
        intervention: treatment.intervention,
        label: intervention?.label ?? treatment.intervention,
        dose: treatment.dose,
        unit: intervention?.unit ?? '',
        from: treatment.from,
        until: treatment.until ?? null,
        event: facts.treatments[treatment.id]?.event ?? null,
      }
    }),
  }
}

type PlannedInWords = NonNullable<z.infer<typeof whatIfRequest>['beside']>[number]

/** Interventions as asked for, with their start filled in. Throws `intervention-invalid` (422) with what is allowed. */
function planned(definition: TwinDefinition, asked: readonly PlannedInWords[], now: number): PlannedIntervention[] {
  return asked.map(({ intervention: name, dose, on, from, until }) => {
    const intervention = definition.interventions.find((each) => each.name === name)
    if (!intervention)
      throw new RequestError(
        422,
        'intervention-invalid',
        `This twin has no intervention "${name}"; it has ${definition.interventions.map((each) => each.name).join(', ') || 'none'}.`,
      )
    const { low, high } = intervention.dose
    if (dose < low || dose > high)
      throw new RequestError(
        422,
        'intervention-invalid',
        `${intervention.label}: a dose of ${dose} ${intervention.unit} is outside ${low} to ${high} ${intervention.unit}.`,
      )
    const start = from ?? now
    if (until !== undefined && until <= start)
      throw new RequestError(
        422,
        'intervention-invalid',
        `${intervention.label}: it ends (${new Date(until).toISOString()}) no later than it begins (${new Date(start).toISOString()}).`,
      )
    return {
      intervention: name,
      dose,
      ...(on === undefined ? {} : { on }),
      from: start,
      ...(until === undefined ? {} : { until }),
    }
  })
}

function scoreRow(quantity: TwinDefinition['quantities'][number], lead: number | null, totals: ScoreTotals): Score {
  const { count } = totals
  return {
    quantity: quantity.name,
    label: quantity.label,
    unit: quantity.unit,
    lead,
    count,
    meanCrps: count === 0 ? null : totals.crps / count,
    persistenceCrps: count === 0 ? null : totals.persistenceCrps / count,
    skill: skill(totals),
    coverage:
      count === 0
        ? []
        : coverageLevels.map((level, i) => {
            const { estimate, low, high } = wilsonInterval(totals.covered[i]!, count)
            return { level, observed: estimate, low, high }
          }),
    pit: [...totals.pit],
  }
}

function answerBands(forecast: Forecast): ForecastBands {
  return {
    madeAt: forecast.madeAt,
    times: [...forecast.times],
    scenario: { id: forecast.scenario.id, name: forecast.scenario.name },
    quantities: copyBands(bandsOf(forecast)),
  }
}

function copyBands(bands: ReturnType<typeof bandsOf>): ForecastBands['quantities'] {
  return Object.fromEntries(
    Object.entries(bands).map(([name, { unit, p05, p25, p50, p75, p95 }]) => [
      name,
      { unit, p05: [...p05], p25: [...p25], p50: [...p50], p75: [...p75], p95: [...p95] },
    ]),
  )
}

/** The picture that a what-if is to draw with it: none, the first, or the one named. Throws `not-found`. */
function pictureAsked(definition: TwinDefinition, asked: boolean | string | undefined): string | undefined {
  if (asked === undefined || asked === false) return undefined
  const offers = picturesOf(definition).filter(({ audience }) => audience === undefined)
  if (asked === true) return offers[0]?.name
  if (!offers.some((each) => each.name === asked)) throw notFound(`picture "${asked}"`)
  return asked
}
