import type { ModelDescription } from '@counterpart/dynamics'

/** What the author of a model in Antimony wrote behind its symbols: source, meaning. By symbol. */
export function sourceNotes(
  text: string,
  { source, parameters }: Pick<ModelDescription, 'source' | 'parameters'>,
): ReadonlyMap<string, string> {
  if (source.format !== 'antimony') return new Map()
  const lines = text.split(/\r\n|\n|\r/)
  return new Map(
    parameters.flatMap(({ symbol, line }) => {
      const note = line === undefined ? undefined : /(?:\/\/|#)\s*(.*\S)/.exec(lines[line - 1] ?? '')?.[1]
      return note === undefined ? [] : [[symbol, note]]
    }),
  )
}
