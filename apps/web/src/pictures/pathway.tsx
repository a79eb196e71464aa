import type { PathwayPicture } from '@counterpart/server/contract'
import { useMemo, useRef } from 'react'
import { ChartFrame } from '../charts/chart-frame.tsx'
import { useWidth } from '../charts/use-width.ts'
import { writeProbability } from '../format/number.ts'
import { strings as t } from '../strings.ts'
import { layeredLayout } from './layered-layout.ts'
import s from './pictures.module.css'

type Node = PathwayPicture['nodes'][number]

const nodeWidth = 168
const lineHeight = 17
const margin = 10
/** Below this, boxes side by side would be too small to read: they stand below each other. */
const narrow = 620

/** The steps that people go through, left to right, with how many are at each; thicker lines carry more people. */
export function Pathway({ picture }: { picture: PathwayPicture }) {
  const holder = useRef<HTMLDivElement>(null)
  const boxes = useMemo(() => new Map(picture.nodes.map((node) => [node.id, linesOf(node)])), [picture.nodes])
  const laid = useMemo(
    () =>
      layeredLayout(
        {
          nodes: picture.nodes.map(({ id }) => ({
            id,
            width: nodeWidth,
            height: boxes.get(id)!.length * lineHeight + 14,
          })),
          edges: picture.edges,
        },
        gapFor(picture),
      ),
    [picture, boxes],
  )
  const width = laid.width + 2 * margin
  const height = laid.height + 2 * margin
  const room = useWidth(holder, width)
  // A little too wide is drawn a little smaller; much too wide is scrolled.
  const scale = Math.max(0.75, Math.min(1, room / width))
  const labels = new Map(picture.nodes.map((node) => [node.id, node.label]))
  return (
    <ChartFrame
      label={picture.title}
      description={picture.description}
      table={{
        head: [t.pathway.step, t.pathway.here, t.pathway.waits, t.pathway.needs, t.pathway.duration, t.pathway.next],
        rows: () =>
          picture.nodes.map((node) => [
            node.label,
            node.present ?? '',
            node.waiting ?? '',
            node.needs.join(', '),
            node.duration ?? '',
            picture.edges
              .filter((edge) => edge.from === node.id)
              .map((edge) =>
                [labels.get(edge.to), edge.share === undefined ? null : writeProbability(edge.share), edge.label]
                  .filter(Boolean)
                  .join(' '),
              )
              .join(', '),
          ]),
      }}
    >
      <div ref={holder}>
        {room < narrow ? (
          <section aria-label={picture.title}>
            <Steps picture={picture} order={laid.nodes} labels={labels} />
          </section>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
          <section className={s.pathway} aria-label={picture.title} tabIndex={0}>
            <svg
              width={width * scale}
              height={height * scale}
              viewBox={`${-margin} ${-margin} ${width} ${height}`}
              role="img"
              aria-label={picture.description}
              data-testid="pathway"
            >
              <defs>
                <marker
                  id="pathway-end"
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="8"
                  markerHeight="8"
                  orient="auto"
                  markerUnits="userSpaceOnUse"
                >
                  <path d="M0 0 8 4 0 8z" fill="var(--ink-2)" />
                </marker>
              </defs>
              {picture.edges.map((edge, index) => {
                const { points, back } = laid.edges[index]!
                if (points.length === 0) return null
                const words = wordsOf(edge)
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: edges are known by their place
                  <g key={index}>
                    <path
                      d={curve(points)}
                      className={s.edge}
                      data-back={back}
                      strokeWidth={1 + 4 * (edge.share ?? 0.1)}
                      markerEnd="url(#pathway-end)"
                    />
                    {words.length === 0 ? null : <EdgeWords points={points} back={back} words={words} />}
                  </g>
                )
              })}
              {picture.nodes.map((node) => {
                const { x, y } = laid.nodes.get(node.id)!
                const lines = boxes.get(node.id)!
                const boxHeight = lines.length * lineHeight + 14
                return (
                  <g key={node.id} transform={`translate(${x - nodeWidth / 2} ${y - boxHeight / 2})`}>
                    <rect
                      width={nodeWidth}
                      height={boxHeight}
                      rx={node.kind === 'start' || node.kind === 'end' || node.kind === 'exit' ? boxHeight / 2 : 3}
                      className={s.node}
                      data-busy={(node.waiting ?? 0) > 0}
                    />
                    {lines.map((line, index) => (
                      <text key={line.text} x={nodeWidth / 2} y={20 + index * lineHeight} className={s[line.as]}>
                        {line.text}
                      </text>
                    ))}
                  </g>
                )
              })}
            </svg>
          </section>
        )}
      </div>
    </ChartFrame>
  )
}

