import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DynamicsError } from '../errors.ts'
import { attributeOf, childOf, elementsOf, textOf, type XmlElement } from './element.ts'
import { readXml } from './read-xml.ts'
import { writeXml } from './write-xml.ts'

const refusal = (text: string, limits?: Parameters<typeof readXml>[1]): DynamicsError => {
  try {
    readXml(text, limits)
  } catch (error) {
    if (error instanceof DynamicsError) return error
    throw error
  }
  throw new Error('was read')
}

describe('a well-formed document', () => {
  test('becomes a tree with namespaces, texts and places', () => {
    const root = readXml(
      '<?xml version="1.0"?>\n<!-- a -->\n<a xmlns="u:1"\n   xmlns:p="u:2">\r\n  <p:b p:x="1" x="2"\n/>t<![CDATA[<&]]>&lt;</a>',
    )
    expect(root).toMatchObject({ name: 'a', namespace: 'u:1', place: { line: 3, column: 1 } })
    expect(root.declared).toEqual(
      new Map([
        ['', 'u:1'],
        ['p', 'u:2'],
      ]),
    )
    const b = childOf(root, 'b')!
    expect(b).toMatchObject({ namespace: 'u:2', place: { line: 5, column: 3 } })
    expect(b.attributes).toEqual(
      new Map([
        ['{u:2}x', '1'],
        ['x', '2'],
      ]),
    )
    expect(elementsOf(root, 'u:1')).toEqual([])
    expect(elementsOf(root)).toEqual([b])
    expect(textOf(root).trim()).toBe('t<&<')
  })

  test('that only names an external document type is read', () => {
    expect(readXml('<!DOCTYPE a SYSTEM "a.dtd"><a/>').name).toBe('a')
  })

  test('comes back from being written', () => {
    const name = fc.constantFrom('a', 'b-c', 'd_1')
    const value = fc.string({ unit: fc.constantFrom('a', '<', '&', '"', ' ', "'", '>', 'é', '\n', '\t', '😀') })
    const tree = fc.letrec<{ element: { name: string; attributes: Record<string, string>; children: unknown[] } }>(
      (tie) => ({
        element: fc.record({
          name,
          attributes: fc.dictionary(name, value),
          children: fc.oneof(
            { maxDepth: 3 },
            value.filter(Boolean).map((text) => [text]),
            fc.array(tie('element'), { maxLength: 3 }),
          ),
        }),
      }),
    ).element
    type Plain = { name: string; attributes: Record<string, string>; children: (Plain | string)[] }
    const plain = (element: XmlElement): Plain => ({
      name: element.name,
      attributes: Object.fromEntries(element.attributes),
      children: element.children
        .map((child) => (typeof child === 'string' ? child : plain(child)))
        .filter((child) => typeof child !== 'string' || child.trim() !== ''),
    })
    const trimmed = (element: Plain): Plain => ({
      ...element,
      attributes: { ...element.attributes },
      children: element.children
        .map((child) => (typeof child === 'string' ? child : trimmed(child)))
        .filter((child) => typeof child !== 'string' || child.trim() !== ''),
    })
    fc.assert(
      fc.property(tree, (element) => {
        const written = writeXml(element as Plain)
        expect(plain(readXml(written))).toEqual(trimmed(element as Plain))
      }),
    )
  })
})

describe('a document that is not well-formed is refused with its place', () => {
  test.each([
    ['<a>\n<b></a>', 2, /unexpected|unmatched|unclosed/],
    ['<a>\n  <b x=1/></a>', 2, /unquoted/],
    ['<a>\n&nbsp;</a>', 2, /undefined entity/],
    ['<a>\n\n<p:b/></a>', 3, /unbound namespace prefix/],
    ['<a x="1"\n x="2"/>', 2, /duplicate attribute/],
    ['<a>', 1, /unclosed tag/],
    ['', 1, /root element/],
    ['model x', 1, /not well-formed/],
    ['<a/><b/>', 1, /only one root/],
    ['<a>\u0000</a>', 1, /disallowed character/],
  ])('%j', (text, line, message) => {
    const error = refusal(text)
    expect(error).toMatchObject({ code: 'syntax', place: { line } })
    expect(error.message).toMatch(message)
  })
})

describe('what would cost too much is refused at once', () => {
  test('entities within entities', () => {
    const laughs = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('\n')
    const started = performance.now()
    const error = refusal(
      `<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY l0 "ha">\n${laughs}\n]>\n<sbml>&l30;</sbml>`,
    )
    expect(performance.now() - started).toBeLessThan(200)
    expect(error).toMatchObject({ code: 'not-supported', element: 'DOCTYPE', place: { line: 2 } })
  })

  test('a million elements within each other', () => {
    expect(refusal('<a>'.repeat(1_000_000))).toMatchObject({ code: 'not-supported', place: { line: 1 } })
  })

  test('more than the limits', () => {
    expect(refusal('<a><b/><b/></a>', { depth: 9, characters: 99, elements: 2 })).toMatchObject({ element: 'b' })
    expect(refusal('<a><b/><b/></a>', { depth: 9, characters: 9, elements: 9 }).message).toMatch(/15 characters/)
  })
})

test('a missing attribute is named', () => {
  expect(() => attributeOf(readXml('<a>\n<b/></a>').children[1] as XmlElement, 'id')).toThrow(
    /line 2, column 1: <b> has no attribute 'id'/,
  )
})
