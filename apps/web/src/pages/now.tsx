import type { BeliefHistory, Reading, TwinKind, TwinState } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, useEffect, useMemo, useState } from 'react'
import { nowPictureQuery, recommendationsQuery, twinQuery } from '../api/queries.ts'
import { live, useMay } from '../app-context.tsx'
import { Curves } from '../charts/curves.tsx'
import { Strip } from '../charts/strip.tsx'
import { TimeChart } from '../charts/time-chart.tsx'
import { useCourse, useHistory, useSpanStart } from '../charts/use-course.ts'
import { WaveformStrip } from '../charts/waveform-strip.tsx'
import { describeCourse } from '../format/describe.ts'
import { writeInterval } from '../format/number.ts'
import { isStale, writeDuration, writeLead } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Age, Estimate, Measured, Quality, Section, useMeasure, Why } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { ClinicNow } from './clinic-now.tsx'
import { DepartmentNow } from './department-now.tsx'
import { Inferred } from './inferred.tsx'
import s from './now.module.css'
import { useSubjectView } from './subject-context.ts'
import { tempoOf } from './tempo.ts'
import { Treatments } from './treatments.tsx'

export function NowPage() {
  const { kind } = useSubjectView()
  if (kind?.subjectKind === 'department') return <DepartmentNow />
  return kind?.subjectKind === 'clinic' ? <ClinicNow /> : <PatientNow />
}

function PatientNow() {
  const { subject, detail, twin, kind } = useSubjectView()
  const state = useQuery(twinQuery(twin!.id))
  const span = tempoOf(kind).spans[0]
  const from = useSpanStart(span)
  const history = useHistory(twin!.id, from)
  const [waveform, setWaveform] = useState<'shown' | 'none' | 'arrived'>('shown')
  // One that begins while a person reads is offered, not pushed in above what they read.
  useEffect(() => {
    if (waveform !== 'none') return
    return live.onBatch((events) => {
      if (events.some((event) => event.name === 'waveform' && event.subject === subject)) setWaveform('arrived')
    })
  }, [waveform, subject])
  if (state.error && !state.data) return <ProblemNote error={state.error} retry={() => void state.refetch()} />
  if (!state.data || !kind) return <Loading />
  const headlines = state.data.quantities.filter((quantity) => quantity.headline)
  const reading = (channel: string | null) =>
    channel ? detail.latest.find((each) => each.channel === channel) : undefined
  return (
    <>
      <ToDecide twin={twin!.id} onShowWaveform={waveform === 'arrived' ? () => setWaveform('shown') : undefined} />
      {waveform === 'shown' ? (
        <div className={s.waveform}>
          <WaveformStrip subject={subject} onMissing={() => setWaveform('none')} />
        </div>
      ) : null}
      <div className={s.columns}>
        <div>
          <Section id="vital" title={t.now.vital} aside={`${t.now.brackets} · ${t.now.trend(writeLead(span))}`}>
            <div data-testid="vital-few">
              {headlines.map((quantity, index) => (
                <Vital
                  key={quantity.name}
                  subject={subject}
                  twin={state.data.id}
                  beliefEvent={state.data.beliefEvent}
                  asOf={state.data.asOf}
                  quantity={quantity}
                  reading={reading(quantity.channel)}
                  history={history}
                  from={from}
                  span={span}
                  timeAxis={index === headlines.length - 1}
                />
              ))}
            </div>
          </Section>
          <Inferred state={state.data} />
        </div>
        <div>
          {kind.pictures[0]?.kind === 'curves' ? <NowPicture twin={state.data.id} asOf={state.data.asOf} /> : null}
          <Treatments state={state.data} />
        </div>
      </div>
      <div className={s.tables} style={{ marginTop: 24 }}>
        <Measurements latest={detail.latest} kind={kind} />
        <Estimates state={state.data} />
      </div>
    </>
  )
}

function ToDecide({ twin, onShowWaveform }: { twin: string; onShowWaveform: (() => void) | undefined }) {
  const { detail } = useSubjectView()
  const recommendations = useQuery(recommendationsQuery(twin))
  const now = useNow()
  const open = recommendations.data?.recommendations.filter((each) => each.state === 'open' && each.expires > now) ?? []
  const first = open[0]
  return (
    <div className={s.decide} data-open={open.length > 0}>
      {first ? (
        <>
          <strong>{first.finding}</strong>
          <span className="small">{t.now.expiresIn(writeDuration(first.expires - now))}</span>
          <Link
            to="/subjects/$kind/$id/do"
            params={{ kind: detail.kind, id: detail.id.replace(`${detail.kind}/`, '') }}
            search={(before: Record<string, unknown>) => ({ twin: before.twin as string | undefined })}
          >
            {t.now.goDecide}
          </Link>
        </>
      ) : (
        t.now.nothingToDecide
      )}
      {onShowWaveform ? (
        <button type="button" className={p.link} onClick={onShowWaveform}>
          {t.now.showWaveform}
        </button>
      ) : null}
    </div>
  )
}

