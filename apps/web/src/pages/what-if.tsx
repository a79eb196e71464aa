import type { SummaryFigures, TwinState, WhatIf } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { twinQuery, whatIfQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { BehindChart } from '../charts/chart-frame.tsx'
import { aheadOf, emptyCourse, openingAt } from '../charts/course.ts'
import { Curves } from '../charts/curves.tsx'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import { describeDifference } from '../format/describe.ts'
import { formatNumber, writeInterval } from '../format/number.ts'
import { writeLead, writeMoment } from '../format/time.ts'
import { serverNow } from '../live/clock.ts'
import { Estimate, Section, useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import type { Branch } from '../router.tsx'
import { strings as t } from '../strings.ts'
import { branchLetter, type PlanTimes, planOf, timed } from './plan.ts'
import { PlanEditor } from './plan-editor.tsx'
import { PressureCompared } from './pressure-compared.tsx'
import { useSubjectView } from './subject-context.ts'
import s from './what-if.module.css'

const empty: Branch = { n: '', d: {} }

export function WhatIfPage() {
  const { twin, kind } = useSubjectView()
  const search = useSearch({ from: '/inside/subjects/$kind/$id/what-if' })
  const navigate = useNavigate({ from: '/subjects/$kind/$id/what-if' })
  const may = useMay('run-what-if')
  const state = useQuery(twinQuery(twin!.id))
  const branches = search.b ?? [empty]
  const active = Math.min(search.a ?? 0, branches.length - 1)
  const branch = branches[active]!
  // What is being dragged is shown at once and written into the address (and asked of the server) a moment later.
  const [draft, setDraft] = useState<{ doses: Readonly<Record<string, number>> } | null>(null)
  const doses = draft ? draft.doses : branch.d
  const [shared, setShared] = useState(false)

  const write = (next: readonly Branch[], at: number) =>
    void navigate({
      search: (before) => ({ ...before, b: [...next], a: at || undefined }),
      replace: true,
      resetScroll: false,
    })
  const writeRef = useRef(write)
  writeRef.current = write
  const branchesRef = useRef(branches)
  branchesRef.current = branches
  useEffect(() => {
    if (!draft) return
    const wait = setTimeout(() => {
      writeRef.current(
        branchesRef.current.map((each, index) => (index === active ? { ...each, d: draft.doses } : each)),
        active,
      )
      setDraft(null)
    }, 200)
    return () => clearTimeout(wait)
  }, [draft, active])

  const inForce = useMemo(
    () => new Map(state.data?.treatments.map((each) => [each.intervention, each.dose]) ?? []),
    [state.data?.treatments],
  )
  // The same question is asked once: what begins in an hour begins an hour after it was first asked.
  const asked = JSON.stringify(branch)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a branch that says the same is the same
  const plan = useMemo(() => {
    const now = serverNow()
    const times = timesOf(branch)
    return planOf(kind?.interventions ?? [], branch.d).map((each) => timed(each, times[each.intervention], now))
  }, [asked, kind])
  if (!may) return <p className={p.empty}>{t.whatIf.refused}</p>
  if (state.error && !state.data) return <ProblemNote error={state.error} />
  if (!state.data || !kind) return <Loading />
  const nameOf = (each: Branch, index: number) => each.n || t.whatIf.untitled(branchLetter(index))
  return (
    <div className={p.page}>
      <div className={s.bench}>
        <div className={s.controls}>
          <fieldset className={s.branches} style={{ border: 0, margin: 0, padding: 0 }}>
            <legend className="hidden">{t.whatIf.branches}</legend>
            {branches.map((each, index) => (
              <button
                // biome-ignore lint/suspicious/noArrayIndexKey: branches are known by their place
                key={index}
                type="button"
                className={s.branch}
                aria-pressed={index === active}
                onClick={() => {
                  setDraft(null)
                  write(branches, index)
                }}
              >
                {nameOf(each, index)}
              </button>
            ))}
            <button type="button" className={p.link} onClick={() => write([...branches, empty], branches.length)}>
              + {t.whatIf.newBranch}
            </button>
          </fieldset>
          <div className={s.branches}>
            <label>
              <span className="hidden">{t.whatIf.nameBranch}</span>
              <input
                className={p.input}
                value={branch.n}
                maxLength={60}
                placeholder={t.whatIf.untitled(branchLetter(active))}
                onChange={(event) =>
                  write(
                    branches.map((each, index) => (index === active ? { ...each, n: event.target.value } : each)),
                    active,
                  )
                }
              />
            </label>
            <button
              type="button"
              className={p.link}
              onClick={() => write([...branches, { ...branch, n: '', d: doses }], branches.length)}
            >
              {t.whatIf.copyBranch}
            </button>
            {branches.length > 1 ? (
              <button
                type="button"
                className={p.link}
                onClick={() =>
                  write(
                    branches.filter((_, index) => index !== active),
                    0,
                  )
                }
              >
                {t.whatIf.removeBranch}
              </button>
            ) : null}
            <button
              type="button"
              className={p.link}
              onClick={() => {
                void navigator.clipboard?.writeText(window.location.href).then(() => setShared(true))
              }}
            >
              {shared ? t.whatIf.shared : t.whatIf.share}
            </button>
          </div>
          <Section id="change" title={t.whatIf.interventions}>
            <PlanEditor
              interventions={kind.interventions}
              doses={doses}
              inForce={inForce}
              onChange={(next) => {
                setShared(false)
                setDraft({ doses: next })
              }}
              {...(kind.subjectKind === 'department'
                ? {
                    times: {
                      of: timesOf(branch),
                      onChange: (name, { start, lasts }) => {
                        setShared(false)
                        write(
                          branches.map((each, index) =>
                            index === active ? { ...each, d: doses, t: { ...each.t, [name]: [start, lasts] } } : each,
                          ),
                          active,
                        )
                      },
                    },
                  }
                : {})}
            />
          </Section>
        </div>
        <Results
          name={nameOf(branch, active)}
          twin={state.data}
          plan={plan}
          pressure={kind.pictures.find((each) => each.kind === 'pressure')?.name}
          pending={draft !== null}
          hasPicture={kind.pictures[0]?.kind === 'curves'}
          lead={search.lead}
          // What is moved in a department shows within hours, and is gone by the next shift.
          {...(kind.subjectKind === 'department' ? { usualLead: 4 * 3_600_000 } : {})}
          onLead={(lead) =>
            void navigate({ search: (before) => ({ ...before, lead }), replace: true, resetScroll: false })
          }
        />
      </div>
      {kind.pictures
        .filter((each) => each.kind === 'stress')
        .map((offer) => (
          <PictureSection key={offer.name} twin={twin!.id} offer={offer} />
        ))}
    </div>
  )
}

function timesOf(branch: Branch): Readonly<Record<string, PlanTimes>> {
  return Object.fromEntries(Object.entries(branch.t ?? {}).map(([name, [start, lasts]]) => [name, { start, lasts }]))
}

function Results(props: {
  name: string
  twin: TwinState
  plan: { intervention: string; dose: number; from?: number; until?: number }[]
  pressure: string | undefined
  pending: boolean
  hasPicture: boolean
  lead: number | undefined
  /** How far ahead to look first; left out: as far as the forecast goes. */
  usualLead?: number
  onLead: (lead: number) => void
}) {
  const { twin, plan } = props
  const nothing = plan.length === 0
  const answer = useQuery({ ...whatIfQuery(twin.id, { interventions: plan }), enabled: !nothing })
  const picture = useQuery({
    ...whatIfQuery(twin.id, { interventions: plan, picture: true }),
    enabled: !nothing && props.hasPicture && answer.isSuccess && !answer.isPlaceholderData,
  })
  const [all, setAll] = useState(false)
  if (nothing)
    return (
      <div className={s.results}>
        <p className={p.empty}>{t.whatIf.nothing}</p>
      </div>
    )
  if (answer.error) return <ProblemNote error={answer.error} retry={() => void answer.refetch()} />
  const data = answer.data
  if (!data) return <Loading />
  const busy = props.pending || answer.isFetching
  const leads = data.scenario.times.map((time) => time - data.scenario.madeAt)
  const chosen = nearestIndex(leads, props.lead ?? props.usualLead ?? leads[leads.length - 1] ?? 0)
  const quantities = twin.quantities.filter((each) => (all || each.headline) && data.difference[each.name])
  const made = picture.data?.picture
  const both =
    made?.carryOn.kind === 'curves' && made.scenario.kind === 'curves'
      ? { carryOn: made.carryOn, scenario: made.scenario }
      : undefined
  return (
    <div className={s.results}>
      <Section
        id="effect"
        title={`${props.name} ${'·'} ${t.whatIf.difference.toLowerCase()}`}
        aside={
          <>
            <label>
              {t.whatIf.at}{' '}
              <select
                className={p.input}
                value={leads[chosen]}
                onChange={(event) => props.onLead(Number(event.target.value))}
              >
                {leads.map((lead) => (
                  <option key={lead} value={lead}>
                    {t.inTime(writeLead(lead))}
                  </option>
                ))}
              </select>
            </label>{' '}
            <label>
              <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />{' '}
              {t.whatIf.allQuantities}
            </label>
          </>
        }
      >
        <div className={s.status} role="status">
          {busy ? t.whatIf.computing : `${t.whatIf.computed(formatNumber(data.milliseconds, 0))} · ${t.whatIf.paired}`}
        </div>
        <Scroll label={t.whatIf.difference} className={busy ? s.busy : ''}>
          <table className={`${s.effect} stack`} data-testid="what-if">
            <thead>
              <tr>
                <th scope="col">{t.whatIf.quantity}</th>
                <th scope="col" className="num">
                  {t.whatIf.difference}
                </th>
                <th scope="col">
                  <span className="hidden">{t.whatIf.difference}</span>
                </th>
                <th scope="col" className="num">
                  {t.whatIf.withIt}
                </th>
                <th scope="col" className="num">
                  {t.whatIf.carryingOn}
                </th>
              </tr>
            </thead>
            <tbody>
              {quantities.map((quantity) => (
                <EffectRow key={quantity.name} quantity={quantity} data={data} at={chosen} />
              ))}
            </tbody>
          </table>
        </Scroll>
      </Section>
      <Section id="course" title={t.whatIf.overTime} aside={<Legend name={props.name} />}>
        <div className={`${s.multiples} ${busy ? s.busy : ''}`}>
          {quantities.map((quantity) => (
            <Multiple key={quantity.name} quantity={quantity} data={data} />
          ))}
        </div>
      </Section>
      {props.pressure === undefined ? null : (
        <PressureCompared twin={twin.id} plan={plan} name={props.name} picture={props.pressure} />
      )}
      {props.hasPicture ? (
        <Section id="both" title={both?.scenario.title ?? t.whatIf.picture}>
          <div className={`${s.picture} ${picture.isFetching ? s.busy : ''}`}>
            {both ? (
              <Curves
                label={both.scenario.title}
                pictures={[
                  { name: t.whatIf.carryOn, picture: both.carryOn, tone: 'accent' },
                  { name: props.name, picture: both.scenario, tone: 'scenario' },
                ]}
              />
            ) : picture.error ? (
              <ProblemNote error={picture.error} retry={() => void picture.refetch()} />
            ) : (
              <p className={p.empty} style={{ minHeight: 380 }}>
                {t.whatIf.pictureBusy}
              </p>
            )}
          </div>
        </Section>
      ) : null}
    </div>
  )
}

function Legend({ name }: { name: string }) {
  return (
    <span aria-hidden="true">
      <svg width="24" height="10" aria-hidden="true">
        <line x2="24" y1="5" y2="5" stroke="var(--accent)" strokeWidth="2" strokeDasharray="5 3" />
      </svg>{' '}
      {t.whatIf.carryOn}{' '}
      <svg width="24" height="10" aria-hidden="true">
        <line x2="24" y1="5" y2="5" stroke="var(--scenario-mark)" strokeWidth="2" strokeDasharray="5 3" />
      </svg>{' '}
      {name}
    </span>
  )
}

type BandArrays = WhatIf['difference'][string]

function summaryAt(band: BandArrays, index: number): SummaryFigures {
  return {
    mean: band.p50[index] ?? Number.NaN,
    p05: band.p05[index] ?? Number.NaN,
    p25: band.p25[index] ?? Number.NaN,
    p50: band.p50[index] ?? Number.NaN,
    p75: band.p75[index] ?? Number.NaN,
    p95: band.p95[index] ?? Number.NaN,
  }
}

function EffectRow({ quantity, data, at }: { quantity: TwinState['quantities'][number]; data: WhatIf; at: number }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const band = data.difference[quantity.name]!
  const difference = summaryAt(band, at)
  const written = measure.difference(difference)
  // Each row's scale holds the whole course of the difference, so that it stands still while the time is changed.
  const domain = sharedDomain(
    band.p05.map((_, index) => summaryAt(band, index)),
    0,
  )
  return (
    <tr data-testid={`effect-${quantity.name}`}>
      <th scope="row">
        {quantity.label}
        <span className="hidden">
          {': '}
          {describeDifference(
            { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor },
            difference,
          )}
        </span>
      </th>
      <td className={`num ${s.diff}`} data-label={t.whatIf.difference}>
        <strong>{written.value}</strong> <span className={p.unit}>{measure.unitText}</span>{' '}
        <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
      </td>
      <td>
        <Strip summary={difference} domain={domain} zero={0} tone="scenario" width={160} />
      </td>
      <td className="num" data-label={t.whatIf.withIt}>
        <Estimate
          summary={summaryAt(data.scenario.quantities[quantity.name]!, at)}
          unit={quantity.unit}
          name={quantity.name}
          digits={quantity.digits}
          bare
        />
      </td>
      <td className="num quiet" data-label={t.whatIf.carryingOn}>
        <Estimate
          summary={summaryAt(data.carryOn.quantities[quantity.name]!, at)}
          unit={quantity.unit}
          name={quantity.name}
          digits={quantity.digits}
          bare
        />
      </td>
    </tr>
  )
}

const never = () => () => undefined

function Multiple({ quantity, data }: { quantity: TwinState['quantities'][number]; data: WhatIf }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const origin = useRef(quantity.estimate)
  origin.current = quantity.estimate
  const { name, reference } = quantity
  const course = useMemo(() => {
    const made = emptyCourse()
    const both = [...aheadOf(data.carryOn, name, 'forecast'), ...aheadOf(data.scenario, name, 'scenario')]
    made.ahead = openingAt(both, data.scenario.madeAt, origin.current)
    made.reference = reference
    return made
  }, [data, name, reference])
  const times = data.scenario.times
  const range = useMemo(
    () => () => [data.scenario.madeAt, times[times.length - 1] ?? data.scenario.madeAt + 1] as const,
    [data, times],
  )
  const last = times.length - 1
  const difference = summaryAt(data.difference[quantity.name]!, last)
  const description = describeDifference(
    { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor },
    difference,
  )
  const rows = (band: BandArrays, what: string) =>
    times.map((time, index) => [
      writeMoment(time),
      what,
      measure.write(band.p05[index] ?? Number.NaN),
      measure.write(band.p50[index] ?? Number.NaN),
      measure.write(band.p95[index] ?? Number.NaN),
    ])
  return (
    <div className={s.multiple}>
      <h3>
        {quantity.label} <span className={p.unit}>{measure.unitText}</span>
      </h3>
      <TimeChart
        course={course}
        subscribe={never}
        range={range}
        height={120}
        convert={measure.convert}
        digits={measure.digits ?? 1}
        description={description}
        syncKey="what-if"
        compact
      />
      <BehindChart
        label={`${quantity.label}, ${t.whatIf.overTime}`}
        table={{
          head: [t.next.time, t.next.kind, t.chart.low90, t.chart.median, t.chart.high90],
          rows: () => [
            ...rows(data.carryOn.quantities[quantity.name]!, t.whatIf.carryOn),
            ...rows(data.scenario.quantities[quantity.name]!, t.whatIf.withIt),
          ],
        }}
      />
    </div>
  )
}

function nearestIndex(values: readonly number[], wanted: number): number {
  let best = 0
  for (let index = 1; index < values.length; index += 1)
    if (Math.abs(values[index]! - wanted) < Math.abs(values[best]! - wanted)) best = index
  return best
}
