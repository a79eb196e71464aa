import { DynamicsError } from '../errors.ts'
import type { XmlElement } from '../xml/element.ts'

/** Which SBML a document is written in. */
export interface Dialect {
  readonly level: 1 | 2 | 3
  readonly version: number
  readonly namespace: string
}

const versions: readonly { readonly level: 1 | 2 | 3; readonly version: number; readonly path: string }[] = [
  { level: 1, version: 1, path: 'level1' },
  { level: 1, version: 2, path: 'level1' },
  { level: 2, version: 1, path: 'level2' },
  { level: 2, version: 2, path: 'level2/version2' },
  { level: 2, version: 3, path: 'level2/version3' },
  { level: 2, version: 4, path: 'level2/version4' },
  { level: 2, version: 5, path: 'level2/version5' },
  { level: 3, version: 1, path: 'level3/version1/core' },
  { level: 3, version: 2, path: 'level3/version2/core' },
]

/** The namespace of a level and version of SBML. */
export function sbmlNamespace(level: number, version: number): string {
  const found = versions.find((known) => known.level === level && known.version === version)
  return `http://www.sbml.org/sbml/${found?.path}`
}

/**
 * Finds out what a document's root says it is written in.
 *
 * @throws {DynamicsError} `syntax` when it is not SBML or its level, version and namespace disagree; `not-supported` for
 *   levels and versions that are not read.
 */
export function dialectOf(root: XmlElement): Dialect {
  const about = { element: root.name, place: root.place }
  if (root.name !== 'sbml')
    throw new DynamicsError('syntax', `<${root.name}> is not an SBML document`, { ...about, expected: '<sbml>' })
  const level = Number(root.attributes.get('level'))
  const version = Number(root.attributes.get('version'))
  const known = versions.find((each) => each.level === level && each.version === version)
  if (!known)
    throw new DynamicsError(
      'not-supported',
      `SBML Level ${root.attributes.get('level') ?? '?'} Version ${root.attributes.get('version') ?? '?'}`,
      { ...about, expected: 'Level 1 Version 1 or 2, Level 2 Version 1 to 5, Level 3 Version 1 or 2' },
    )
  const namespace = sbmlNamespace(level, version)
  if (root.namespace !== namespace)
    throw new DynamicsError('syntax', `<sbml> of Level ${level} Version ${version} in namespace '${root.namespace}'`, {
      ...about,
      expected: `'${namespace}'`,
    })
  return { level: known.level, version: known.version, namespace }
}

/** Packages whose whole meaning this reader knows; the others of a document that requires them are refused. */
const understood: ReadonlySet<string> = new Set(['l3v2extendedmath'])

/**
 * Looks at the Level 3 packages that a document declares: those that change the mathematics are refused, and what is
 * passed over is told.
 *
 * @returns Remarks for a person to read.
 * @throws {DynamicsError} `not-supported` with the package's name.
 */
export function checkPackages(root: XmlElement): string[] {
  const remarks: string[] = []
  for (const [key, value] of root.attributes) {
    const uri = /^\{(.*)\}required$/.exec(key)?.[1]
    if (uri === undefined) continue
    const name = /\/level3\/version\d+\/(\w+)\/version\d+$/.exec(uri)?.[1] ?? uri
    if (understood.has(name)) continue
    if (value.trim() !== 'false' && value.trim() !== '0')
      throw new DynamicsError('not-supported', `the SBML package '${name}', which this model requires`, {
        element: name,
        place: root.place,
        mend: 'export the model as core SBML, for comp by flattening it',
      })
    remarks.push(
      `What the model says in the SBML package '${name}' is passed over; it does not change its mathematics.`,
    )
  }
  return remarks
}