/** On a phone: the same steps from top to bottom, each with where people go from it. */
function Steps(props: {
  picture: PathwayPicture
  order: ReadonlyMap<string, { readonly y: number; readonly layer: number }>
  labels: ReadonlyMap<string, string>
}) {
  const { picture, order, labels } = props
  const place = (node: Node) => order.get(node.id) ?? { layer: 0, y: 0 }
  const nodes = [...picture.nodes].sort((a, b) => place(a).layer - place(b).layer || place(a).y - place(b).y)
  return (
    <ol className={s.steps} data-testid="pathway-steps">
      {nodes.map((node) => {
        const onward = picture.edges.filter((edge) => edge.from === node.id)
        return (
          <li key={node.id} data-busy={(node.waiting ?? 0) > 0}>
            {linesOf(node, Number.POSITIVE_INFINITY).map((line) => (
              <div key={line.text} className={s[`${line.as}Step`]}>
                {line.text}
              </div>
            ))}
            {onward.length > 0 ? (
              <ul>
                {onward.map((edge) => (
                  <li key={`${edge.to}${edge.label ?? ''}`}>
                    <span aria-hidden="true">→ </span>
                    {labels.get(edge.to)}{' '}
                    <span className="quiet">{wordsOf(edge, Number.POSITIVE_INFINITY).join(', ')}</span>
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}

/** Words near where the edge leaves its node, so that they stand clear of the others that arrive. */
function EdgeWords({
  points,
  back,
  words,
}: {
  points: readonly (readonly [number, number])[]
  back: boolean
  words: readonly string[]
}) {
  const [x, y] = points[0]!
  return (
    <text y={y - 4} className={s.edgeWords} textAnchor={back ? 'end' : 'start'}>
      {words.map((line, index) => (
        <tspan key={line} x={back ? x - 4 : x + 4} dy={index === 0 ? -12 * (words.length - 1) : 12}>
          {line}
        </tspan>
      ))}
    </text>
  )
}

/** A smooth line through points, level where it leaves and arrives. */
function curve(points: readonly (readonly [number, number])[]): string {
  let path = `M${points[0]![0]} ${points[0]![1]}`
  for (let index = 1; index < points.length; index += 1) {
    const [x0, y0] = points[index - 1]!
    const [x1, y1] = points[index]!
    const middle = (x0 + x1) / 2
    path += `C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`
  }
  return path
}

/** Room between layers for the longest words on an edge. */
function gapFor({ edges }: PathwayPicture): number {
  const longest = Math.max(0, ...edges.flatMap((edge) => wordsOf(edge).map((line) => line.length)))
  return Math.max(64, 26 + longest * 6)
}

/** Share and label of an edge, in lines short enough to stand between two layers. */
function wordsOf({ share, label }: PathwayPicture['edges'][number], most = 15): string[] {
  return [...(share === undefined ? [] : [writeProbability(share)]), ...(label ? wrap(label, most) : [])]
}

interface Line {
  readonly text: string
  readonly as: 'nodeLabel' | 'nodeCount' | 'nodeMore'
}

function linesOf(node: Node, most = 20): readonly Line[] {
  const counts = [
    ...(node.present === undefined ? [] : [t.pathway.present(node.present)]),
    ...(node.waiting === undefined || node.waiting === 0 ? [] : [t.pathway.waiting(node.waiting)]),
  ].join(' · ')
  const more = [...node.needs, ...(node.duration ? [node.duration] : [])]
  return [
    ...wrap(node.label, most).map((text) => ({ text, as: 'nodeLabel' as const })),
    ...(counts ? [{ text: counts, as: 'nodeCount' as const }] : []),
    ...more.flatMap((each) => wrap(each, most * 1.25)).map((text) => ({ text, as: 'nodeMore' as const })),
  ]
}

/** Breaks a text into lines of at most so many characters, at spaces. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