const Vital = memo(function Vital(props: {
  subject: string
  twin: string
  beliefEvent: string | null
  asOf: number | null
  quantity: TwinState['quantities'][number]
  reading: Reading | undefined
  history: BeliefHistory | undefined
  from: number
  span: number
  timeAxis: boolean
}) {
  const { quantity, reading } = props
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const { course, subscribe } = useCourse({
    subject: props.subject,
    twin: props.twin,
    quantity: quantity.name,
    channel: quantity.channel,
    from: props.from,
    history: props.history,
    reference: quantity.reference,
  })
  const { span } = props
  const range = useMemo(() => (now: number) => [now - span, now + span / 90] as const, [span])
  const written = measure.estimate(quantity.estimate)
  const measured = reading !== undefined && reading.value !== null
  const description = describeCourse(
    { label: quantity.label, unit: measure.unitText, digits: measure.digits, factor: measure.factor },
    { measured: course.measured.map((each) => ({ t: each.t, value: each.value })), estimate: quantity.estimate },
  )
  return (
    <div className={s.vital} data-testid={`vital-${quantity.name}`}>
      <div className={s.name}>
        {quantity.label}
        <div className={s.kind}>
          {quantity.channel ? (measured ? t.now.measured : t.now.estimated) : t.now.notMeasured}
        </div>
        <Outside quantity={quantity} value={measured ? reading.value! : quantity.estimate.p50} write={measure.write} />
      </div>
      <div className={s.big}>
        {measured ? (
          <Figure reading={reading} text={measure.write(reading.value!)} name={quantity.name} />
        ) : (
          <span className={s.figure} data-kind="estimated" data-testid={`value-${quantity.name}`}>
            {written.value}
          </span>
        )}
        <span className={p.unit}>{measure.unitText}</span>
      </div>
      <div className={s.says}>
        {measured ? (
          <span>
            <Age at={reading.effective} staleAfter={reading.staleAfter} suffix /> ·{' '}
            <Quality quality={reading.quality} />{' '}
            <Why event={reading.event} label={`${quantity.label}, ${t.now.measured}`} />
          </span>
        ) : null}
        <span>
          {t.now.twinSays}{' '}
          <span className={p.estimate}>
            <span className={p.figure}>{written.value}</span>
          </span>{' '}
          <span className={p.interval}>({writeInterval(written.low, written.high)})</span>{' '}
          <Why event={props.beliefEvent} label={`${quantity.label}, ${t.now.estimated}`} />
        </span>
        {measured ? null : (
          <span className="quiet">
            <Age at={props.asOf} suffix />
          </span>
        )}
      </div>
      <div className={s.trend}>
        <TimeChart
          course={course}
          subscribe={subscribe}
          range={range}
          height={props.timeAxis ? 90 : 68}
          convert={measure.convert}
          digits={measure.digits ?? 1}
          description={description}
          syncKey="now"
          compact
          timeAxis={props.timeAxis}
        />
      </div>
    </div>
  )
})

/** Says in words when a value lies outside the reference range; the range itself is always shaded in the trend. */
function Outside(props: {
  quantity: TwinState['quantities'][number]
  value: number
  write: (value: number) => string
}) {
  const range = props.quantity.reference
  if (!range || (props.value >= range[0] && props.value <= range[1])) return null
  const [low, high] = [props.write(range[0]), props.write(range[1])]
  return <div className={s.outside}>{props.value > range[1] ? t.now.above(high) : t.now.below(low)}</div>
}

function Figure({ reading, text, name }: { reading: Reading; text: string; name: string }) {
  const now = useNow()
  return (
    <span
      className={s.figure}
      data-kind="measured"
      data-testid={`value-${name}`}
      data-stale={isStale(reading.effective, reading.staleAfter, now)}
    >
      {text}
    </span>
  )
}

