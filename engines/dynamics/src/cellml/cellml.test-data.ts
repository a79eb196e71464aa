/** Texts of small CellML models. */
export const cellml = (version: '1.0' | '1.1' | '2.0', inside: string, name = 'small'): string =>
  `<model name="${name}" xmlns="http://www.cellml.org/cellml/${version}#" xmlns:cellml="http://www.cellml.org/cellml/${version}#" xmlns:xlink="http://www.w3.org/1999/xlink">
${inside}
</model>`

export const math = (...equations: string[]): string =>
  `<math xmlns="http://www.w3.org/1998/Math/MathML">\n${equations.join('\n')}\n</math>`

export const ci = (name: string): string => `<ci>${name}</ci>`
export const cn = (value: number, units = 'dimensionless'): string => `<cn cellml:units="${units}">${value}</cn>`
export const apply = (operator: string, ...operands: string[]): string =>
  `<apply><${operator}/>${operands.join('')}</apply>`
export const eq = (left: string, right: string): string => apply('eq', left, right)
export const diff = (of: string, by = 'time'): string =>
  `<apply><diff/><bvar><ci>${by}</ci></bvar><ci>${of}</ci></apply>`

export const units = `<units name="ms"><unit units="second" prefix="milli"/></units>
<units name="per_s"><unit units="second" exponent="-1"/></units>
<units name="mV"><unit units="volt" prefix="-3"/></units>
<units name="mV_per_s"><unit units="mV"/><unit units="second" exponent="-1"/></units>`

/** A membrane in mV and ms, and a reader of its voltage in V and s. */
export const membraneAndMeter = cellml(
  '1.0',
  `${units}
<component name="environment"><variable name="t" units="ms" public_interface="out"/></component>
<component name="membrane">
  <variable name="time" units="second" public_interface="in"/>
  <variable name="V" units="mV" initial_value="-80" public_interface="out"/>
  <variable name="k" units="mV_per_s" initial_value="2"/>
  ${math(eq(diff('V'), ci('k')))}
</component>
<component name="meter">
  <variable name="V" units="volt" public_interface="in"/>
  <variable name="time" units="second" public_interface="in"/>
  <variable name="reading" units="volt"/>
  <variable name="clock" units="second"/>
  ${math(eq(ci('reading'), apply('plus', ci('V'), cn(1, 'volt'))), eq(ci('clock'), ci('time')))}
</component>
<connection><map_components component_1="environment" component_2="membrane"/><map_variables variable_1="t" variable_2="time"/></connection>
<connection><map_components component_1="environment" component_2="meter"/><map_variables variable_1="t" variable_2="time"/></connection>
<connection><map_components component_1="membrane" component_2="meter"/><map_variables variable_1="V" variable_2="V"/></connection>`,
)
