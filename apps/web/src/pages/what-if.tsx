import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { twinQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { serverNow } from '../live/clock.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import type { Branch } from '../router.tsx'
import { strings as t } from '../strings.ts'
import { branchLetter, type PlanTimes, planOf, timed } from './plan.ts'
import { PlanEditor } from './plan-editor.tsx'
import { useSubjectView } from './subject-context.ts'
import s from './what-if.module.css'
import { Results } from './what-if-results.tsx'

const empty: Branch = { n: '', d: {} }

export function WhatIfPage() {
  const { twin, kind, parts } = useSubjectView()
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
      // What stands beside is known by its place: without a branch the places are others.
      search: (before) => ({
        ...before,
        b: [...next],
        a: at || undefined,
        c: next.length < branches.length ? undefined : before.c,
      }),
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
    return planOf(kind?.interventions ?? [], branch.d, branch.o).map((each) =>
      timed(each, times[each.intervention], now),
    )
  }, [asked, kind])
  const besideIndex = search.c !== undefined && search.c !== active && branches[search.c] ? search.c : undefined
  const besideAsked = besideIndex === undefined ? undefined : JSON.stringify(branches[besideIndex])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a branch that says the same is the same
  const beside = useMemo(() => {
    if (besideIndex === undefined) return undefined
    const other = branches[besideIndex]!
    const times = timesOf(other)
    const now = serverNow()
    return planOf(kind?.interventions ?? [], other.d, other.o).map((each) => timed(each, times[each.intervention], now))
  }, [besideAsked, kind])
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
              {...(parts.length > 0
                ? {
                    parts: {
                      all: parts,
                      of: branch.o ?? {},
                      onChange: (name, on) => {
                        setShared(false)
                        write(
                          branches.map((each, index) =>
                            index === active ? { ...each, d: doses, o: { ...each.o, [name]: on } } : each,
                          ),
                          active,
                        )
                      },
                    },
                  }
                : {})}
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
          others={branches.flatMap((each, index) =>
            index !== active && Object.keys(each.d).length > 0 ? [{ index, name: nameOf(each, index) }] : [],
          )}
          beside={
            besideIndex !== undefined && beside && beside.length > 0
              ? { index: besideIndex, name: nameOf(branches[besideIndex]!, besideIndex), plan: beside }
              : undefined
          }
          onBeside={(c) => void navigate({ search: (before) => ({ ...before, c }), replace: true, resetScroll: false })}
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