function NowPicture({ twin, asOf }: { twin: string; asOf: number | null }) {
  const may = useMay('run-what-if')
  // The picture of carrying on as now is part of an empty what-if; it is asked for again at most once a minute.
  const minute = Math.floor((asOf ?? 0) / 60_000)
  const picture = useQuery({ ...nowPictureQuery(twin, minute), enabled: may })
  const made = picture.data?.picture?.carryOn
  const drawn = made?.kind === 'curves' ? made : undefined
  if (!may || picture.error)
    return picture.error ? <ProblemNote error={picture.error} retry={() => void picture.refetch()} /> : null
  return (
    <Section
      id="picture"
      title={drawn?.title ?? t.now.picture}
      aside={drawn ? t.now.members(drawn.members.length) : null}
    >
      <div className={s.picture} data-testid="picture">
        {drawn ? (
          <Curves label={drawn.title} pictures={[{ name: t.subject.now, picture: drawn, tone: 'accent' }]} />
        ) : (
          <p className={p.empty} style={{ minHeight: 320 }}>
            {t.now.drawing}
          </p>
        )}
      </div>
    </Section>
  )
}

function Measurements({ latest, kind }: { latest: readonly Reading[]; kind: TwinKind }) {
  const now = useNow()
  const order = new Map(kind.channels.map((channel, index) => [channel.name, index]))
  const rows = [...latest].sort(
    (a, b) => (order.get(a.channel) ?? 999) - (order.get(b.channel) ?? 999) || a.label.localeCompare(b.label),
  )
  return (
    <Section id="measured" title={t.now.otherMeasurements}>
      {rows.length === 0 ? (
        <p className={p.empty}>{t.now.noMeasurements}</p>
      ) : (
        <Scroll label={t.now.otherMeasurements}>
          <table className="stack" data-testid="measurements">
            <thead>
              <tr>
                <th scope="col">{t.now.quantity}</th>
                <th scope="col" className="num">
                  {t.now.value}
                </th>
                <th scope="col">{t.now.age}</th>
                <th scope="col">{t.now.quality}</th>
                <th scope="col">{t.now.source}</th>
                <th scope="col">
                  <span className="hidden">{t.now.why}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((reading) => (
                <tr
                  key={reading.channel}
                  className={isStale(reading.effective, reading.staleAfter, now) ? p.stale : undefined}
                >
                  <th scope="row">{reading.label.replace('http://loinc.org|', 'LOINC ')}</th>
                  <td className="num" data-label={t.now.value}>
                    <Measured reading={reading} />
                  </td>
                  <td data-label={t.now.age}>
                    <Age at={reading.effective} staleAfter={reading.staleAfter} />
                  </td>
                  <td data-label={t.now.quality}>
                    <Quality quality={reading.quality} />
                  </td>
                  <td className="small" data-label={t.now.source}>
                    {t.protocols[reading.protocol] ?? reading.protocol}
                    {reading.device ? <span className="quiet"> {reading.device}</span> : null}
                  </td>
                  <td>
                    <Why event={reading.event} label={reading.label} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Section>
  )
}

function Estimates({ state }: { state: TwinState }) {
  return (
    <Section id="estimated" title={t.now.estimates}>
      <Scroll label={t.now.estimates}>
        <table className="stack" data-testid="estimates">
          <thead>
            <tr>
              <th scope="col">{t.now.quantity}</th>
              <th scope="col" className="num">
                {t.now.estimated} ({t.now.interval})
              </th>
              <th scope="col">{t.next.legendReference}</th>
            </tr>
          </thead>
          <tbody>
            {state.quantities.map((quantity) => (
              <tr key={quantity.name}>
                <th scope="row">{quantity.label}</th>
                <td className="num">
                  <Estimate
                    summary={quantity.estimate}
                    unit={quantity.unit}
                    name={quantity.name}
                    digits={quantity.digits}
                  />
                </td>
                <td>
                  {quantity.reference ? <ReferenceStrip quantity={quantity} /> : <span className="quiet">–</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  )
}

function ReferenceStrip({ quantity }: { quantity: TwinState['quantities'][number] }) {
  const measure = useMeasure({ unit: quantity.unit, name: quantity.name, digits: quantity.digits })
  const [low, high] = quantity.reference!
  const pad = (high - low) * 0.6
  return (
    <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
      <Strip
        summary={quantity.estimate}
        reference={quantity.reference}
        domain={[Math.min(low - pad, quantity.estimate.p05), Math.max(high + pad, quantity.estimate.p95)]}
        width={120}
      />
      <span className="small quiet">
        {measure.write(low)}–{measure.write(high)}
      </span>
    </span>
  )
}
